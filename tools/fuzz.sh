#!/bin/sh
# fuzz.sh [SECONDS [TARGET ...]] - builds every tests/fuzz/fuzz-*.c (or the named ones: json, csv ...) with clang, libFuzzer and
# the sanitizers, and runs each for SECONDS (20). A target names the rooms it needs in its first line: /* rooms: base ingest */.
# Seeds are read from tests/fuzz/corpus/NAME; what is found is kept in build/fuzz/NAME, a crash stops with its file's name.
# CLANG chooses the compiler.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-20}
[ $# -gt 0 ] && shift
clang=${CLANG:-$(command -v clang-14 || command -v clang)}
out=${FUZZ_OUT:-build/fuzz}
mkdir -p "$out"

sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
flags="-std=gnu17 -g -O1 -D_GNU_SOURCE -fdouble-square-bracket-attributes -ffp-contract=off -Isrc -I."
packages="sqlite3 libsodium libzstd libutf8proc libevent libcurl xlsxwriter"
libraries="$(pkg-config --libs $packages) -lpthread"
flags="$flags $(pkg-config --cflags $packages)"

# The objects of a room are built once and shared by all targets, and again when a header or a file of it changed.
room_objects() {
    for source in src/"$1"/*.c; do
        object="$out/objects/$(echo "${source#src/}" | tr '/' '_' | sed 's/\.c$/.o/')"
        if [ ! -e "$object" ] || [ -n "$(find src/"$1" src/base -newer "$object" -name '*.[ch]' | head -1)" ]; then
            "$clang" $flags $sanitize -fsanitize=fuzzer-no-link -c "$source" -o "$object" >&2
        fi
        echo "$object"
    done
}

mkdir -p "$out/objects"
targets=${*:-$(ls tests/fuzz/fuzz-*.c | sed 's/.*fuzz-\(.*\)\.c/\1/')}
for name in $targets; do
    source=tests/fuzz/fuzz-$name.c
    rooms=$(sed -n '1s/.*rooms: \([a-z ]*\).*/\1/p' "$source")
    objects=
    for room in ${rooms:-base}; do objects="$objects $(room_objects "$room")"; done
    "$clang" $flags $sanitize -fsanitize=fuzzer "$source" $objects -o "$out/fuzz-$name" $libraries
    corpus=tests/fuzz/corpus/$name
    mkdir -p "$out/$name"
    [ -d "$corpus" ] || corpus=
    echo "fuzz $name: $seconds s"
    if ! "$out/fuzz-$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
        -artifact_prefix="$out/$name-" "$out/$name" $corpus >"$out/$name.log" 2>&1; then
        tail -40 "$out/$name.log"
        echo "fuzz $name: failed, see $out/$name.log and the file named above"
        exit 1
    fi
    sed -n 's/^stat::number_of_executed_units: */  executions /p' "$out/$name.log"
done
