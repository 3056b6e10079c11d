# 依申请公开办件系统: make run starts it, make test runs everything CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from
RUN_STAMP := $(VENV)/.made-from-run-time

.PHONY: run setup test
setup: $(RUN_STAMP)

$(RUN_STAMP): requirements.lock setup.cfg
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

$(STAMP): requirements-dev.lock $(RUN_STAMP)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	touch $@
