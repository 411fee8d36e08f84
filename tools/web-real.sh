#!/bin/sh
# web-real.sh BUILD - the workbench's claims against the binary itself, on a small sample distributor.
set -eu
build=$1
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
"$build/stockwright" demo --directory "$folder/demo" --scale 0.1 --no-serve --quiet
"$build/stockwright" demo --directory "$folder/demo" --listen 127.0.0.1:0 2>"$folder/log" &
server=$!
for _ in $(seq 1 120); do
    grep -q '^Login' "$folder/log" 2>/dev/null && break
    sleep 0.5
done
url=$(sed -n 's/^Open *//p' "$folder/log")
login=$(sed -n 's/^Login *\([^ ]*\) *\([^ ]*\)$/\1:\2/p' "$folder/log")
[ -n "$url" ] || { cat "$folder/log"; exit 1; }
STOCKWRIGHT_URL=${url%/} STOCKWRIGHT_LOGIN=$login sh tests/web/run.sh
