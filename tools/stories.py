#!/usr/bin/env python3
"""stories.py BINARY SEED... - does the queue find what was planted? For each seed a sample distributor is made, its queue is read, and the
truth that was kept aside is compared: how many stories have a case of an expected kind among the first 50 rows, and whether a rule decided
anything in a forbidden direction. SCALE=0.25 and END=DAY by environment."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SCALE = os.environ.get("SCALE", "0.25")
FIRST = 50


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def queue(binary, store, view, limit):
    return json.loads(run(binary, "queue", "--store", store, "--view", view, "--limit", str(limit), "-o", "json"))["rows"]


def touches(case, pairs):
    return any((not item or item == case["item"]) and place == case["place"] for item, place in pairs)


def told_as_event(binary, store, cases, pairs):
    """The most item-places of a story that one case about an event names, and its row."""
    best = (0, 0, None)
    for number, case in enumerate(cases, 1):
        if case["kind"] == "review":
            members = json.loads(run(binary, "queue", "show", str(case["id"]), "--store", store, "-o", "json"))["case"].get("members", [])
            hit = sum(touches(member, pairs) for member in members)
            best = max(best, (hit, len(members), number))
    return best


def judge(binary, seed, verbose):
    with tempfile.TemporaryDirectory() as folder:
        directory = pathlib.Path(folder) / "demo"
        end = ["--end", os.environ["END"]] if "END" in os.environ else []
        run(binary, "demo", "--directory", str(directory), "--seed", str(seed), "--scale", SCALE, "--no-serve", "--quiet", *end)
        store = str(directory / "store")
        # What a rule has decided is no longer open, but it was found: both lists count, ranked together.
        cases = queue(binary, store, "open", 1000) + queue(binary, store, "accepted", 1000) + queue(binary, store, "done", 1000)
        automatic = [case for case in cases if case["status"] in ("accepted", "approved", "sent", "confirmed")]
        ranked = sorted(cases, key=lambda case: -(case["rank"] or 0))
        found = wrong = 0
        stories = json.loads((directory / "truth.json").read_text())
        for story in stories:
            expect = story["expect"]
            places = [number + 1 for number, case in enumerate(ranked) if case["kind"] in expect["kinds"] and touches(case, expect["any_case_on"])]
            best = places[0] if places else None
            hit = best is not None and best <= FIRST
            bad = [case for case in automatic if case["kind"] in expect.get("forbidden_automatic", []) and touches(case, expect.get("forbidden_on", []))]
            found += hit
            wrong += len(bad)
            if verbose:
                print(f"  {story['id']:28} {'found' if hit else 'MISSED':7} row {best if best else '-':>5}  automatic in a forbidden direction: {len(bad)}")
            if verbose and story["id"] == "weather-spike":
                hit, members, number = told_as_event(binary, store, ranked, expect["any_case_on"])
                print(f"    as one event: {hit} of its {len(expect['any_case_on'])} item-places among {members} in row {number or '-'}")
        return found, len(stories), wrong


def main():
    binary, seeds = sys.argv[1], [int(seed) for seed in sys.argv[2:]]
    failed = False
    for seed in seeds:
        found, total, wrong = judge(binary, seed, True)
        print(f"seed {seed}: {found} of {total} in the first {FIRST}, {wrong} automatic decisions in a forbidden direction", flush=True)
        failed |= found < 9 or wrong > 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
