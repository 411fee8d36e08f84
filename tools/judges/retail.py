#!/usr/bin/env python3
"""Online Retail: each item's sum over the next eight weeks, from weekly net demand; pinball at .5 .8 .9 .95 over what was sold, and the bias of the mean.

A week's demand is what was ordered less what was cancelled (same item), never below zero. An item counts at an origin once it has been ordered before it;
its weeks begin with its first order. Three origins, the last of which ends with the last whole week."""
import argparse
import datetime
import sys

import judge

HORIZON, QUANTILES = 8, (.5, .8, .9, .95)


def weeks_of(folder):
    """{sku: {week: net units}} and the last whole week."""
    items, last_day = {}, None
    for row in judge.rows(folder, "order_lines.csv"):
        day = datetime.date.fromisoformat(row["datetime"][:10])
        last_day = max(day, last_day or day)
        week = (day.toordinal() - 1) // 7
        weeks = items.setdefault(row["sku"], {})
        weeks[week] = weeks.get(week, 0) + float(row["quantity"])
    last = (last_day.toordinal() - 1) // 7
    return items, last if last_day.weekday() == 6 else last - 1


def cases_at(items, end):
    """(sku, history, units in the weeks end .. end + 7) of every item ordered before week `end`."""
    out = []
    for sku in sorted(items):
        weeks = items[sku]
        first = min((w for w, q in weeks.items() if q > 0), default=end)
        if first < end:
            history = [max(0.0, weeks.get(w, 0)) for w in range(first, end)]
            out.append((sku, history, sum(max(0.0, weeks.get(w, 0)) for w in range(end, end + HORIZON))))
    return out


def pooled_ratios(items, end, cases):
    """The baseline: mean of the last 8 weeks x quantiles of (next 8 weeks / that mean) over all items, one horizon earlier."""
    level = lambda history: sum(history[-8:]) / len(history[-8:])
    before = [(a / (8 * level(h)), level(h)) for _, h, a in cases_at(items, end - HORIZON) if level(h) > 0]
    before.sort()
    total = sum(w for _, w in before)
    ratios = []
    for p in QUANTILES:
        passed = 0
        for ratio, weight in before:
            passed += weight
            if passed >= p * total:
                break
        ratios.append(ratio)
    return [[8 * level(h) * r for r in ratios] for _, h, _ in cases]


def ratios_by_fifth(items, end, cases):
    """The baseline of the bar: mean of the last 13 weeks x quantiles of (next 8 weeks / that mean) over the items of the same fifth of volume, one horizon earlier."""
    level = lambda history: sum(history[-13:]) / len(history[-13:])
    fifth = lambda levels: [levels[len(levels) * k // 5] for k in range(1, 5)]
    edges = fifth(sorted(level(h) for _, h, _ in cases if level(h) > 0))
    group = lambda history: sum(level(history) >= e for e in edges)
    before = [[] for _ in range(5)]
    for _, h, a in cases_at(items, end - HORIZON):
        if level(h) > 0:
            before[group(h)].append(a / (8 * level(h)))
    for ratios in before:
        ratios.sort()
    at = lambda ratios, p: ratios[min(len(ratios) - 1, int(p * len(ratios)))] if ratios else 1
    return [[8 * level(h) * at(before[group(h)], p) for p in QUANTILES] for _, h, _ in cases]


def score(quantiles, cases):
    loss = sum(judge.pinball(q, a, p) for row, (_, _, a) in zip(quantiles, cases) for q, p in zip(row, QUANTILES))
    return loss / len(QUANTILES) / sum(a for _, _, a in cases)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with online_retail/order_lines.csv.gz")
    parser.add_argument("--program", default="build/bench/forecast-rows")
    parser.add_argument("--back", type=int, default=0, help="move all origins this many horizons back: what choices may look at")
    judge.ask_alone(parser)
    args = parser.parse_args()
    items, last = weeks_of(judge.folder(args.data, "online_retail"))
    table = []
    for back in range(3 + args.back - 1, args.back - 1, -1):
        end = last + 1 - HORIZON * (back + 1)
        cases = cases_at(items, end)
        lines = [f"{sku} 7 0 0 {HORIZON} " + " ".join(f"{v:g}" for v in h) for sku, h, _ in cases]
        told = judge.forecast(args.program, lines, QUANTILES, *judge.together(args))
        bias = sum(f.stretch[0].mean for f in told) / sum(a for _, _, a in cases) - 1
        cover = [sum(a <= f.stretch[0].quantile[k] for f, (_, _, a) in zip(told, cases)) / len(cases) for k in range(4)]
        table.append((datetime.date.fromordinal(end * 7 + 1).isoformat(), float(len(cases)), score([f.stretch[0].quantile for f in told], cases),
                      score(pooled_ratios(items, end, cases), cases), score(ratios_by_fifth(items, end, cases), cases), bias, *cover))
    mean = [sum(row[i] for row in table) / len(table) for i in range(1, len(table[0]))]
    judge.print_table(["origin", "items", "ours", "pooled ratios", "by fifth", "bias", *(f"P(<= q{p})" for p in QUANTILES)], table + [("mean", *mean)])
    judge.bar("pinball over demand", mean[1], 0.182)
    judge.bar("pinball over that of the ratios by fifth", mean[1] / mean[3], 0.948)
    judge.bar("size of the bias of the mean", abs(mean[4]), 0.05)
    return 0


if __name__ == "__main__":
    sys.exit(main())
