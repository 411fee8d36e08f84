#!/bin/sh
# nightly.sh - the long checks that do not fit into every commit: 1,000 kills, 2,000 power cuts, 1,000 simulated bad days, long fuzzing,
# the definitions played twenty times as long, and the five seeds on which the planted stories are judged.
set -eu
cd "$(dirname "$0")/.."
tools/needs.sh test
tools/needs.sh fuzz
test -f build/build.ninja || meson setup build --buildtype=release -Db_ndebug=false
ninja -C build
KILLS=1000 POWER_CUTS=2000 FAULTS=2000 tools/claims.sh build tests/fault
tools/sim.sh build 1000
DEFINITION_TIMES=20 build/tests/test-maths definitions
python3 tools/stories.py build/stockwright 101 102 103 104 105
tools/fuzz.sh "${SECONDS_PER_TARGET:-300}"
