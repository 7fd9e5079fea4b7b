# The project's commands. `make run` and `make test` need Python 3.11+ and nothing else.
PYTHON ?= python3
BIN := .venv/bin
PO := $(wildcard leadstern/*/locale/*/LC_MESSAGES/django.po)

.PHONY: help setup run test check bench demo e2e screenshots messages lock clean
help:
	@echo "make run          start Leadstern with the demo company on http://127.0.0.1:8000"
	@echo "make test         the whole suite (SQLite; PostgreSQL and Chromium where they are there)"
	@echo "make check        style, types, architecture, templates, translations, documentation, migrations"
	@echo "make bench        speed, as ratios to the limit measured in the same run"
	@echo "make demo         fresh demo data"
	@echo "make e2e          the browser tests alone"
	@echo "make screenshots  the pictures of README and handbook"

.venv/.installed: requirements/dev.txt pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Leadstern needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: .venv/.installed
	@$(BIN)/python frontend/build.py

run: setup
	@$(BIN)/leadstern serve --demo

demo: setup
	@$(BIN)/leadstern demo --fresh

test: setup
	@$(BIN)/python tools/test.py

e2e: setup
	@$(BIN)/python tools/test.py --only tests/e2e

check: setup
	@$(BIN)/python tools/check.py

bench: setup
	@$(BIN)/python -m bench

screenshots: setup
	@$(BIN)/python tools/screenshots.py

messages: setup
	@$(BIN)/python tools/messages.py

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev -o requirements/dev.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/dev.txt -o requirements/run.txt pyproject.toml

clean:
	rm -rf .venv leadstern/static frontend/node_modules
