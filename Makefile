# `make help` lists everything. CI runs the README's test command and `make check`.
SHELL := /bin/bash
PY := .venv/bin/python
BIN := .venv/bin
UI := src/ngangtam/foundation/ui/static/ui
LOCALE := src/ngangtam/locale/vi/LC_MESSAGES
export PYTHONPATH := src
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup run test test-whole test-spark e2e check fix lock clean

help:  ## List what can be done
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.installed $(UI)/app.css $(LOCALE)/django.mo  ## Install everything, start nothing

.venv/.installed: requirements/all.lock pyproject.toml tools/bootstrap.sh
	@bash tools/bootstrap.sh all
	@touch $@

$(UI)/app.css: package-lock.json $(wildcard assets/*) $(wildcard assets/*/*) .venv/.installed
	@bash tools/assets.sh
	@touch $@

$(LOCALE)/django.mo: $(LOCALE)/django.po .venv/.installed
	@$(PY) tools/messages.py compile

run: setup  ## Start everything with the fictional province; Ctrl-C stops it
	@$(BIN)/ngangtam run --demo

test: setup  ## Run the suite; one part with: make test only=tests/law
	@bash tools/browser.sh
	@$(BIN)/pytest -n 2 -m "not whole" $(only)

test-whole: setup  ## Walk every procedure, in the browser too, and kill it at every step
	@bash tools/browser.sh
	@$(BIN)/pytest -n 2 -m whole

test-spark: setup  ## Install PySpark beside the rest and run the tests that need it
	@$(BIN)/uv pip install -q -r requirements/spark.lock && $(BIN)/pytest -m spark

check: setup  ## Linters, types, floors, rulebook, migrations, translations
	@bash tools/check.sh

fix:  ## Format and mend what can be mended by machine
	@$(BIN)/ruff check --fix src tests tools; $(BIN)/ruff format src tests tools

lock:  ## Resolve dependencies anew
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra bench --generate-hashes --python-version 3.11 --no-header -o requirements/all.lock -q
	@$(BIN)/uv pip compile pyproject.toml --generate-hashes --python-version 3.11 --no-header -o requirements/run.lock -q
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra bench --extra spark --generate-hashes --python-version 3.11 --no-header -o requirements/spark.lock -q

clean:  ## Remove what set-up made; instances in var/ stay
	@rm -rf .venv node_modules $(UI)
