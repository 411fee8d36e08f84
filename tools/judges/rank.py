#!/usr/bin/env python3
"""rank.py (--build BUILD --seeds 31,32,33,34 | --rows FILE...) [--fit FILE] - rank and confidence judged on replayed history.

Makes seeded sample distributors (scale 0.05), replays the orders that planning wanted on nine days of their past (judge-rank-rows), and prints
  rank: replayed against predicted gain of acting now by deciles, slope; regret of the best N a day against hindsight, beside value at risk, days of cover and ABC;
  confidence: reliability by bins, AUC, regret of the surest half, what a constant would score.
--fit writes the fitted record (src/draft/confidence-fit.h) instead: fit on other seeds than are judged. docs/judges.md has the protocol."""
import argparse
import csv
import hashlib
import json
import math
import pathlib
import subprocess
import sys
import tempfile

TEXTS = ("day", "item", "place", "kind", "tier")
FITTED = ("rate", "lead", "model", "young", "thin", "stated-lead", "pooled-lead", "poor-model", "lumpy", "wide", "long", "rounded", "exposed", "odd")
LEAST_LABELS, BIN_LABELS, PER_DAY = 200, 200, 20
AUTOMATION_LINE = 0.9
GATED = "no rule may decide: "          # in the words of a case's tier
Z90 = 1.2815515655446004


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
    return regret(row) <= max(25, 0.05 * row["value"], row["week"])


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


# ---- the fit ----

def logistic(rows, steps=4000, rate=0.5, ridge=0.002):
    """Weights >= 0 of the signs (more of any is never surer), by projected gradient on the log likelihood of being wrong."""
    x = [[row[name] for name in FITTED] for row in rows]
    y = [0.0 if is_right(row) else 1.0 for row in rows]
    weights, offset, n = [0.0] * len(FITTED), -3.0, len(rows)
    for _ in range(steps):
        gradient, down = [0.0] * len(FITTED), 0.0
        for values, wrong in zip(x, y):
            gap = 1 / (1 + math.exp(-(offset + sum(w * v for w, v in zip(weights, values) if v)))) - wrong
            down += gap
            for k, value in enumerate(values):
                if value:
                    gradient[k] += gap * value
        offset -= rate * down / n * 4
        weights = [max(0.0, w - rate * 4 * (g / n + ridge * w)) for w, g in zip(weights, gradient)]
    return weights


def doubt(row, weights):
    return sum(w * row[name] for w, name in zip(weights, FITTED))


def isotonic(rows, weights):
    """(mean doubt, share right, its 90 % lower bound, labels), right never rising with doubt; at least BIN_LABELS labels each."""
    ordered, blocks, at = sorted(rows, key=lambda row: doubt(row, weights)), [], 0
    while at < len(ordered):
        end = min(len(ordered), at + BIN_LABELS)
        while end < len(ordered) and doubt(ordered[end], weights) == doubt(ordered[end - 1], weights):
            end += 1
        if len(ordered) - end < BIN_LABELS:
            end = len(ordered)
        blocks.append(ordered[at:end])
        at = end
    merged = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and share(merged[-2]) <= share(merged[-1]):
            merged[-2:] = [merged[-2] + merged[-1]]
    return [(sum(doubt(row, weights) for row in block) / len(block), share(block), lower(block), len(block)) for block in merged]


def share(rows):
    return sum(map(is_right, rows)) / len(rows)


def lower(rows):
    """Wilson's bound, one-sided 90 %, with the labels that the clusters are worth."""
    p, n = share(rows), len(rows)
    se = clustered_se(rows, lambda row: float(is_right(row)))
    n = min(n, p * (1 - p) / se ** 2) if se > 0 else n / 2
    z2 = Z90 ** 2
    return (p + z2 / (2 * n) - Z90 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)


def cells_of(rows):
    """Kinds below all, tiers below kinds."""
    found = {}
    for row in rows:
        for cell in ((row["kind"], ""), (row["kind"], row["tier"])):
            found.setdefault(cell, []).append(row)
    return sorted(found.items())


def said(knots, at):
    """On the line between the two knots around it."""
    if at <= knots[0][0]:
        return knots[0][1]
    for (x0, p0, *_), (x1, p1, *_) in zip(knots, knots[1:]):
        if at <= x1:
            return p0 + (p1 - p0) * (at - x0) / (x1 - x0)
    return knots[-1][1]


def logit(p):
    return math.log(p / (1 - p))


def shift_of(rows, weights, knots):
    """What a cell adds to the log odds of being right, drawn to nothing by n / (n + LEAST_LABELS)."""
    expected = sum(said(knots, doubt(row, weights)) for row in rows) / len(rows)
    seen = (sum(map(is_right, rows)) + 10 * expected) / (len(rows) + 10)
    return (logit(min(max(seen, 0.001), 0.999)) - logit(min(max(expected, 0.001), 0.999))) * len(rows) / (len(rows) + LEAST_LABELS)


def fit(rows, path):
    days = sorted({row["day"] for row in rows})
    early = [row for row in rows if row["day"] in days[:len(days) // 2]]
    late = [row for row in rows if row["day"] not in days[:len(days) // 2]]
    weights = logistic(early)
    knots = isotonic(late, weights)
    cells = [(kind, tier, len(part), shift_of(part, weights, knots)) for (kind, tier), part in cells_of(late)]
    seeds = ",".join(str(int(seed)) for seed in sorted({row["seed"] for row in rows}))
    lines = ["static const double fit_weights[SIGN_COUNT_] = {"]
    lines += [f"    [SIGN_{name.upper().removesuffix('-LEAD').removesuffix('-MODEL')}] = {weight:.4f}," for name, weight in zip(FITTED, weights) if weight > 0]
    lines += ["};", "static const FitKnot fit_knots[] = {     /* mean doubt, share right, its lower bound, labels */"]
    lines += [f"    {{ {at:.4f}, {right:.4f}, {low:.4f}, {labels} }}," for at, right, low, labels in knots]
    lines += ["};", "static const FitCell fit_cells[] = {     /* labels, and what is added to the log odds */"]
    lines += [f"    {{ \"{kind}\", \"{tier}\", {labels}, {shift:.4f} }}," for kind, tier, labels, shift in cells]
    lines += ["};"]
    body = "\n".join(lines) + "\n"
    version = hashlib.sha256(body.encode()).hexdigest()[:12]
    head = (f"/* confidence-fit.h - written by tools/judges/rank.py --fit; do not edit. {len(rows)} labels of sample seeds {seeds}: weights on {len(early)} of the earlier days,\n"
            f" * shares on {len(late)} of the later ones. */\n#pragma once\n#define CONFIDENCE_FIT \"{version}\"\n#define CONFIDENCE_FIT_SEEDS \"{seeds}\"\n")
    pathlib.Path(path).write_text(head + body, encoding="utf-8")
    print(f"{path}: fit {version}, seeds {seeds}, {len(rows)} labels, {len(knots)} steps")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", default="build")
    arguments.add_argument("--seeds", default="31,32,33,34")
    arguments.add_argument("--rows", nargs="*")
    arguments.add_argument("--fit")
    given = arguments.parse_args()
    lows = []
    rows = [row for path in given.rows for row in rows_of(path)] if given.rows else made(given.build, given.seeds.split(","), lows)
    if given.fit:
        return fit(rows, given.fit)
    judge_rank(rows)
    judge_confidence(rows, lambda row: row["share"], "as the product says")
    constant = share(rows)
    judge_confidence(rows, lambda row: constant, "a constant (must fail)")
    if lows:
        judge_faults(lows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
