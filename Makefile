# Every target makes the environment it needs in .venv, and makes it anew when pyproject.toml or PYTHON changes.

PYTHON ?= python3
WORKERS ?= 2
BENCH ?=
FUZZ ?=
FAULTS ?=
NEON ?=
RACE ?= 300
EXPLORE ?=
PANDAS_TESTS ?=
DASK_TESTS ?=

# What breaks first: every shape of file on every engine, plans and their texts, answers of frames, what peers get wrong, the pages.
QUICK := tests/csv/test_cases.py tests/frame/test_io.py tests/frame/test_dataframe.py tests/test_peers.py tests/plan \
	tests/test_optimize.py tests/optimize tests/test_lower.py tests/test_physical.py tests/test_graph.py tests/schema tests/test_docs.py \
	README.md docs

BIN := .venv/bin
DEMO_READY := .venv/demo-$(notdir $(PYTHON))
READY := .venv/ready-$(notdir $(PYTHON))
BENCH_READY := .venv/ready-bench
DOCS_READY := .venv/ready-docs

# The first ```python block of README.md that follows the line `<!-- main job -->`: what is shown is what is run.
MAIN_JOB := import pathlib, re; exec(re.search(r"<!-- main job -->\s*```python\n(.*?)```", pathlib.Path("README.md").read_text("utf-8"), re.DOTALL)[1])

# The tests start some hundred interpreters: each would compile the package anew where this is set.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: help flights test quick lint tables slow explore bench faults fuzz neon race pandas-tests dask-tests docs wheels clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'Another interpreter: make test PYTHON=python3.12. More test workers: make test WORKERS=8.'
	@echo "A part of the benchmarks: make bench BENCH='--scale small --only flights'. Longer: make fuzz FUZZ='--minutes 60'."

flights: $(DEMO_READY) data/nycflights ## prepare the flights data, and run the main job of README.md on it
	@echo '== the program of README.md'
	@$(BIN)/python -c '$(MAIN_JOB)'

test: lint ## the checks of `make lint`, then all tests but the slow ones
	$(BIN)/pytest -n $(WORKERS) -m 'not slow'

quick: lint ## the checks of `make lint`, and the tests that matter most: an answer within a minute
	$(BIN)/pytest -q -n $(WORKERS) -m 'not slow and not thorough' $(QUICK)

lint: $(READY) ## style, formatting, types, and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

tables: $(READY) ## write what is made of the tables anew: ARGUMENTS.md, METHODS.md, names.pyi
	$(BIN)/python -c 'from lazyframe.csv.options import arguments as t; print(t.table(), end="")' > lazyframe/csv/options/ARGUMENTS.md
	$(BIN)/python -c 'from lazyframe.frame import tables as t; print(t.table(), end="")' > lazyframe/frame/METHODS.md
	$(BIN)/python -c 'from lazyframe.frame import tables as t; print(t.declarations(), end="")' > lazyframe/frame/names.pyi

slow: $(READY) ## the slow tests, and five times as many examples of the property tests
	HYPOTHESIS_PROFILE=full $(BIN)/pytest -n $(WORKERS) -m 'slow or hypothesis'

explore: $(READY) ## the property tests on new random examples, ten times as many
	HYPOTHESIS_PROFILE=explore $(BIN)/pytest -n $(WORKERS) -m hypothesis --timeout 0 $(EXPLORE)

bench: $(BENCH_READY) ## compare with Polars, DuckDB, Dask and pandas: benchmarks/RESULTS.md; about an hour, 3 GB of disk
	$(BIN)/python -m benchmarks $(BENCH)

fuzz: $(READY) ## compare the native core with pandas on made-up and damaged files, under sanitizers; 10 minutes
	PYTHONPATH=tests nice $(BIN)/python -m fuzz $(FUZZ)

neon: $(READY) ## the core compiled for aarch64, compared with its slow twin under qemu; some minutes, needs Debian's cross compiler
	PYTHONPATH=tests nice $(BIN)/python -m fuzz.alone $(NEON)

race: $(READY) ## compare threads with one thread for minutes, and the core under ThreadSanitizer; RACE=300 seconds
	PYTHONPATH=tests $(BIN)/python -m race --seconds $(RACE)
	PYTHONPATH=tests $(BIN)/python -m race.sanitized

pandas-tests: $(READY) ## pandas' own tests of its parsers, read by lazyframe; some minutes
	PYTHONPATH=tests $(BIN)/python -m pandas_parser $(PANDAS_TESTS)

dask-tests: $(READY) ## Dask's own tests of its dataframes, with lazyframe in their place; a quarter of an hour
	PYTHONPATH=tests nice $(BIN)/python -m dask_tests $(DASK_TESTS)

faults: $(READY) ## signals, dying workers, full disks, little memory, two writers, lying servers; some minutes, Linux alone
	PYTHONPATH=tests nice $(BIN)/python -m faults $(FAULTS)

docs: $(DOCS_READY) ## the site, into site/: the examples of its pages are run, and a warning is an error; a minute
	$(BIN)/pytest -q -n $(WORKERS) tests/test_docs.py docs
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet --doctree-dir build/doctrees docs site
	@echo '== site/index.html'

.PHONY: pictures
pictures: $(READY) data/nycflights ## the pictures of the documentation, into docs/pictures; needs Chromium
	$(BIN)/python scripts/pictures.py

wheels: $(READY) ## the wheel of this platform and the sdist, into dist/, tried in each Python found; REPOSITORY=https://...
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[release]'
	$(BIN)/python scripts/wheels.py

clean: ## remove the environment and what the tools left; the data stays
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist site *.egg-info
	find benchmarks lazyframe scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Only what the demo needs: lazyframe, what it stands on, and the package that has the flights.
$(DEMO_READY): pyproject.toml
	@echo '== an environment in .venv'
	@$(PYTHON) -m venv --clear .venv || { echo 'This Python has no venv module. Debian and Ubuntu have it in the package python3-venv.'; exit 1; }
	@echo '== lazyframe into it, built here, with pandas and pyarrow from the package index: 90 MB over the network, a minute or two'
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --editable '.[data]'
	@touch $@

# What the checks and tests need beside it.
$(READY): $(DEMO_READY)
	@echo '== what the checks and tests need, from the package index: some 130 packages, 150 MB over the network, a minute or two'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(BENCH_READY): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

$(DOCS_READY): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

data/nycflights: | $(DEMO_READY)
	@echo '== the flights as CSV files in data/nycflights'
	$(BIN)/python scripts/prep_flights.py
