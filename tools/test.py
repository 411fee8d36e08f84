#!/usr/bin/env python3
"""test.py - runs the steps of `make test` one after another and ends with "N passed, N failed".

A step that runs claims (cmocka, node) is counted by its claims, any other step counts as one. Logs stay in build-test/logs.
ONLY=word runs just the claims whose names contain it."""
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "build-test" / "logs"
ONLY = os.environ.get("ONLY", "")

# name, command, minutes it may take; claims are counted where the output holds them.
BUILD = [
    ("build", "test -f build/build.ninja || meson setup build --buildtype=release -Db_ndebug=false; ninja -C build all measures", 10),
    ("build with sanitizers", "test -f build-asan/build.ninja || meson setup build-asan -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false; ninja -C build-asan", 12),
]
CLAIMS = [
    ("unit claims under ASan and UBSan", "tools/claims.sh build-asan tests", 12),
]
CHECKS = [
    ("who may look at whom", "python3 tools/layers.py", 1),
    ("maths links no libm", "sh tools/check-libm.sh build", 1),
    ("words that do not belong", "python3 tools/words.py", 1),
    ("crash, power cut and migration faults", "tools/claims.sh build tests/fault", 6),
    ("simulated bad days", "tools/sim.sh build 200", 3),
    ("command line journeys", "python3 tests/journeys/run.py build/stockwright", 12),
    ("fuzz, a sample", "tools/needs.sh fuzz && tools/fuzz.sh 5", 6),
    ("workbench in a real browser", "sh tests/web/run.sh", 8),
    ("workbench on the real server", "tools/web-real.sh build", 8),
]
COUNTS = [  # passed, failed
    (re.compile(r"^\[       OK \]", re.M), re.compile(r"^\[  FAILED  \] [A-Za-z_0-9]+$", re.M)),
    (re.compile(r"^ok \d+", re.M), re.compile(r"^not ok \d+", re.M)),
]
NODE = re.compile(r"^# (pass|fail) (\d+)$", re.M)
FAILING = re.compile(r"^(?:not ok \d.*\n(?:[ \t].*\n)*|\[  (?:ERROR|LINE|FAILED)[^\n]*\n)", re.M)   # TAP with its block; cmocka
TAIL, MOST = 60, 200


def count(output: str, code: int):
    passed = len(COUNTS[0][0].findall(output)) + len(COUNTS[1][0].findall(output))
    failed = len(COUNTS[0][1].findall(output)) + len(COUNTS[1][1].findall(output))
    node = dict(NODE.findall(output))
    if node:
        passed, failed = int(node.get("pass", 0)), int(node.get("fail", 0))
    if code != 0 and failed == 0:
        failed = 1
    if passed + failed == 0:
        passed = 1
    return passed, failed


def telling(output: str):
    """The lines of the claims that failed, wherever they stand, then the last of the log."""
    blocks = "".join(FAILING.findall(output + "\n")).splitlines()
    return blocks[:MOST] + output.splitlines()[-TAIL:]


def run(name: str, command: str, minutes: int):
    log = LOGS / (re.sub(r"[^a-z0-9]+", "-", name.lower()) + ".log")
    started = time.monotonic()
    try:
        done = subprocess.run(["bash", "-c", "set -e; " + command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=minutes * 60, check=False)
        code, output = done.returncode, done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as late:
        code, output = 1, (late.stdout or b"").decode("utf-8", "replace") + f"\nnot done after {minutes} minutes\n"
    log.write_text(output, encoding="utf-8")
    passed, failed = count(output, code)
    print(f"{'ok' if failed == 0 else 'FAILED':7} {name}: {passed} passed, {failed} failed ({time.monotonic() - started:.0f} s)", flush=True)
    if failed:
        print("\n".join("    " + line for line in telling(output)), flush=True)
        print(f"    the whole: {log.relative_to(ROOT)}", flush=True)
    return passed, failed


def main() -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    steps = BUILD + CLAIMS + ([] if ONLY else CHECKS)
    passed = failed = 0
    for name, command, minutes in steps:
        good, bad = run(name, command, minutes)
        passed, failed = passed + good, failed + bad
        if bad and (name, command, minutes) in BUILD:
            break
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
