#!/bin/sh
# test.sh - everything CI runs: builds twice (release with asserts; ASan and UBSan), runs every kind of check, ends with a count.
set -eu
cd "$(dirname "$0")/.."
tools/needs.sh test
exec python3 tools/test.py
