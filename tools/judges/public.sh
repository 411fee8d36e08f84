#!/bin/sh
# The three public sets through the shipped maps into fresh stores: counts, a plan, proposals and a forecast, and what must hold for them.
#   tools/judges/public.sh DIR BINARY      DIR holds online_retail/, scms/ and vn2/ (plain or .gz); nothing is written there
set -eu
data=${1:?folder of the public sets} binary=${2:?the stockwright binary}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
weekly=$here/../../policies/judge-weekly.json

unpack() { if [ -f "$data/$1/$2" ]; then cat "$data/$1/$2"; else gzip -dc "$data/$1/$2.gz"; fi > "$work/$1/$2"; }
run() { "$binary" --store "$work/$set/store" --quiet "$@"; }
fields() { python3 -c 'import json,sys; d=json.load(sys.stdin); print("  " + "  ".join(f"{k} {d[k]}" for k in sys.argv[1:]))' "$@"; }
take_in() { echo "$set: $1"; run -o json import "$work/$set/$1" --map "$2" | fields rows_read facts bad_rows silent_rows new parked conflicting; }
begin() { set=$1; mkdir "$work/$set"; run init > "$work/log"; }
judge() { # as-of, horizon, [--policy FILE]
    day=$1; horizon=$2; shift 2
    run plan --as-of "$day" --proposals "$work/$set/proposals.csv" "$@" > "$work/log"
    run forecast --as-of "$day" --horizon "$horizon" --quantiles 0.1,0.5,0.9 --to "$work/$set/forecast.csv" "$@" > "$work/log"
    python3 "$here/public_check.py" "$work/$set/proposals.csv" "$work/$set/forecast.csv" "$day" "$horizon"
    run check store | tail -1 | sed 's/^/  /'
}

begin online_retail
unpack online_retail order_lines.csv
take_in order_lines.csv public/online-retail
judge 2011-10-01 8

begin scms
unpack scms deliveries.csv
take_in deliveries.csv public/scms
judge 2010-06-01 30

begin vn2
for file in master.csv sales.csv in_stock.csv initial_state.csv; do unpack vn2 "$file"; done
run policy apply "$weekly" --yes > "$work/log"
take_in master.csv public/vn2-master
take_in sales.csv public/vn2-sales
take_in initial_state.csv public/vn2-stock
judge 2024-04-15 8
echo "vn2: closed loop, 6 weeks after 2 to settle"
run -o json backtest --from 2024-02-19 --periods 8 --warm 2 --review 1 --lead 14 --start-stock 1.5 --start-pipeline 1 |
    python3 -c 'import json,sys
for p in json.load(sys.stdin)["rows"]: print("  %-12s total %.1f holding %.1f shortage %.1f fill %.3f" % (p["policy"], p["total_cost"], p["holding_cost"], p["shortage_cost"], p["fill_rate"]))'
