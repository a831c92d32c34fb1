# What you can ask for: make demo · run · test · check · fix · benchmark · pictures · setup
# PORT (8000) and RELCRM_DATA (var/) can be set, so that several stand side by side.

# The first Python that is new enough; when there is none, prepare.py says so.
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done),python3)
PORT ?= 8000
RELCRM_DATA ?= var
ARGS ?=
BIN := .venv/bin

# Without compiled modules each of our processes would compile pandas and its kin anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo run setup test check fix lint lint-types lint-others benchmark pictures

# A simulated company to look at. Its data are kept in $RELCRM_DATA/demo.
demo: export RELCRM_DATA := $(RELCRM_DATA)/demo
demo: packages
	@$(BIN)/python manage.py serve --demo --port '$(PORT)'

# Your own company, empty at first.
run: export RELCRM_DATA := $(RELCRM_DATA)
run: packages
	@$(BIN)/python manage.py serve --port '$(PORT)'

# Everything that running, testing and checking need.
setup: python
	@$(PYTHON) .ci/prepare.py --dev

# The whole suite, on SQLite and on PostgreSQL with Redis. ARGS go to pytest.
test: setup
	@$(BIN)/python -m tests.run $(ARGS)

# Exactly what CI runs.
check: lint
	@$(BIN)/python -m tests.run

# Types keep one core busy for a minute; what takes longer than a moment runs beside them.
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory --output-sync --jobs=2 lint-types lint-others

lint-types:
	$(BIN)/mypy

lint-others:
	$(BIN)/lint-imports
	.ci/templates --check
	.ci/production-checks

fix: setup
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	.ci/templates

benchmark: setup
	@$(BIN)/python -m benchmarks $(ARGS)

# Pictures of every page in both themes and sizes, in pictures/.
pictures: setup
	@$(BIN)/python -m tests.pictures $(ARGS)

.PHONY: python packages
packages: python
	@$(PYTHON) .ci/prepare.py

python:
	@command -v $(PYTHON) >/dev/null || { \
	echo "relcrm: $(PYTHON) is not there. On Debian and Ubuntu: apt install python3 python3-venv"; \
	exit 1; }
