#!/usr/bin/env python3
"""M3: all 3,003 series, sMAPE of the mean forecast, by frequency; the last points of the training parts are the windows choices were made on."""
import argparse
import csv
import os
import sys

import judge

PERIODS = {"YEARLY": (365, 1), "QUARTERLY": (91, 4), "MONTHLY": (30, 12), "OTHER": (365, 1)}
PUBLISHED = {"Theta (published)": (16.90, 8.96, 13.85, 4.41, 13.01), "Naive2 (published)": (17.88, 9.95, 16.91, 6.30, 15.47)}


def smape(actual, forecast):
    return 200 * abs(actual - forecast) / (actual + forecast) if actual + forecast > 0 else 0.0


def read(folder):
    series = []
    for row in judge.rows(folder, "m3.csv"):
        days, season = PERIODS[row["period"]]
        series.append((row["id"], row["period"], days, season, int(row["horizon"]), int(row["n_train"]), row["values"].split()))
    return series


def table_row(name, errors):
    cells = [sum(errors[p]) / len(errors[p]) for p in PERIODS]
    every = [e for p in PERIODS for e in errors[p]]
    return name, *cells, sum(every) / len(every)


def score(series, forecasts, held_back):
    errors = {p: [] for p in PERIODS}
    for (name, period, _, _, horizon, train, values) in series:
        start = train - horizon * held_back
        if name not in forecasts:
            continue
        for h, forecast in enumerate(forecasts[name]):
            errors[period].append(smape(float(values[start + h]), max(0.0, float(forecast))))
    return errors


def ours(args, series, held_back):
    """Mean of every bucket ahead, by id."""
    text = []
    for (name, _, days, season, horizon, train, values) in series:
        start = train - horizon * held_back
        if start >= 6:
            text.append(f"{name} {days} {season} 0 {horizon} " + " ".join(values[:start]))
    out = {}
    for row in judge.forecast(args.program, text):
        out[row.id] = row.means
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with m3/m3.csv.gz")
    parser.add_argument("--program", default="build/bench/forecast-rows")
    parser.add_argument("--train-only", action="store_true", help="only the last points of the training parts: what choices may look at")
    parser.add_argument("--r", type=int, default=0, help="run R's thetaf and ets beside ours on every n-th series (0: not)")
    args = parser.parse_args()
    folder = judge.folder(args.data, "m3")
    series = read(folder)
    table = [table_row("ours, end of training parts", score(series, ours(args, series, 1), 1))]
    if not args.train_only:
        forecasts = ours(args, series, 0)
        mine = table_row("ours", score(series, forecasts, 0))
        table += [mine] + [(name, *cells) for name, cells in PUBLISHED.items()]
        if args.r:
            sample = series[::args.r]
            table.append(table_row(f"ours, every {args.r}th", score(sample, forecasts, 0)))
            for name in ("thetaf", "ets"):
                table.append(table_row(f"R {name}, every {args.r}th", score(sample, judge.r_forecast(name, sample), 0)))
    judge.print_table(["", "yearly", "quarterly", "monthly", "other", "all"], table)
    if not args.train_only:
        theta = PUBLISHED["Theta (published)"]
        worst = max(m / t for m, t in zip(mine[1:5], theta[:4]))
        judge.bar("sMAPE of all", mine[5], 12.7)
        judge.bar("worst frequency over published Theta", worst, 1.01)
    return 0


if __name__ == "__main__":
    sys.exit(main())
