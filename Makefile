SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install run test long lint format bench screenshots docs translations

python := .venv/bin/python
installed := .venv/.installed
# Arguments for pytest, as in: make test PYTEST="-k segments"
PYTEST ?=

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

install: $(installed) ## Make .venv/ from the pinned packages, once

$(installed): requirements.lock pyproject.toml
	@found="$$(.ci/python)"; echo "Installing into .venv with $$found"; \
	.ci/system venv "$$found"; \
	$(python) -c '' 2>/dev/null || "$$found" -m venv --clear .venv
	@$(python) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(python) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: install ## Migrate, then serve web and worker on http://localhost:8501
	@exec .venv/bin/carteira serve

test: install ## Run the tests, all but those marked long
	@.ci/system tests
	@$(python) -m pytest -m "not long" $(PYTEST)

long: install ## Run the tests that take hours
	@.ci/system tests
	@.ci/system long
	@$(python) -m pytest -n 0 -m long --timeout 0 $(PYTEST)

lint: install ## Check style, types, layers and translations
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(python) locale/catalog.py check

format: install ## Lay out the code as lint wants it
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: install ## Measure, and write bench/README.md
	@.ci/system tests
	@$(python) -m bench

screenshots: install ## Take pictures of every page into pictures/, in each language, theme and size
	@.ci/system tests
	@.ci/system pictures
	@$(python) -m pytest -n 0 -p no:cacheprovider -q tests/browser/screenshots.py $(PYTEST)

docs: install ## Write the generated parts of docs/ anew
	@$(python) docs/generate.py

translations: install ## Collect new texts from the code into locale/ and plugins/*/locale/
	@$(python) locale/catalog.py update
