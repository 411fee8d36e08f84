#!/usr/bin/env python3
"""Plays VN2 with the product as a black box: files in, `plan --as-of --proposals` out, week by week. See docs/judges.md."""
import argparse
import csv
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import vn2_rules as rules

HERE = os.path.dirname(os.path.abspath(__file__))


class Product:
    """One store; only the command line is used."""

    def __init__(self, binary, policy, folder):
        self.binary, self.folder, self.store = binary, folder, os.path.join(folder, "store")
        self.run("init")
        self.run("policy", "apply", policy, "--yes")

    def teach(self, day):
        """Everything known at the end of this day; returns whether the model may speak."""
        return self.run("model", "train", "--as-of", day.isoformat(), "--user", "judge")["model"]["champion"]

    def run(self, *words):
        done = subprocess.run([self.binary, "--store", self.store, "--quiet", "-o", "json", *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"stockwright {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def write(self, name, rows):
        path = os.path.join(self.folder, name)
        with open(path, "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return path

    def take_in(self, name, rows, map_name, *more):
        result = self.run("import", self.write(name, rows), "--map", map_name, *more)
        if result["bad_rows"] or result["parked"] or result["conflicting"]:
            raise SystemExit(f"{name}: {json.dumps(result)}")
        return result

    def masters(self, history):
        self.take_in("master.csv", history.master, "public/vn2-master")

    def week(self, history, known, game, learner):
        """What is known before week `known` opens (stock of Sunday night, both orders on their way), then the quantities."""
        head = ["Store", "Product"] + [d.isoformat() for d in history.days[:known]]
        self.write("in_stock.csv", [head] + [[*k, *f[:known]] for k, f in zip(history.keys, history.flags)])
        told = self.take_in("sales.csv", [head] + [[*k, *(f"{v:g}" for v in s[:known])] for k, s in zip(history.keys, history.sales)], "public/vn2-sales")
        if told["corrected" if game.week else "new"] != len(history.keys):
            raise SystemExit(f"a longer history takes the place of the shorter one, key by key: {json.dumps(told)}")
        monday = history.day(known)
        day = lambda days: (monday + datetime.timedelta(days=days)).isoformat()
        stock = [["Store", "Product", "EndInventory", "InTransitW1", "InTransitW2"]]
        stock += [[*k, f"{game.end[i]:g}", game.transit1[i], game.transit2[i]] for i, k in enumerate(history.keys)]
        self.take_in("stock.csv", stock, "public/vn2-stock", "--accept-held", "--user", "judge", "--set",
                     f"as_of={day(-1)},ordered_1={day(-14)},arrives_1={day(0)},ordered_2={day(-7)},arrives_2={day(7)}")
        if game.week:
            self.arrived(history, day(-21), day(-7))
        self.due = list(game.transit1)
        if learner and game.week == 0:
            print(f"       the learner {'is' if self.teach(monday - datetime.timedelta(days=1)) else 'is not'} a champion", flush=True)
        return self.proposals(history, monday)

    def arrived(self, history, ordered, received):
        """What was due last Monday came in full, as the rules of the game have it."""
        rows = [["doc", "line", "ref_doc", "ref_line", "supplier", "item", "place", "qty", "received_day"]]
        rows += [[f"R/{ordered}/{k[0]}/{k[1]}", 1, f"{ordered}/{k[0]}/{k[1]}", 1, "SUPPLY", k[1], k[0], q, received] for k, q in zip(history.keys, self.due) if q]
        self.take_in("receipts.csv", rows, "receipts")

    def proposals(self, history, monday):
        path = os.path.join(self.folder, "proposals.csv")
        self.run("plan", "--as-of", monday.isoformat(), "--proposals", path)
        arrival = (monday + datetime.timedelta(days=14)).isoformat()
        quantity = {}
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                units = float(row["quantity"])
                if units < 0 or units != int(units):
                    raise SystemExit(f"{row}: orders are whole units")
                if units and (row["order_day"], row["arrival_day"]) != (monday.isoformat(), arrival):
                    raise SystemExit(f"{row}: an order of {monday} arrives on {arrival}")
                quantity[(row["place"], row["item"])] = int(units)
        if sorted(quantity) != sorted(history.keys):
            raise SystemExit(f"proposals: {len(quantity)} item-places, {len(history.keys)} expected")
        return [quantity[k] for k in history.keys]


def window(history, known, args):
    """Eight weeks from week `known` on."""
    start = rules.benchmark_forecast(history, known, 1)
    games = {name: rules.Game(history, known, start) for name in ("product", "formula", "benchmark")}
    folder = tempfile.mkdtemp(prefix="vn2-")
    try:
        product = Product(args.binary, args.policy, folder)
        product.masters(history)
        for week in range(rules.WEEKS):
            forecast = rules.benchmark_forecast(history, known + week, 4)
            orders = {name: [0] * len(history.keys) for name in games}
            if week < rules.ORDERS:
                orders = {"product": product.week(history, known + week, games["product"], args.learner),
                          "formula": rules.orders_formula(games["formula"], forecast),
                          "benchmark": rules.orders_benchmark(games["benchmark"], forecast)}
            for name, game in games.items():
                game.play(orders[name])
        product.run("check", "store")
        if args.keep:
            shutil.copytree(folder, os.path.join(args.keep, f"from-{known}"), dirs_exist_ok=True)
    finally:
        shutil.rmtree(folder)
    return games


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with sales.csv, in_stock.csv, master.csv, plain or .gz")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--windows", default="5..8", help="J..K; window j starts 157-8j weeks in")
    parser.add_argument("--starts", help="W,W..: instead of windows, weeks to start after; the table names the fraction of a window")
    parser.add_argument("--policy", default=os.path.join(HERE, "..", "..", "policies", "judge-weekly.json"))
    parser.add_argument("--learner", action="store_true", help="teach a model before each window; the policy given must let it speak")
    parser.add_argument("--keep", help="keep every window's files and store below this folder")
    args = parser.parse_args()
    first, _, last = args.windows.partition("..")
    starts = [int(w) for w in args.starts.split(",")] if args.starts else [rules.WEEKS_ALL - rules.WEEKS * j for j in range(int(first), int(last or first) + 1)]
    history = rules.History(args.data)
    print(f"{'window':>6} {'from':>10} {'product':>9} {'held':>8} {'lost':>8} {'formula':>9} {'held':>8} {'lost':>8} {'benchmark':>9} "
          f"{'to formula':>10} {'to benchm.':>10} {'form./b.':>8} {'seconds':>7}")
    ratios = []
    for known in starts:
        begun = time.monotonic()
        games = window(history, known, args)
        p, f, b = games["product"], games["formula"], games["benchmark"]
        ratios.append((p.cost / f.cost, p.cost / b.cost, f.cost / b.cost))
        print(f"{(rules.WEEKS_ALL - known) / rules.WEEKS:>6g} {history.day(known)!s:>10} {p.cost:>9.1f} {p.held:>8.1f} {p.lost:>8.1f} {f.cost:>9.1f} {f.held:>8.1f} "
              f"{f.lost:>8.1f} {b.cost:>9.1f} {ratios[-1][0]:>10.4f} {ratios[-1][1]:>10.4f} {ratios[-1][2]:>8.4f} {time.monotonic() - begun:>7.1f}", flush=True)
    n = len(ratios)
    mean = [sum(r[k] for r in ratios) / n for k in range(3)]
    better = sum(r[0] < 1 for r in ratios)
    print(f"mean paired ratio to the formula {mean[0]:.4f}, better in {better} of {n}; to the benchmark {mean[1]:.4f}; formula to benchmark {mean[2]:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
