#!/bin/sh
# run.sh DATA [JUDGE]: the judges that need no store of yours, each a table on standard output; docs/judges.md has their protocols.
#   DATA holds the public sets (plain or .gz). What is not there is said and passed over. "rank" makes its own sample stores and needs no DATA.
set -eu
data=$1 only=${2:-}
[ -n "$data" ] || [ "$only" = rank ] || { echo "run.sh: DATA is the folder of the public sets" >&2; exit 2; }
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unpacked() { # SET FILE: its path, unpacked
    if [ -f "$data/$1/$2" ]; then echo "$data/$1/$2"
    elif [ -f "$data/$1/$2.gz" ]; then gzip -dc "$data/$1/$2.gz" > "$work/$2"; echo "$work/$2"
    fi
}
wanted() { [ -z "$only" ] || [ "$only" = "$1" ]; }
built() { ninja -C "$here/build" "tools/judges/judge-$1" >/dev/null; echo "$here/build/tools/judges/judge-$1"; }

if wanted scms; then
    echo "## SCMS: late deliveries and lead times"
    file=$(unpacked scms deliveries.csv)
    if [ -n "$file" ]; then "$(built scms)" "$file"; else echo "$data/scms/deliveries.csv is not there"; fi
fi

if wanted spareparts; then
    echo "## Spare parts: service for capital"
    published=$(unpacked spareparts published_service_levels.csv)
    for set in auto braf oil; do
        file=$(unpacked spareparts clean_$set.csv)
        if [ -n "$file" ] && [ -n "$published" ]; then "$(built spareparts)" "$published" "$file" $set; else echo "$data/spareparts/clean_$set.csv is not there"; fi
    done
    for set in raf:raf_items oilb:oil_part_b; do
        file=$(unpacked spareparts "${set#*:}.csv")
        if [ -n "$file" ]; then "$(built spareparts)" - "$file" "${set%%:*}"; else echo "$data/spareparts/${set#*:}.csv is not there"; fi
    done
fi

if wanted sense; then
    echo "## sense: following a new level, on made series"
    for seed in 1 2 3; do "$(built sense)" $seed 200; done
fi

if wanted rank; then
    echo "## Rank and confidence on replayed history"
    ninja -C "$here/build" stockwright tools/judges/judge-rank-rows >/dev/null
    python3 "$here/tools/judges/rank.py" --build "$here/build" --seeds "${SEEDS:-31,32,33}"
fi

for judge in m3 m5 retail sums; do
    if wanted $judge; then
        echo "## $judge: forecasts through demand_fit"
        ninja -C "$here/build" bench/forecast-rows >/dev/null
        python3 "$here/tools/judges/$judge.py" --data "$data" --program "$here/build/bench/forecast-rows"
    fi
done
