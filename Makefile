# make report: from the exports in data/raw to the finished summary.   make test: every check.
SHELL := /bin/sh
YEAR ?= 2025
VENV := .venv
BIN := $(VENV)/bin

# The first Python on this machine that is new enough.
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$candidate && break; done)

.PHONY: report test bench gallery notebook lock docs clean system system-for-tests

report: $(VENV)/installed
	@$(BIN)/annual-report load
	@$(BIN)/annual-report build --year $(YEAR)

test: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint queries pipelines --processes 2
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/installed-for-tests
	$(BIN)/python tests/bench.py
	$(BIN)/python tests/bench_load.py
	$(BIN)/python tests/bench_metrics.py

# Every kind of chart on every sort of data, to be looked at.
gallery: $(VENV)/installed-for-tests
	$(BIN)/python tests/chart_gallery.py

# The notebooks in JupyterLab, on the loaded data of this folder.
notebook: $(VENV)/installed-for-notebooks
	@$(BIN)/jupyter lab notebooks $(if $(filter 0,$(shell id -u)),--allow-root)

system:
	@if [ -z "$(PYTHON)" ]; then echo "需要 Python 3.11 或更新的版本：请先安装，例如 apt-get install -y python3" >&2; exit 1; fi
	@sh ./system-packages.sh $(PYTHON)

# The stamp names the lock that was installed, so a second run installs nothing.
$(VENV)/installed: requirements.lock pyproject.toml | system
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

system-for-tests: system
	@sh ./system-packages.sh $(PYTHON) tests

$(VENV)/installed-for-tests: $(VENV)/installed requirements-test.lock | system-for-tests
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-test.lock
	@touch $@

$(VENV)/installed-for-notebooks: $(VENV)/installed requirements-notebook.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-notebook.lock
	@touch $@

# Resolves the declared ranges again. quickjs-ng stands in for quickjs (see DECISIONS.md), hence --no-emit-package.
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-package quickjs --extra build
lock: $(VENV)/installed-for-tests
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra test --constraint requirements.lock --output-file requirements-test.lock
	$(COMPILE) --extra notebook --constraint requirements-test.lock --output-file requirements-notebook.lock

# What the documentation takes from the product: the dictionary of metrics, the list of commands.
docs: $(VENV)/installed-for-tests
	$(BIN)/python -m queries.dictionary
	$(BIN)/python -m tests.generated_docs

clean:
	rm -rf $(VENV) reports/output data/property.duckdb
