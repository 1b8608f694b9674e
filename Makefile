# Every task of the house. `make help` lists them; each one sets itself up first and may be run again at any time.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
export m ?=

# The tables are compared with a scratch database that all earlier revisions have built.
define WRITE_MIGRATION
import sys
from alembic import command
from sqlalchemy import create_engine
from storage import schema
scratch = create_engine("sqlite://")
schema.upgrade(scratch)
command.revision(schema.config(scratch.connect()), sys.argv[1], autogenerate=True)
endef
export WRITE_MIGRATION

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint format bench bench-grader bench-scale soak migration clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Install everything into .venv (done by itself before the other tasks)

# Set-up never reads standard input and speaks on standard error only: `printf ... | make -s run` pipes a conversation.
$(STAMP): pyproject.toml .ci/setup
	@PYTHON="$(PYTHON)" bash .ci/setup $(VENV) </dev/null >&2
	@$(BIN)/python -m bot content compile >&2
	@touch $@

run: $(STAMP) ## Run the bot: on Telegram with TUTOR_TELEGRAM_TOKEN, in the terminal without
	@if [ -n "$$TUTOR_TELEGRAM_TOKEN$$TUTOR_TELEGRAM_TOKEN_FILE" ] \
	  || grep -Eqs '^[[:space:]]*(export[[:space:]]+)?TUTOR_TELEGRAM_TOKEN(_FILE)?[[:space:]]*=[[:space:]]*["'\'']?[^[:space:]#"'\'']' .env; \
	then exec $(BIN)/python -m bot run; else exec $(BIN)/python -m bot chat; fi

# Three at once at most: each may have three programs on PostgreSQL, which lets a hundred connections in.
test: $(STAMP) ## Run the tests (PostgreSQL too where one answers; the end says what was skipped)
	@$(BIN)/pytest -n auto --maxprocesses 3 --dist worksteal

check: lint test ## Check everything: format, lint, types, directions of import, content, tests

lint: $(STAMP) ## Check everything but the tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot content check

format: $(STAMP) ## Format the code and mend what can be mended
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(STAMP) ## Measure Tertulia beside echo bots, and what a graded answer costs (ROUNDS=1 SECONDS=2: a quick look)
	@$(BIN)/python -m tests.bench

bench-grader: $(STAMP) ## Measure how well answers by outside writers are understood
	@$(BIN)/python -m tests.bench.grader

bench-scale: $(STAMP) ## Measure what 10k, 100k and 1M learners cost: make bench-scale SIZES=10000,100000 DATABASES=sqlite
	@SIZES="$(SIZES)" DATABASES="$(DATABASES)" $(BIN)/python -m tests.bench.scale

soak: $(STAMP) ## Ten minutes of learners, kills and bad weather: make soak SECONDS=600 DATABASE=postgresql WORKERS=1
	@SOAK_SECONDS="$(SECONDS)" DATABASE="$(DATABASE)" WORKERS="$(WORKERS)" LEARNERS="$(LEARNERS)" $(BIN)/python -m tests.bench.soak

migration: $(STAMP) ## Write the migration that the tables ask for: make migration m="what changes"
	@test -n "$$m" || { echo 'Say what changes: make migration m="add the zone of a learner"' >&2; exit 2; }
	@$(BIN)/python -c "$$WRITE_MIGRATION" "$$m"

clean: ## Remove the environment and every cache, never any data
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bot storage scheduler tests '(' -name __pycache__ -o -name .compiled ')' -type d -prune -exec rm -rf {} +
