# One folder, one command each. Nothing outside .venv and var/ is written.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP_FLAGS := --disable-pip-version-check --quiet
TEMPLATES := $(wildcard templates)

# Every worker, child and test process would compile the whole product anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint bench clean install

run: $(STAMP)
	@exec $(BIN)/python manage.py up

test: $(STAMP)
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy oms inventory orders invoicing shipping channels_sync
	$(if $(TEMPLATES),$(BIN)/djlint --check --lint --quiet $(TEMPLATES))

# `make bench ONLY=intake` runs one figure.
bench: $(STAMP)
	@$(BIN)/python bench/run.py $(ONLY)

install: $(STAMP)

# Rewritten only when the list of packages changes: a second run does not ask pip anything.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing packages into $(VENV) (once)"
	@$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
	@echo "The data in var/ is kept; delete that folder to begin anew."
