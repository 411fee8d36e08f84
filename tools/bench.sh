#!/bin/sh
# bench.sh - one table per promise of speed, each with its peer in the same run. No test: nothing here fails.
set -eu
cd "$(dirname "$0")/.."
test -f build/build.ninja || meson setup build --buildtype=release -Db_ndebug=false >/dev/null
ninja -C build bench/bench-maths bench/bench-store bench/bench-import >/dev/null
for program in build/bench/bench-*; do
    [ -f "$program" ] && [ -x "$program" ] || continue
    echo "== ${program##*/}"
    "$program"
done
