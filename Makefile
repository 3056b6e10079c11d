# 依申请公开办件系统
#   make run    第一次会装好环境、建库、装入演示数据，然后打开 http://127.0.0.1:8000
#   make test   与 CI 完全相同的全部检查
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-from-lock
TOOLS := $(VENV)/.tools-from-lock
PEERS := $(VENV)/.peers-from-lock
PORT ?= 8000
# BUNDLE=wheels: install from that folder alone, without any network.
FROM := $(if $(BUNDLE),--no-index --find-links $(BUNDLE),)
export CASEWORK_HOME ?= $(CURDIR)/var

.PHONY: run setup test lint types layers tests tests-postgresql browser soak lock bench bundle clean

run: setup
	CASEWORK_DEMO=1 $(BIN)/casework db upgrade
	CASEWORK_DEMO=1 $(BIN)/casework demo load
	CASEWORK_DEMO=1 $(BIN)/casework serve --port $(PORT)

setup: $(RUNTIME)

$(RUNTIME): requirements.lock setup.cfg
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 以上（含 venv）：Debian、Ubuntu 上先执行 apt-get install python3 python3-venv"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(FROM) --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(TOOLS): requirements-dev.lock $(RUNTIME)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	touch $@

# What the benchmarks compare with; nothing else needs it.
$(PEERS): requirements-bench.lock $(TOOLS)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-bench.lock
	touch $@

test: lint types layers tests tests-postgresql browser

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TOOLS)
	$(BIN)/mypy

layers: $(TOOLS)
	$(BIN)/lint-imports

tests: $(TOOLS)
	rm -f .coverage .coverage.*
	$(BIN)/pytest -n 2 -m "not browser" --cov --cov-report=
	$(BIN)/coverage report --skip-covered

tests-postgresql: $(TOOLS)
	CASEWORK_TEST_DATABASE=postgresql $(BIN)/pytest -n 2 -m "not browser" tests/services tests/queries tests/web tests/models

# The long trials, before a release: power cuts, kills, tampering in full size.
soak: $(TOOLS)
	CASEWORK_KILLS=200 CASEWORK_CUTS=1000 $(BIN)/pytest tests/crash
	CASEWORK_TAMPERS=10000 $(BIN)/pytest tests/services/test_audit.py
	CASEWORK_FUZZ=2000 $(BIN)/pytest tests/fuzz
	CASEWORK_WALKS=1000 $(BIN)/pytest tests/services/test_state_machine.py
	CASEWORK_TEST_DATABASE=postgresql CASEWORK_WALKS=1000 $(BIN)/pytest tests/services/test_state_machine.py

browser: $(TOOLS)
	$(BIN)/pytest -m browser tests/browser

lock: $(TOOLS)
	uv pip compile setup.cfg --extra s3 --universal --python-version 3.11 --generate-hashes --no-header -o requirements.lock
	uv pip compile setup.cfg --extra s3 --extra dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.lock
	uv pip compile setup.cfg --extra bench -c requirements-dev.lock --universal --python-version 3.11 --generate-hashes --no-header -o requirements-bench.lock

bench: $(PEERS)
	for file in bench/*.py; do $(BIN)/python $$file || exit 1; done

# Everything an intranet machine of the same system and processor needs.
bundle: $(RUNTIME)
	rm -rf build/bundle && mkdir -p build/bundle/casework
	git archive HEAD | tar -x -C build/bundle/casework
	$(BIN)/python -m pip download --quiet --require-hashes --requirement requirements.lock --dest build/bundle/casework/wheels
	tar -C build/bundle/casework -czf casework-offline.tar.gz .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .coverage*
