#!/bin/sh
# check-libm.sh BUILD - no function of libm may be called by src/maths and src/learn: its exp, log and pow differ between CPUs.
# sqrt, floor, ceil and fabs are exact everywhere and allowed.
set -eu
wanted='exp exp2 exp10 expm1 log log2 log10 log1p pow lgamma lgamma_r tgamma erf erfc sin cos tan atan atan2 sinh cosh tanh
cbrt hypot fma fmod remainder round rint nearbyint lrint llrint lround llround ldexp frexp scalbn'
found=0
for room in maths learn; do
    archive=${1:-build}/src/lib$room.a
    test -f "$archive" || { echo "check-libm: no $archive; build first" >&2; exit 2; }
    for name in $(nm --undefined-only "$archive" | awk '$1 == "U" { print $2 }' | sort -u); do
        for word in $wanted; do
            if [ "$name" = "$word" ] || [ "$name" = "${word}f" ]; then
                echo "check-libm: $room calls $name" >&2
                found=1
            fi
        done
    done
done
exit $found
