# make help explains every target. The first build installs what Debian packages it needs.
BUILD := build
SEED ?= 1
ONLY ?=
SECONDS_PER_TARGET ?= 60
STORE ?= demo
PLACES ?= 20000
RATE ?= 1000
DATA ?=

.PHONY: all help demo test bench judges nightly fuzz sim cover install-needs clean

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) stockwright

$(BUILD)/build.ninja: | install-needs
	@test -f $@ || meson setup $(BUILD) --buildtype=release -Db_ndebug=false >/dev/null

install-needs:
	@tools/needs.sh build

help:
	@echo "make            build build/stockwright"
	@echo "make demo       build, make the sample distributor in ./demo, plan it, serve the workbench on 127.0.0.1:8080"
	@echo "make test       everything CI runs; ONLY=word runs the claims whose names contain it"
	@echo "make bench      tables of speed beside peers (no test); PLACES=20000 item-places, RATE=1000 facts a second; docs/speed.md"
	@echo "make judges     DATA=DIR: decisions measured on public sets (docs/judges.md); ONLY=name runs one"
	@echo "make nightly    the long checks: 1,000 kills, 2,000 power cuts, 1,000 simulated seeds, stories, five minutes of fuzzing a target"
	@echo "make fuzz       every fuzz target for SECONDS_PER_TARGET=60 seconds"
	@echo "make sim SEED=n one simulated bad day, replayed from its seed"
	@echo "make cover      line and branch coverage of the unit tests"
	@echo "make clean      remove builds; the demo store stays"

demo: all
	@$(BUILD)/stockwright demo --directory $(STORE)

test:
	@ONLY="$(ONLY)" tools/test.sh

bench: all
	@PLACES="$(PLACES)" RATE="$(RATE)" tools/bench.sh

judges: all
	@tools/judges/run.sh "$(DATA)" $(ONLY)

nightly:
	@tools/nightly.sh

fuzz:
	@tools/needs.sh fuzz
	@tools/fuzz.sh $(SECONDS_PER_TARGET)

sim: all
	@ninja -C $(BUILD) tests/sim/sim >/dev/null
	@$(BUILD)/tests/sim/sim --seed $(SEED)

cover:
	@tools/needs.sh cover
	@tools/cover.sh

clean:
	@rm -rf $(BUILD) build-*
