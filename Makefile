# The task runner: few words, each one line of work.
PYTHON ?= python3
BIN = .venv/bin
PYTEST ?=

.PHONY: install check test docs bench lock

install:
	$(PYTHON) -m venv .venv && $(BIN)/pip install -q -c constraints.txt -e '.[test]'

check:
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

test:
	$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST)

docs:
	$(BIN)/python docs/make.py

bench:
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

# New pins for constraints.txt, from a fresh environment with the newest releases.
lock:
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install -q '.[test]'
	echo "# The versions that the two commands of the README install; made by 'make lock'." > constraints.txt
	.venv-lock/bin/pip freeze --exclude iomld >> constraints.txt && rm -rf .venv-lock
