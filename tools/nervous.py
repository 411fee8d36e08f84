#!/usr/bin/env python3
"""nervous.py BINARY STORE FIRST-DAY DAYS - how much proposals move from one day to the next: sum |dq| / sum q over consecutive days, of what would be ordered
(`plan --as-of`, item-places with a proposal on both days), raw and behind the queue's dead-band: a quantity that people see stays
until the proposal has moved away from it by more than DEAD (0.15)."""
import csv
import datetime
import os
import pathlib
import subprocess
import sys
import tempfile

DEAD = 0.15


def proposals(binary, store, day, folder):
    path = pathlib.Path(folder) / f"{day}.csv"
    subprocess.run([binary, "plan", "--store", store, "--as-of", str(day), "--proposals", str(path), "--quiet"], check=True, stdout=subprocess.DEVNULL)
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["item"], row["place"]): float(row["quantity"]) for row in csv.DictReader(file)}


def ratio(moved, total):
    return moved / total if total else 0.0


def main():
    binary, store, first, days = os.path.abspath(sys.argv[1]), sys.argv[2], datetime.date.fromisoformat(sys.argv[3]), int(sys.argv[4])
    shown, before, raw, held, total = {}, {}, 0.0, 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for n in range(days):
            today = proposals(binary, store, first + datetime.timedelta(n), folder)
            for key, quantity in today.items():
                old, seen = before.get(key, 0.0), shown.get(key, 0.0)
                both = n > 0 and old > 0 and quantity > 0       # opening and closing is the queue's business, not nervousness
                if both:
                    raw += abs(quantity - old)
                    total += quantity
                if quantity == 0 or seen == 0 or abs(quantity - seen) > DEAD * seen:
                    held += abs(quantity - seen) if both and seen > 0 else 0.0
                    shown[key] = quantity
            before = today
    print(f"sum |dq| / sum q between days: {ratio(raw, total):.3f} proposed, {ratio(held, total):.3f} shown behind a dead-band of {DEAD:.0%}; {total:.0f} units over {days} days")


if __name__ == "__main__":
    main()
