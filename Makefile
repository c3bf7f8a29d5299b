# Everything a person or CI does with Xuncha. `make` alone lists it.
# Needs Python 3.11 or newer; `make kafka`, `make test-kafka` and `make chaos` also need Java 17 and Maven, `make fast` a
# C compiler and Python's headers, `make chaos` a C compiler and the right to mount (or leave such faults out).
#
#   PYTHON=python3.12   another Python to make .venv with (one that exists stays; `make clean` removes it)
#   ARGS="-k ring -x"   more arguments for pytest, the benchmark or `xuncha up`
#   JOBS=0              pytest in one process (default: 2)

PYTHON ?= python3
JOBS ?= 2
ARGS ?=

BIN := .venv/bin
RUN := .venv/.xuncha-run
DEV := .venv/.xuncha-dev
FUZZ := .venv/.xuncha-fuzz
BENCH := build/bench/venv/.xuncha-bench
# A file's tests stay in one process, so that they share one broker.
PYTEST := $(BIN)/pytest --numprocesses $(JOBS) --dist loadfile

export PYTHON

.DEFAULT_GOAL := help
.PHONY: help run test test-slow test-kafka test-docker test-fast lint format types contracts check fast kafka chaos fuzz bench \
  bench-faust bench-core bench-detection bench-growth bench-page docs docs-check lock clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN) ## Start everything with demonstration data, on the embedded broker
	@exec $(BIN)/xuncha up --demo $(ARGS)

test: $(DEV) ## Test all that needs nothing but Python (the embedded broker is in a wheel)
	@$(PYTEST) -m "not kafka and not docker and not slow and not compiled" $(ARGS)

# pytest ends with 5 where there is no such test; that there are none slow is good news.
test-slow: $(DEV) ## Test what takes longer than ten seconds each
	@$(PYTEST) -m "slow and not kafka and not docker" $(ARGS) || [ $$? -eq 5 ]

test-kafka: $(DEV) ## Test on Apache Kafka: a node of the tests' own on the JVM, or the one that XUNCHA_KAFKA names
	@[ -n "$$XUNCHA_KAFKA" ] || deploy/kafka/run.sh --fetch-only
	@$(PYTEST) --numprocesses 0 -m "kafka and not docker" $(ARGS)

test-docker: $(DEV) ## Test on Apache Kafka in a container; skipped, with the reason, where no Docker engine answers
	@$(PYTEST) --numprocesses 0 -m docker -rs $(ARGS)

# The compiled packages come first; -P and append keep the folder that pytest runs in from coming before them.
test-fast: fast ## Test the compiled core: laws, timelines, the demo quarter, and that it says what the sources say
	@PYTHONPATH=$(CURDIR)/build/fast:$(CURDIR) PYTHONSAFEPATH=1 $(PYTEST) --import-mode append -m "not kafka and not docker" \
	  tests/compiled tests/laws tests/timelines tests/e2e/test_demo.py $(ARGS)

check: lint types contracts test ## All that should pass before a commit

lint: $(DEV) ## Check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(DEV) ## Mend style and format, where that is safe
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

types: $(DEV) ## Check types
	@$(BIN)/mypy

contracts: $(DEV) ## Check which package imports which
	@$(BIN)/lint-imports --no-logo

fast: $(DEV) ## Compile the core into build/fast; build/fast/xuncha runs it (needs a C compiler, Python's headers)
	@$(BIN)/python scripts/fast.py

kafka: ## Run one Apache Kafka node on 127.0.0.1:9092 until Ctrl-C
	@exec deploy/kafka/run.sh $(ARGS)

chaos: $(DEV) ## Run with seeded faults on Apache Kafka and compare; ARGS="--runs 200 --jobs 2" is the long form
	@deploy/kafka/run.sh --fetch-only
	@$(BIN)/python -m tests.chaos $(ARGS)

fuzz: $(FUZZ) ## Hand in what nobody should; ARGS="--seconds 60 --target intake|registry|packs", or ARGS="--events 1000000"
	@$(BIN)/python -m tests.fuzz $(ARGS)

bench: $(DEV) $(BENCH) ## Measure Xuncha beside Faust, Quix Streams, Bytewax and Kafka Streams on Apache Kafka; prints a table
	@deploy/kafka/run.sh --fetch-only
	@tests/bench/peers/kstreams/build.sh
	@$(BIN)/python -m tests.bench.peers $(ARGS)

bench-faust: $(DEV) ## Measure beside a Faust program that judges nothing, on the embedded broker too
	@$(BIN)/python -m tests.bench $(ARGS)

bench-detection: $(DEV) ## Measure from the instant of a breach to the webhook's arrival
	@deploy/kafka/run.sh --fetch-only
	@$(BIN)/python -m tests.bench.detection $(ARGS)

bench-growth: $(DEV) ## Measure how rate, memory and recovery change with subjects and partitions
	@deploy/kafka/run.sh --fetch-only
	@$(BIN)/python -m tests.bench.growth $(ARGS)

bench-page: $(BENCH) ## Write the tables and charts of docs/performance.md from docs/figures/*.json
	@build/bench/venv/bin/python -m tests.bench.page $(ARGS)

bench-core: $(DEV) ## Measure the fold alone: an observation's cost by part, and what grows with the subjects
	@$(BIN)/python -m tests.bench.parts
	@$(BIN)/python -m tests.bench.sizes

docs: $(RUN) ## Write docs/reference from the code
	@$(BIN)/xuncha schema --write docs/reference

docs-check: $(RUN) ## Fail, with a diff, if docs/reference is not what the code says
	@$(BIN)/xuncha schema --check --write docs/reference

lock: ## Write requirements/*.lock anew; ARGS=--upgrade takes newer versions
	@scripts/lock.sh $(ARGS)

# The peers and what draws the charts are no part of the product: an environment of their own, laid for `make bench` alone.
$(BENCH): requirements/bench.lock
	@$(PYTHON) -m venv build/bench/venv
	@build/bench/venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --only-binary :all: --require-hashes --requirement requirements/bench.lock
	@touch $@

clean: ## Remove .venv, caches and what was built; data stays
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements/run.lock pyproject.toml scripts/setup.sh
	@scripts/setup.sh run

$(DEV): requirements/dev.lock pyproject.toml scripts/setup.sh
	@scripts/setup.sh dev

# What `make fuzz` needs beside it has wheels for Linux alone.
$(FUZZ): $(DEV) requirements/fuzz.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --only-binary :all: --require-hashes --requirement requirements/fuzz.lock
	@touch $@
