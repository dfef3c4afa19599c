# Builds a corpus. `make demo` and `make test` each set up all they need, in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
DEMO ?= work/demo
IMAGE ?= roots-builder

.DEFAULT_GOAL := help
.PHONY: help setup demo notebooks train-tiny test check fmt bench fuzz lmplz pseudo-crawl demo-data image clean

help: ## Print this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: $(VENV)/.runtime ## Make .venv with what the builder needs

# fasttext and kenlm have no wheels: they are compiled, which takes a C++ compiler.
$(VENV)/.runtime: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed (Debian: apt-get install python3 python3-venv python3-dev)" >&2; exit 1; }
	@command -v c++ >/dev/null || { echo "A C++ compiler is needed for fasttext and kenlm (Debian: apt-get install build-essential python3-dev)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; this is $$($(PYTHON) --version)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is needed (Debian: apt-get install python3-venv)" >&2; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.runtime ## Build a small real corpus end to end, in work/demo
	$(BIN)/roots build catalog/demo.toml --work $(DEMO) --workers $(WORKERS)

# JupyterLab brings some fifty packages that only who opens notebooks in it needs; those that are pinned stay as they are.
notebooks: $(VENV)/.dev ## Open the notebooks in JupyterLab, on what ROOTS_WORK names or the demo
	@$(BIN)/python -c 'import jupyterlab' 2>/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check -c requirements-dev.txt jupyterlab==4.6.6
	$(BIN)/jupyter lab --notebook-dir notebooks --ip 127.0.0.1 $(OPEN)

# torch is large, and nothing else needs it.
train-tiny: $(VENV)/.runtime ## Train a tiny decoder on the tokens of the demo, to see that a trainer can read them
	@$(BIN)/python -c 'import torch' 2>/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m roots.train_tiny $(DEMO)

test: check ## Check, then run every test; those that train language models only where lmplz can be built
	@test -f .lmplz/version || sh filters/build_lmplz.sh .lmplz $(BIN)/python || echo "lmplz cannot be built here: tests that need it are skipped" >&2
	@test -x .chromium/chromium || { test "$$ROOTS_TEST_CHROMIUM" != none && command -v chromium >/dev/null; } || sh tests/unpack_chromium.sh .chromium || echo "there is no Chromium here: tests that open the map or the page are skipped" >&2
	$(BIN)/pytest

check: $(VENV)/.dev ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fmt: $(VENV)/.dev ## Put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev .bench/.made ## Measure the stages against named peers, in one run
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/.dev ## Read files that were changed at random, for SECONDS (600)
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600)

# Peers that are no part of the builder get an environment of their own.
.bench/.made: requirements-bench.txt
	@$(PYTHON) -m venv .bench
	.bench/bin/pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

lmplz: .lmplz/version ## Build KenLM's lmplz, which roots train-lm needs, in .lmplz

.lmplz/version: requirements.txt filters/build_lmplz.sh | $(VENV)/.runtime
	@sh filters/build_lmplz.sh .lmplz $(BIN)/python

pseudo-crawl: $(VENV)/.runtime ## Find, fetch and judge pages of the carried web archives, in work/pseudo-crawl
	$(BIN)/python -m tests.pseudo_crawl_demo work/pseudo-crawl $(WORKERS)

demo-data: $(VENV)/.dev ## Make the carried demo data again from its packages
	$(BIN)/python -m catalog.demo.make

image: ## Build the container image that launches runs on Dataflow and works in them
	docker build --platform linux/amd64 -t $(IMAGE) .

clean: ## Remove .venv, .bench, .lmplz, .chromium and work/
	rm -rf $(VENV) .bench .lmplz .chromium work build dist *.egg-info
