#!/bin/sh
# sim.sh BUILD SEEDS - simulated bad days from seed 1 to SEEDS; stops at the first broken promise and names its seed.
set -eu
build=$1
seeds=$2
for seed in $(seq 1 "$seeds"); do
    "$build/tests/sim/sim" --seed "$seed" --quiet || { echo "seed $seed breaks a promise: make sim SEED=$seed"; exit 1; }
done
echo "$seeds seeds, every promise held"
