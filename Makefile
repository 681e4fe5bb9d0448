# Everything a developer runs. The plain commands behind each target stand in README.md.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SQL := sql/queries sql/checks sql/roles.sql sql/distribute.sql
# Each worker has a PostgreSQL of its own; -n 0 runs all in one process.
WORKERS := -n auto --maxprocesses 4 --dist worksteal
UV := uv==0.13.9
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: install demo test lint format types imports coverage coverage-report browser faults fuzz benchmarks assets locks wheel-check clean

install: $(STAMP)

# A stamp file, not the folder: a python3 without venv leaves half a folder behind.
$(STAMP): pyproject.toml requirements-build.lock requirements-dev.lock
	@test -x $(BIN)/pip || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); } || { rm -rf $(VENV); \
	  echo "$(PYTHON) cannot make a virtual environment: apt install python3-venv, or make PYTHON=python3.12"; exit 1; }
	$(BIN)/pip install --quiet --require-hashes --only-binary :all: -r requirements-build.lock -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: assets
	$(BIN)/registry demo

# COVERAGE=yes also measures what the tests reach, for coverage-report: one run serves both.
test: assets
	$(BIN)/$(if $(COVERAGE),coverage run -m pytest,pytest) $(WORKERS)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 0 --disable-progress-bar --nocolor $(SQL)

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --processes 0 --disable-progress-bar $(SQL)

types: install
	$(BIN)/mypy

imports: install
	$(BIN)/lint-imports

coverage:
	rm -f .coverage .coverage.*
	$(MAKE) test COVERAGE=yes
	$(MAKE) coverage-report

coverage-report: install
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95

browser: assets
	$(BIN)/pytest -m browser

faults: assets
	$(BIN)/pytest -m faults

fuzz: assets
	$(BIN)/pytest -m fuzz

benchmarks: assets
	$(BIN)/pytest -m benchmarks -s

# Does nothing while the built files belong to the sources.
assets: install
	$(BIN)/python hatch_build.py

locks: install
	$(BIN)/pip install --quiet $(UV)
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['build-system']['requires'], sep='\n')" \
	  | $(BIN)/uv pip compile $(LOCK) - -o requirements-build.lock

wheel-check: assets
	.ci/wheel-check $(BIN)/python

clean:
	rm -rf build dist registry/_assets node_modules .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
