#!/bin/sh
# claims.sh BUILD [FOLDER] - runs the built test programs (tests/test-*, or those of FOLDER) and shows their claims. ONLY=word narrows.
set -u
build=$1
folder=${2:-tests}
bad=0
found=0
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
for program in "$build/$folder"/test-* "$build/$folder"/fault-*; do
    { [ -f "$program" ] && [ -x "$program" ]; } || continue
    found=1
    "$program" ${ONLY:+"$ONLY"} 2>&1 || bad=1
done
[ "$found" = 1 ] || { echo "no test program in $build/$folder"; exit 1; }
exit $bad
