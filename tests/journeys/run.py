#!/usr/bin/env python3
"""run.py BINARY - walks the journeys of a user at the command line and over HTTP against the built binary; prints TAP. ONLY=word narrows."""
import os
import pathlib
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import lib  # noqa: E402

lib.BINARY = str(pathlib.Path(sys.argv[1]).resolve())
import journeys_busy  # noqa: E402,F401
import journeys_edges  # noqa: E402,F401
import journeys_http  # noqa: E402,F401
import journeys_model  # noqa: E402,F401
import journeys_order  # noqa: E402,F401
import journeys_replay  # noqa: E402,F401
import journeys_store  # noqa: E402,F401
import journeys_trust  # noqa: E402,F401


def main():
    chosen = [one for one in lib.JOURNEYS if os.environ.get("ONLY", "") in one.__name__]
    failed = 0
    print(f"1..{len(chosen)}")
    for number, one in enumerate(chosen, 1):
        place, started = lib.Place(), time.monotonic()
        try:
            one(place)
            print(f"ok {number} - {one.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
        except Exception as wrong:  # a journey that stumbles for any reason has failed
            failed += 1
            print(f"not ok {number} - {one.__name__}", flush=True)
            text = str(wrong) if isinstance(wrong, lib.Wrong) else traceback.format_exc()
            print("\n".join("# " + line for line in text.splitlines()), flush=True)
        finally:
            place.end()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
