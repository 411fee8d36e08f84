#!/usr/bin/env python3
"""layers.py - who may look at whom, checked against every #include of ours.

base <- maths <- learn; base <- domain <- store <- ingest | planning | desk | deliver, where planning is position <- estimate <- draft <- plan <- study;
planning and app may use maths and learn; api uses desk, store,
domain, base; sample uses base; app uses everything. Siblings meet only in the log. Exits 1 and names file and line."""
import pathlib
import re
import sys

MAY = {
    "base": set(),
    "maths": {"base"},
    "learn": {"maths", "base"},
    "domain": {"base"},
    "store": {"domain", "base"},
    "ingest": {"store", "domain", "base"},
    "position": {"store", "domain", "maths", "base"},
    "estimate": {"position", "store", "domain", "learn", "maths", "base"},
    "draft": {"estimate", "position", "store", "domain", "learn", "maths", "base"},
    "plan": {"draft", "estimate", "position", "store", "domain", "learn", "maths", "base"},
    "study": {"plan", "draft", "estimate", "position", "store", "domain", "learn", "maths", "base"},
    "desk": {"store", "domain", "base"},
    "deliver": {"store", "domain", "base"},
    "api": {"desk", "store", "domain", "base"},
    "sample": {"base"},
    "app": {"base", "maths", "learn", "domain", "store", "ingest", "position", "estimate", "draft", "plan", "study", "desk",
            "deliver", "api", "sample"},
}
# SQL lives in store, sockets and HTTP in api, deliver and app: a header of such a library elsewhere is a wrong door.
DOORS = {
    "sqlite3.h": {"store"},
    "event2/": {"api"},
    "curl/": {"deliver", "app"},
    "math.h": {"base"},
    "xgboost/": {"learn"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def wrong(source: pathlib.Path):
    for path in sorted(source.rglob("*.[ch]")):
        room = path.relative_to(source).parts[0]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            target = match.group(2)
            if match.group(1) == '"':
                other = target.split("/")[0]
                if "/" not in target:
                    yield path, number, f'"{target}" does not name its room: write "{room}/{target}"'
                elif other != room and other not in MAY.get(room, set()):
                    yield path, number, f"{room} may not look at {other}"
            for door, rooms in DOORS.items():
                if target.startswith(door) and room not in rooms:
                    yield path, number, f"{target} belongs to {', '.join(sorted(rooms)) or 'nobody'}"


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    found = list(wrong(root / "src"))
    for path, number, what in found:
        print(f"{path.relative_to(root)}:{number}: {what}")
    print(f"layers: {len(found)} wrong include(s)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
