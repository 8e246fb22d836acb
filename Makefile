# KBCRM: set-up, start and checks. Needs python 3.11 or later with venv, git and make.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
CODE := kb ontology ingest reasoning webapp tests $(if $(wildcard bench/*.py),bench) hatch_build.py
FRONTEND := $(shell find webapp/frontend webapp/translations -type f -not -path "*/node_modules/*" -not -name "*.mo")
ENCODER_LOG := $(VENV)/encoder.log

# The first python that is new enough and can make environments; `make PYTHON=…` chooses another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
  "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && echo "$$python" && break; done)

# Each stamp says that a step was done after its inputs last changed.
UV_DONE := $(VENV)/.uv-done
LOCK_DONE := $(VENV)/.lock-done
CORE_DONE := $(VENV)/.core-done
ENCODER_DONE := $(VENV)/.encoder-done

.PHONY: help setup core encoder run test test-all lint style types layers lock clean

help:
	@echo "make run        start KBCRM on http://127.0.0.1:5080 (sets up first what is missing)"
	@echo "make test       set up and run the tests; make test-all runs the long ones too"
	@echo "make setup      just the set-up, with the encoder stack (sentence-transformers, torch)"
	@echo "make lint       style, types and layer contracts"
	@echo "make lock       pin the dependencies anew"
	@echo "make clean      remove what set-up and tests made; the data folder stays"

setup: core encoder
core: $(CORE_DONE)
encoder: $(ENCODER_DONE)

$(UV_DONE): requirements-uv.txt
	@if [ -z "$(PYTHON)" ]; then \
	  echo "KBCRM needs python 3.11 or later with its venv module" \
	    "(on Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; fi
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

$(LOCK_DONE): $(UV_DONE) requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@touch $@

# The build hook makes the front-end assets with Node from the locked packages, hence no isolation.
$(CORE_DONE): $(LOCK_DONE) pyproject.toml hatch_build.py $(FRONTEND)
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation \
	  --reinstall-package kbcrm --editable .
	@touch $@

# The CPU build of torch lives in an index of its own. Where that cannot be reached within seconds,
# the plain build does (on Linux some 3 GB, with the CUDA libraries). The file of pins only constrains:
# what the CPU build does not need is not installed.
ENCODER_INSTALL = $(UV) pip install --python $(BIN)/python -c requirements.lock -c requirements-encoder.txt \
  sentence-transformers torch
$(ENCODER_DONE): $(CORE_DONE) requirements-encoder.txt
	@if UV_HTTP_TIMEOUT=5 UV_HTTP_RETRIES=0 $(ENCODER_INSTALL) --torch-backend=cpu --dry-run >/dev/null 2>&1; \
	then echo "Installing the encoder stack with the CPU build of torch."; \
	  $(ENCODER_INSTALL) --torch-backend=cpu; \
	else echo "Installing the encoder stack with the plain build of torch (the CPU index does not answer)."; \
	  $(ENCODER_INSTALL); fi
	@touch $@

# The pages do not wait for the encoder stack: it is installed beside the server, and ends with it.
run: core
	@if $(MAKE) --no-print-directory -q $(ENCODER_DONE); then exec $(BIN)/kbcrm serve; else \
	  echo "The encoder stack is being installed in the background (log: $(ENCODER_LOG)); nothing waits for it."; \
	  exec $(BIN)/kbcrm serve --beside "make --no-print-directory encoder >$(ENCODER_LOG) 2>&1"; fi

# Two at a time, each with servers of its own; a file's tests stay together.
test: core
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

test-all: core
	KBCRM_TEST_ALL=1 $(BIN)/python -m pytest --timeout 7200 $(ARGS)

lint: style types layers

style: core
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

types: core
	$(BIN)/mypy $(CODE)

layers: core
	$(BIN)/lint-imports

# Known pins stay unless `make lock ARGS=--upgrade`.
COMPILE = $(UV) pip compile --quiet --universal --no-header --no-emit-index-url
lock: $(UV_DONE)
	$(COMPILE) --generate-hashes --extra dev pyproject.toml -o requirements.lock $(ARGS)
	$(COMPILE) --no-annotate --extra encoder -c requirements.lock pyproject.toml -o $(VENV)/encoder.txt $(ARGS)
	sed -n 's/ \\$$//p' requirements.lock | grep -v -e --hash | grep -vxFf - $(VENV)/encoder.txt \
	  >requirements-encoder.txt

clean:
	rm -rf $(VENV) webapp/static/built webapp/frontend/node_modules dist \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
