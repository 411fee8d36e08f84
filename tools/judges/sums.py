#!/usr/bin/env python3
"""Calibration of sums over a lead time L and over L plus the review R: randomised PIT, overall and per decile of forecast volume, with sharpness beside it.

Sets: M5 (days, L 14, R 7) and Online Retail (weeks, L 4, R 1); three origins each, one sum apart. u = P(Y < y) + v (P(Y <= y) - P(Y < y)), v uniform by a fixed seed; the
share of u below p must be p within max(2 points, 2 s.e.), in a decile within max(4 points, 2 s.e.), s.e. clustered by item over origins. Sharpness: mean width between the .1 and .9 quantiles,
and pinball at .5 .8 .9 .95, over the mean that happened."""
import argparse
import math
import os
import random
import sys

import judge
import m5
import retail

LEVELS = (.1, .25, .5, .75, .9, .95)
QUANTILES = (.1, .5, .8, .9, .95)


def cases_m5(path, back, length):
    for name, first, values in m5.read(path):
        end = 1913 - length * (back + 1)
        if end - first >= 28:
            yield name, f"{name} 1 0 {first % 7} {length} " + " ".join(f"{v:g}" for v in values[first:end]), values[end:end + length]


def cases_retail(path, back, length):
    items, last = retail.weeks_of(path)
    end = last + 1 - length * (back + 1)
    for sku, history, _ in retail.cases_at(items, end):
        yield sku, f"{sku} 7 0 0 {length} " + " ".join(f"{v:g}" for v in history), [max(0.0, items[sku].get(w, 0)) for w in range(end, end + length)]


def told(program, cases, back, length, path, seed, options):
    """(item, forecast mean, u, width, pinball, actual) of each case of three origins."""
    draw, out = random.Random(seed), []
    for origin in range(back + 2, back - 1, -1):
        rows = list(cases(path, origin, length))
        lines = [f"{text} = " + " ".join(f"{v:g}" for v in actual) for _, text, actual in rows]
        for (item, _, actual), f in zip(rows, judge.forecast(program, lines, QUANTILES, *options)):
            s, y = f.stretch[0], sum(actual)
            u = s.below[0] + draw.random() * (s.below[1] - s.below[0])
            loss = sum(judge.pinball(q, y, p) for q, p in zip(s.quantile[1:], QUANTILES[1:])) / 4
            out.append((item, s.mean, u, s.quantile[3] - s.quantile[0], loss, y))
    return out


def share_and_error(cases, p):
    """Share of u below p, and its standard error with the items as clusters."""
    share = sum(c[2] <= p for c in cases) / len(cases)
    by_item = {}
    for c in cases:
        by_item[c[0]] = by_item.get(c[0], 0) + (c[2] <= p) - share
    return share, math.sqrt(sum(g * g for g in by_item.values())) / len(cases)


def verdict(cases, least):
    """Shares at LEVELS and the largest excess over what is allowed, in points; <= 0 is calibrated."""
    shares, excess = [], -100.0
    for p in LEVELS:
        share, error = share_and_error(cases, p)
        shares.append(share)
        excess = max(excess, 100 * (abs(share - p) - max(least, 2 * error)))
    mean = sum(c[5] for c in cases) / len(cases) or 1e-9
    return [float(len(cases)), sum(c[1] for c in cases) / len(cases), mean, *shares, sum(c[3] for c in cases) / len(cases) / mean,
            sum(c[4] for c in cases) / len(cases) / mean, excess]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--program", default="build/bench/forecast-rows")
    parser.add_argument("--back", type=int, default=0, help="move all origins this many sums back: what choices may look at")
    judge.ask_alone(parser)
    args = parser.parse_args()
    head = ["", "sums", "told", "happened", *(f"u<={p}" for p in LEVELS), "width", "pinball", "over"]
    for name, cases, lengths in (("m5", cases_m5, (14, 21)), ("online_retail", cases_retail, (4, 5))):
        path = os.path.join(args.data, name)
        if not os.path.isdir(path):
            print(f"{name}: skipped, {path} is not there")
            continue
        for length in lengths:
            rows = sorted(told(args.program, cases, args.back, length, path, 1, judge.together(args)), key=lambda c: c[1])
            n = len(rows)
            table = [(f"{name}, {length} ahead", *verdict(rows, .02))]
            table += [(f"  decile {d + 1}", *verdict(rows[d * n // 10:(d + 1) * n // 10], .04)) for d in range(10)]
            judge.print_table(head, table)
            judge.bar("points over what is allowed, overall", table[0][-1], 0)
            judge.bar("deciles that are not calibrated", float(sum(row[-1] > 1e-9 for row in table[1:])), 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
