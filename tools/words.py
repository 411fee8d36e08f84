#!/usr/bin/env python3
"""words.py - the project speaks of itself alone: no machine's paths, no registry hosts, no leftovers in tracked files."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BANNED = [
    (re.compile(r"/(?:wor[k]|hom[e]/\w+|roo[t])/"), "a path of one machine"),
    (re.compile(r"registry\.npm[j]s|deb\.debia[n]\.org|pyp[i]\.org"), "a registry host"),
    (re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b"), "something left undone"),
]
SKIP = (".png", ".svg", ".ico", ".edi", ".gz")


def main() -> int:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    found = 0
    for name in filter(None, files):
        path = ROOT / name
        if name.endswith(SKIP) or name.startswith("web/dist/") or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            for pattern, what in BANNED:
                if pattern.search(line):
                    print(f"{name}:{number}: {what}: {line.strip()[:120]}")
                    found += 1
    print(f"words: {found} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
