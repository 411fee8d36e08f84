#!/usr/bin/env python3
"""rank.py (--build BUILD --seeds 31,32,33,34 | --rows FILE...) - rank and confidence judged on replayed history.

Makes seeded sample distributors (scale 0.05), replays the orders that planning wanted on nine days of their past (judge-rank-rows), and prints
  rank: replayed against predicted gain of acting now by deciles, slope; regret of the best N a day against hindsight, beside value at risk, days of cover and ABC;
  confidence: reliability by bins, AUC, regret of the surest half, what a constant would score.
The record of confidence is fitted by judge-rank-fit, on other seeds than are judged. docs/judges.md has the protocol."""
import argparse
import csv
import json
import math
import pathlib
import subprocess
import sys
import tempfile

TEXTS = ("day", "item", "place", "kind", "tier")
PER_DAY = 20
AUTOMATION_LINE = 0.9
GATED = "no rule may decide: "          # in the words of a case's tier


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [{name: value if name in TEXTS else float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def said_by(build, store, *words):
    return json.loads(subprocess.run([f"{build}/stockwright", *words, "--store", store, "-o", "json", "--quiet"], check=True, stdout=subprocess.PIPE).stdout)


def touched(build, store, truth):
    """(lower bound, behind a gate) of open orders on item-places (or whole places) where a fault in the data was planted; a lower bound of None: nothing may be automated."""
    places = [(row.get("item", ""), row["place"]) for story in truth if story["kind"] == "fix-data" for row in story["rows"]]
    found = []
    for kind in ("buy", "move"):
        for row in said_by(build, store, "queue", "--kind", kind, "--limit", "1000")["rows"]:
            if any(place == row["place"] and item in ("", row["item"]) for item, place in places):
                case = said_by(build, store, "queue", "show", str(row["id"]))["case"]
                found.append((case["confidence_low"], GATED in case["rule_text"]))
    return found


def judge_faults(lows):
    below = sum(low is None or low < AUTOMATION_LINE for low, _ in lows)
    kept = sum(low is None or low < AUTOMATION_LINE or gated for low, gated in lows)
    print(f"\nplanted faults: {kept} of {len(lows)} open orders that they touch are kept from rules (bar 95 %), {below} of them by a lower bound below {AUTOMATION_LINE}")


def made(build, seeds, lows):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            store = pathlib.Path(folder) / str(seed)
            subprocess.run([f"{build}/stockwright", "demo", "--seed", str(seed), "--scale", "0.05", "--no-serve", "--quiet", "--directory", store], check=True)
            sheet = pathlib.Path(folder) / f"{seed}.csv"
            with sheet.open("w") as out:
                subprocess.run([f"{build}/tools/judges/judge-rank-rows", store / "store", str(seed), "13", "9"], check=True, stdout=out)
            rows += rows_of(sheet)
            lows += touched(build, store / "store", json.loads((store / "truth.json").read_text(encoding="utf-8")))
    return rows


# ---- labels ----

def regret(row):
    return row["cost"] - row["reference"]


def is_right(row):
    return row["right"] == 1


def share(rows):
    return sum(map(is_right, rows)) / len(rows)


def cluster(row):
    return row["seed"], row["item"]


def clustered_se(rows, value):
    """Of the mean of value(row), items as clusters."""
    mean, sums = sum(map(value, rows)) / len(rows), {}
    for row in rows:
        sums[cluster(row)] = sums.get(cluster(row), 0) + value(row) - mean
    return math.sqrt(sum(s * s for s in sums.values())) / len(rows)


# ---- rank ----

def deciles(rows):
    rows = sorted(rows, key=lambda row: row["rank"])
    return [rows[d * len(rows) // 10:(d + 1) * len(rows) // 10] for d in range(10)]


def slope(points):
    mx, my = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    return sum((x - mx) * (y - my) for x, y in points) / sum((x - mx) ** 2 for x, _ in points)


def judge_rank(rows):
    print(f"rank: {len(rows)} wanted orders, gain of acting now in money")
    print("| decile | orders | predicted | played by the told law | replayed | s.e. |\n|---|---|---|---|---|---|")
    points, told = [], []
    for d, part in enumerate(deciles(rows)):
        x, law, y = (sum(row[name] for row in part) / len(part) for name in ("rank", "told", "replayed"))
        points.append((x, y))
        told.append((x, law))
        print(f"| {d + 1} | {len(part)} | {x:.2f} | {law:.2f} | {y:.2f} | {clustered_se(part, lambda row: row['replayed']):.2f} |")
    total = sum(row["replayed"] for row in rows) / sum(row["rank"] for row in rows)
    print(f"slope over deciles {slope(points):.2f} (bar .8 to 1.2); replayed over predicted in all {total:.2f}; slope by the told law {slope(told):.2f} (must be 1)")
    tiers = {"key": 0, "A": 1, "B": 2, "C": 3}
    orders = {"rank": lambda row: -row["rank"], "value at risk": lambda row: -row["p1"] * row["value"], "days of cover": lambda row: row["cover"],
              "ABC, then cover": lambda row: (tiers.get(row["tier"], 4), row["cover"])}
    days = {}
    for row in rows:
        days.setdefault((row["seed"], row["day"]), []).append(row)
    print(f"\n| the best {PER_DAY} a day by | gain | regret against hindsight |\n|---|---|---|")
    best = sum(sum(sorted((max(0, row["replayed"]) for row in day), reverse=True)[:PER_DAY]) for day in days.values())
    for name, order in orders.items():
        gain = sum(sum(row["replayed"] for row in sorted(day, key=order)[:PER_DAY]) for day in days.values())
        print(f"| {name} | {gain:.0f} | {best - gain:.0f} |")


# ---- confidence ----

def auc(rows, score):
    ordered = sorted(rows, key=score)
    right, rank, at = sum(map(is_right, rows)), 0.0, 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and score(ordered[end]) == score(ordered[at]):
            end += 1
        rank += (at + end + 1) / 2 * sum(is_right(row) for row in ordered[at:end])
        at = end
    wrong = len(rows) - right
    return (rank - right * (right + 1) / 2) / (right * wrong) if right and wrong else float("nan")


def judge_confidence(rows, score, name):
    ordered = sorted(rows, key=score)
    print(f"\nconfidence, {name}: {len(rows)} labels, {sum(map(is_right, rows)) / len(rows):.4f} right")
    print("| said | labels | right | 2 s.e. | within |\n|---|---|---|---|---|")
    for part in parts_of(ordered, score, 5):
        said, right = sum(map(score, part)) / len(part), sum(map(is_right, part)) / len(part)
        se = 2 * clustered_se(part, lambda row: float(is_right(row)))
        print(f"| {said:.3f} | {len(part)} | {right:.3f} | {se:.3f} | {'yes' if abs(said - right) <= max(0.03, se) else 'no'} |")
    half = len(ordered) // 2
    mean = sum(max(0, regret(row)) for row in rows) / len(rows)
    surest = sum(max(0, regret(row)) for row in ordered[len(ordered) - half:]) / half
    print(f"AUC {auc(rows, score):.3f} (bar .65); mean regret {mean:.2f}, of the surest half {surest:.2f} = {surest / mean:.2f} of it (bar .50)")


def parts_of(ordered, score, count):
    """About equal parts; equal scores are not torn apart."""
    parts, at = [], 0
    for k in range(1, count + 1):
        end = max(at, len(ordered) * k // count)
        while 0 < end < len(ordered) and score(ordered[end]) == score(ordered[end - 1]):
            end += 1
        if end > at:
            parts.append(ordered[at:end])
        at = end
    return parts


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", default="build")
    arguments.add_argument("--seeds", default="31,32,33,34")
    arguments.add_argument("--rows", nargs="*")
    given = arguments.parse_args()
    lows = []
    rows = [row for path in given.rows for row in rows_of(path)] if given.rows else made(given.build, given.seeds.split(","), lows)
    judge_rank(rows)
    judge_confidence(rows, lambda row: row["share"], "as the product says")
    constant = share(rows)
    judge_confidence(rows, lambda row: constant, "a constant (must fail)")
    if lows:
        judge_faults(lows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
