# Every target sets up what it needs; `make` lists them.
SHELL := /bin/bash
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# An inherited ban on bytecode would make every new process compile the same modules again.
export PYTHONDONTWRITEBYTECODE :=
PYTEST := python -m pytest
SERVER_TESTS := -p pytest_jupyter.jupyter_server
AREA ?= server

.DEFAULT_GOAL := help
.PHONY: help demo setup check test test-library test-server test-frontend test-notebooks test-browser bench types lab docs \
	screenshots chromium wheel clean

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

demo: setup ## Set up, then go from a raw file to a prediction over HTTP, without a screen.
	jupyter mlstudio demo

setup: .make/setup ## Make .venv and install everything that users and developers need.

.make/setup: pyproject.toml package.json yarn.lock
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=24"
	python -m pip install --quiet --editable '.[test,dev]'
	jupyter-builder develop . --overwrite
	mkdir -p .make && touch $@

chromium: setup ## Make sure that there is a Chromium for the browser tests.
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
		|| { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium; } \
		|| python -m playwright install chromium

check: setup ## Everything that needs no test run: style, types, import rules, dead code, drift.
	$(MAKE) --no-print-directory --jobs 2 --output-sync check-python check-browser

.PHONY: check-python check-browser drift
check-python: setup
	ruff check .
	ruff format --check .
	MYPYPATH=server_ext mypy
	lint-imports
	vulture
	deptry .

check-browser: setup
	tsc -p labextension --noEmit
	jlpm lint
	jlpm dead
	$(MAKE) --no-print-directory drift

drift: setup
	@mkdir -p .make
	python -m jupyter_mlstudio_server.openapi .make/openapi.json
	diff -u server_ext/openapi.json .make/openapi.json || { echo "The API changed: run 'make types'."; exit 1; }
	openapi-typescript .make/openapi.json --default-non-nullable=false -o .make/schema.ts >/dev/null
	prettier --log-level warn --stdin-filepath labextension/src/api/schema.ts < .make/schema.ts \
		| diff -u labextension/src/api/schema.ts - || { echo "The types drifted: run 'make types'."; exit 1; }
	! grep -nE 'https?://' yarn.lock

types: setup ## Write the OpenAPI document and the TypeScript types anew.
	python -m jupyter_mlstudio_server.openapi server_ext/openapi.json
	jlpm types
	prettier --log-level warn --write labextension/src/api/schema.ts

test: test-library test-server test-frontend test-notebooks test-browser ## Set up, then run every test.

# Two processes share the work, a file at a time, since the tests of one file share servers and kernels.
test-library: setup
	$(PYTEST) --numprocesses 2 --dist loadfile tests/library tests/house

.PHONY: explore
explore: setup ## Test properties on tables and graphs that no run has seen before.
	$(PYTEST) --numprocesses 2 --hypothesis-profile=default tests/library -m hypothesis

test-server: setup
	$(PYTEST) $(SERVER_TESTS) --numprocesses 2 --dist loadfile tests/server

test-frontend: setup
	jlpm test

test-notebooks: setup
	$(PYTEST) tests/notebooks

test-browser: setup chromium bundle
	$(PYTEST) tests/browser

.PHONY: bundle
bundle: setup
	jlpm build:prod

bench: setup ## Measure what is promised to be fast: make bench AREA=serving
	python benchmarks/run.py $(AREA)

screenshots: setup chromium bundle ## Take every picture of the docs anew from the running product.
	python tests/browser/screenshots.py

lab: setup ## JupyterLab on a folder of samples, with the bundle rebuilt at every change.
	jlpm build
	jupyter-builder watch . & trap "kill $$!" EXIT; jupyter mlstudio lab .make/playground

docs: setup ## Build the documentation into docs/_build.
	python -m pip install --quiet sphinx myst-parser pydata-sphinx-theme
	sphinx-build -W -b html docs docs/_build

wheel: ## Build the wheel, and its source archive, into dist/.
	rm -rf dist server_ext/jupyter_mlstudio_server/labextension
	$(PYTHON) -m venv .make/build && .make/build/bin/python -m pip install --quiet build
	.make/build/bin/python -m build

clean: ## Remove everything that was made here.
	rm -rf .venv .make node_modules labextension/lib server_ext/jupyter_mlstudio_server/labextension dist docs/_build
