#!/bin/sh
# bench.sh - one table per promise of speed, each with its peer in the same run. No test: nothing here fails.
#   PLACES=20000 item-places of the store that planning, starting, the queue and events are measured on; RATE=1000 facts a second that arrive
set -eu
cd "$(dirname "$0")/.."
PLACES="${PLACES:-20000}"
RATE="${RATE:-1000}"
test -f build/build.ninja || meson setup build --buildtype=release -Db_ndebug=false >/dev/null
on_a_store='plan start queue events'
alone=$(ls bench/bench-*.c | sed 's,bench/bench-\(.*\)\.c,\1,' | grep -v -x -e plan -e start -e queue -e events)
# shellcheck disable=SC2046
ninja -C build stockwright $(for name in $alone $on_a_store; do echo "bench/bench-$name"; done) >/dev/null
for name in $alone; do
    echo "== bench-$name"
    "build/bench/bench-$name"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "== bench-plan, $PLACES item-places"
build/bench/bench-plan "$PLACES" "$work/made" make
cp -r "$work/made" "$work/plan"
build/bench/bench-plan "$PLACES" "$work/plan"
rm -rf "$work/plan"
echo "== bench-start"
build/bench/bench-start "$PLACES" "$work/made" 2>/dev/null
echo "== bench-queue"
build/bench/bench-queue "$PLACES" "$work/made"
echo "== bench-events, $RATE facts a second"
build/bench/bench-events "$PLACES" "$work/made" "$RATE" 10 2>/dev/null
echo "== size"
printf '%-52s %10s\n' "the program with its assets, bytes" "$(wc -c < build/stockwright)"
