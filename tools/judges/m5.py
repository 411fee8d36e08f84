#!/usr/bin/env python3
"""M5 sample: three origins of 28 days ending with the given days. Scaled quantile loss of the days, pinball of the 28-day sum over its mean, RMSSE.

A series begins with its first sale. Losses of days are scaled as M5 scales them: by the mean absolute first difference of the history (quantile loss), by the root
mean squared one (RMSSE); a sum's pinball (.5 .8 .9 .95) is over all series' units. Means over series and origins, not weighted by sales."""
import argparse
import math
import statistics
import sys

import judge

HORIZON = 28
DAYS = (.005, .025, .165, .25, .5, .75, .835, .975, .995)
SUMS = (.5, .8, .9, .95)
QUANTILES = DAYS + (.8, .9, .95)


def read(folder):
    out = []
    for row in judge.rows(folder, "sales_1000_series.csv"):
        values = [float(row[f"d_{d}"]) for d in range(1, 1914) if f"d_{d}" in row]
        first = next((i for i, v in enumerate(values) if v > 0), None)
        if first is not None:
            out.append((row["id"], first, values))
    return out


def empirical(values, p):
    order = sorted(values)
    return order[min(len(order) - 1, max(0, math.ceil(p * len(order)) - 1))]


class Mean:
    """Mean of the last `window` days; days and sums by what those (and the sums of a year) showed around it."""

    def __init__(self, window):
        self.window, self.name = window, f"mean of {window} days"

    def __call__(self, history):
        recent = history[-self.window:]
        mean = sum(recent) / len(recent)
        return [mean] * HORIZON, [[empirical(recent, p) for p in DAYS]] * HORIZON, sums_by_history(history, mean)


def sums_by_history(history, mean):
    """Sums of 28 days seen in two years, brought to today's mean."""
    year = history[-728:]
    total, seen = sum(year[:HORIZON]), []
    for i in range(HORIZON, len(year) + 1):
        seen.append(total)
        if i < len(year):
            total += year[i] - year[i - HORIZON]
    level = sum(seen) / len(seen) if seen else 0
    scale = mean * HORIZON / level if level > 0 else 0
    return [scale * empirical(seen, p) if seen else 0 for p in SUMS]


class Smoothing:
    """Simple exponential smoothing, alpha by one-step squared error; quantiles of the residuals of two years added."""
    name = "SES"

    def __call__(self, history):
        best = None
        for alpha in (.02, .05, .1, .2, .3):
            level, errors = sum(history[:14]) / len(history[:14]), []
            for v in history:
                errors.append(v - level)
                level += alpha * errors[-1]
            loss = sum(e * e for e in errors)
            if best is None or loss < best[0]:
                best = loss, level, errors[-728:]
        _, level, errors = best
        return [level] * HORIZON, [[max(0, level + empirical(errors, p)) for p in DAYS]] * HORIZON, sums_by_history(history, level)


class Naive:
    """The same weekday a week ago; quantiles of the last 26 of that weekday."""
    name = "seasonal naive"

    def __call__(self, history):
        last = history[-7:]
        weekday = [[empirical(history[-7 * 26 + k::7] or [0], p) for p in DAYS] for k in range(7)]
        return [last[h % 7] for h in range(HORIZON)], [weekday[h % 7] for h in range(HORIZON)], sums_by_history(history, sum(last) / len(last))


def ours(program, cases, options):
    lines = [f"{name} 1 0 {first % 7} {HORIZON} " + " ".join(f"{v:g}" for v in history) for name, first, history, _ in cases]
    out = []
    for f in judge.forecast(program, lines, QUANTILES, "-b", "-s", f"0:{HORIZON}", *options):
        whole, days = f.stretch[0], f.stretch[1:]
        sums = [whole.quantile[QUANTILES.index(p)] for p in SUMS]
        out.append((f.means, [d.quantile[:len(DAYS)] for d in days], sums))
    return out


R_SCRIPT = """
suppressPackageStartupMessages(library(forecast))
args <- commandArgs(TRUE)
set.seed(1)
for (w in strsplit(readLines(args[2]), " ")) {
  h <- as.integer(w[5]); y <- ts(as.numeric(w[-(1:5)]), frequency = 7)
  model <- if (args[1] == "ets") ets(y) else NULL
  f <- if (is.null(model)) thetaf(y, h, level = 95) else forecast(model, h, level = 95)
  sd <- (as.numeric(f$upper) - as.numeric(f$mean)) / qnorm(.975)
  sums <- if (is.null(model)) sum(f$mean) + qnorm(c(.5, .8, .9, .95)) * sqrt(sum(sd^2))
          else quantile(replicate(200, sum(simulate(model, h, bootstrap = FALSE))), c(.5, .8, .9, .95))
  cat(w[1], as.numeric(f$mean), sd, as.numeric(sums), "\\n")
}
"""


def by_r(method, cases):
    """Normal quantiles around R's means; sums by 200 simulated paths (ets), or as if days were independent (thetaf)."""
    rows = judge.r_run(R_SCRIPT, method, [f"{name} 1 7 0 {HORIZON} " + " ".join(f"{v:g}" for v in history) for name, _, history, _ in cases])
    normal, out = [statistics.NormalDist().inv_cdf(p) for p in DAYS], []
    for name, _, _, _ in cases:
        numbers = [float(w) for w in rows[name]]
        means, sds, sums = numbers[:HORIZON], numbers[HORIZON:2 * HORIZON], numbers[2 * HORIZON:]
        out.append(([max(0, m) for m in means], [[max(0, m + z * s) for z in normal] for m, s in zip(means, sds)], [max(0, s) for s in sums]))
    return out


def score(forecasts, cases):
    quantile = rmsse = pinball = units = 0
    for (means, days, sums), (_, _, history, actual) in zip(forecasts, cases):
        steps = [b - a for a, b in zip(history, history[1:])]
        absolute = sum(abs(s) for s in steps) / len(steps) if steps else 0
        square = sum(s * s for s in steps) / len(steps) if steps else 0
        if absolute > 0:
            quantile += sum(judge.pinball(q, y, p) for row, y in zip(days, actual) for q, p in zip(row, DAYS)) / (HORIZON * len(DAYS) * absolute)
            rmsse += math.sqrt(sum((y - m) ** 2 for y, m in zip(actual, means)) / HORIZON / square)
        pinball += sum(judge.pinball(q, sum(actual), p) for q, p in zip(sums, SUMS)) / len(SUMS)
        units += sum(actual)
    return quantile / len(cases), pinball / units, rmsse / len(cases)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with m5/sales_1000_series.csv.gz")
    parser.add_argument("--program", default="build/bench/forecast-rows")
    parser.add_argument("--back", type=int, default=0, help="move all origins this many horizons back: what choices may look at")
    parser.add_argument("--baselines", type=int, default=1, help="0: only ours and the mean of 84 days")
    parser.add_argument("--r", type=int, default=0, help="only every n-th series, with R's ets and thetaf beside (0: all, without R; half a second a series, origin and method)")
    judge.ask_alone(parser)
    args = parser.parse_args()
    series = read(judge.folder(args.data, "m5"))[::args.r or 1]
    methods = [Mean(84)] + ([Mean(28), Mean(56), Mean(364), Smoothing(), Naive()] if args.baselines else [])
    results = {m.name: [] for m in methods}
    r_methods = ("ets", "thetaf") if args.r else ()
    results |= {name: [] for name in ("ours", *(f"R {m}" for m in r_methods))}
    for back in range(3 + args.back - 1, args.back - 1, -1):
        end = 1913 - HORIZON * (back + 1)
        cases = [(name, first, v[first:end], v[end:end + HORIZON]) for name, first, v in series if end - first >= HORIZON]
        results["ours"].append(score(ours(args.program, cases, judge.together(args)), cases))
        for m in r_methods:
            results[f"R {m}"].append(score(by_r(m, cases), cases))
        for m in methods:
            results[m.name].append(score([m(h) for _, _, h, _ in cases], cases))
    mean = {name: [sum(r[i] for r in rows) / len(rows) for i in range(3)] for name, rows in results.items()}
    judge.print_table(["", "quantile loss", "sum pinball", "RMSSE"], [(n, *m) for n, m in mean.items()])
    best = [min(m[i] for n, m in mean.items() if n != "ours") for i in range(3)]
    judge.bar("quantile loss over the best baseline", mean["ours"][0] / best[0], 1)
    judge.bar("pinball of sums over the best baseline", mean["ours"][1] / best[1], 1)
    judge.bar("RMSSE over the mean of 84 days", mean["ours"][2] / mean["mean of 84 days"][2], 0.985)
    return 0


if __name__ == "__main__":
    sys.exit(main())
