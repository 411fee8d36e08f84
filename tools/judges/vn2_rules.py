"""The VN2 game: data, exact rules, and the two policies of arithmetic that stand beside the product.

Week w: start = end[w-1] + transit1[w-1]; sold = min(start, demand); end = start - sold; what was missed is lost.
transit1 = transit2[w-1]; transit2 = the order of w, sellable from the start of week w+2. A week costs
0.2 x end + 1.0 x lost. Eight weeks, six orders, weeks 3-8 are scored; a cell whose in-stock flag is 0 is not scored.
"""
import csv
import datetime
import gzip
import math
import os

WEEKS_ALL, WEEKS, ORDERS, WEEKS_FREE = 157, 8, 6, 2
HOLDING, SHORTAGE = 0.2, 1.0
SAFETY = 0.967                      # normal quantile of 1.0 / (1.0 + 0.2)
MEAN_WEEKS, COVER_WEEKS = 13, 4


def rows_of(folder, name):
    plain = os.path.join(folder, name)
    opener = (lambda: open(plain, newline="")) if os.path.exists(plain) else (lambda: gzip.open(plain + ".gz", "rt", newline=""))
    with opener() as file:
        return list(csv.reader(file))


class History:
    """Sales and flags by week, in the order of the files; key = (store, product)."""

    def __init__(self, folder):
        sales, flags = rows_of(folder, "sales.csv"), rows_of(folder, "in_stock.csv")
        self.days = [datetime.date.fromisoformat(d) for d in sales[0][2:]]
        self.keys = [(r[0], r[1]) for r in sales[1:]]
        by_key = {(r[0], r[1]): r[2:] for r in flags[1:]}
        self.sales = [[float(v or 0) for v in r[2:]] for r in sales[1:]]
        self.flags = [[int(float(v or 0)) for v in by_key[k]] for k in self.keys]
        self.master = rows_of(folder, "master.csv")
        if len(self.days) != WEEKS_ALL:
            raise SystemExit(f"sales.csv: {len(self.days)} weeks, {WEEKS_ALL} expected")

    def day(self, week):
        """Monday of a week; weeks behind the last are counted on."""
        return self.days[0] + datetime.timedelta(days=7 * week)


def season_of(history, known):
    """Factor per ISO week, one for the whole assortment: mean in-stock sales of that week over the mean of all weeks' means."""
    of_week = {}
    for week in range(known):
        cells = [s[week] for s, f in zip(history.sales, history.flags) if f[week]]
        of_week.setdefault(history.day(week).isocalendar()[1], []).append(sum(cells) / len(cells) if cells else 0)
    means = {w: sum(v) / len(v) for w, v in of_week.items()}
    level = sum(means.values()) / len(means)
    return {w: m / level if m > 0 else 1.0 for w, m in means.items()}


def benchmark_forecast(history, known, ahead):
    """The official benchmark's: mean of the last 13 weeks, season taken out, stock-outs left out, season put back."""
    season = season_of(history, known)
    factor = lambda week: season.get(history.day(week).isocalendar()[1], 1.0)
    out = []
    for sales, flags in zip(history.sales, history.flags):
        recent = [sales[w] / factor(w) for w in range(known - MEAN_WEEKS, known) if flags[w]]
        level = sum(recent) / len(recent) if recent else 0.0
        out.append([level * factor(known + h) for h in range(ahead)])
    return out


def rounded(units):
    return max(0, math.floor(units + 0.5))


class Game:
    """One policy's stock through the eight weeks of a window that starts after `known` weeks."""

    def __init__(self, history, known, start_forecast):
        self.history, self.known, self.week = history, known, 0
        self.end = [rounded(1.5 * f[0]) for f in start_forecast]
        self.transit1 = [rounded(f[0]) for f in start_forecast]
        self.transit2 = [rounded(f[0]) for f in start_forecast]
        self.cost = self.held = self.lost = 0.0

    def play(self, orders):
        """One week: `orders` were placed before its sales are seen."""
        week = self.known + self.week
        for i, order in enumerate(orders):
            start = self.end[i] + self.transit1[i]
            demand = self.history.sales[i][week]
            sold = min(start, demand)
            self.end[i] = start - sold
            self.transit1[i], self.transit2[i] = self.transit2[i], order
            if self.week < WEEKS_FREE or not self.history.flags[i][week]:
                continue
            self.held += HOLDING * self.end[i]
            self.lost += SHORTAGE * (demand - sold)
        self.week += 1
        self.cost = self.held + self.lost


def orders_benchmark(game, forecast):
    """Order up to four weeks of forecast, less everything on hand and on its way."""
    return [rounded(sum(f[:COVER_WEEKS]) - game.end[i] - game.transit1[i] - game.transit2[i]) for i, f in enumerate(forecast)]


def orders_formula(game, forecast):
    """Project the stock to the arrival (lost sales), then order up to f + 0.967 sqrt(f) of the week it arrives for."""
    orders = []
    for i, f in enumerate(forecast):
        stock = max(0.0, game.end[i] + game.transit1[i] - f[0])
        stock = max(0.0, stock + game.transit2[i] - f[1])
        orders.append(rounded(f[2] + SAFETY * math.sqrt(f[2]) - stock))
    return orders
