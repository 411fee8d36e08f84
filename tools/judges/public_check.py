#!/usr/bin/env python3
"""What must hold for the files a judge reads: every number a number, one row per item-place (and period), quantiles that rise."""
import csv
import datetime
import math
import sys


def number(row, name):
    value = float(row[name])
    if not math.isfinite(value) or value < 0:
        raise SystemExit(f"{name} is {row[name]}: {row}")
    return value


def proposals(path):
    seen, ordered, units = set(), 0, 0.0
    for row in csv.DictReader(open(path, newline="")):
        key = (row["item"], row["place"])
        if key in seen:
            raise SystemExit(f"{key} is there twice")
        seen.add(key)
        quantity = number(row, "quantity")
        if quantity and not row["order_day"] <= row["arrival_day"]:
            raise SystemExit(f"arrives before it is ordered: {row}")
        for name in ("p0", "p1"):
            if row[name] and number(row, name) > 1:
                raise SystemExit(f"no probability: {row}")
        if row["p0"] and float(row["p0"]) > float(row["p1"]) + 1e-6:
            raise SystemExit(f"p0 is above p1: {row}")
        ordered += quantity > 0
        units += quantity
    return seen, ordered, units


def forecast(path, day, horizon):
    rows, total = {}, 0.0
    with open(path, newline="") as file:
        reader = csv.DictReader(file)
        levels = [c for c in reader.fieldnames if c.startswith("q")]
        for row in reader:
            key, values = (row["item"], row["place"]), [number(row, c) for c in levels]
            if values != sorted(values):
                raise SystemExit(f"quantiles fall: {row}")
            if datetime.date.fromisoformat(row["from_day"]) < day:
                raise SystemExit(f"a forecast of the past: {row}")
            rows.setdefault(key, set()).add(row["from_day"])
            total += number(row, "mean")
    short = [k for k, days in rows.items() if len(days) != horizon]
    if short:
        raise SystemExit(f"{short[0]} has {len(rows[short[0]])} periods of {horizon}")
    return rows, total


def main():
    proposals_path, forecast_path, day, horizon = sys.argv[1:]
    seen, ordered, units = proposals(proposals_path)
    rows, total = forecast(forecast_path, datetime.date.fromisoformat(day), int(horizon))
    if seen != set(rows):
        raise SystemExit(f"{len(seen)} item-places have proposals, {len(rows)} forecasts")
    print(f"  item_places {len(seen)}  to_order {ordered}  units {units:.0f}  forecast_units {total:.0f} in {horizon} periods")


main()
