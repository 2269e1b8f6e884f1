SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install run demo tour test check chaos mutants soak bench gallery fmt lock

BIN := .venv/bin
STAMP := .venv/installed
CONFIG ?=
CASE ?=
SEED ?=
ROWS ?=
UPGRADE ?=
# Three tests on two processors: most of them wait for a server half of their time.
PARALLEL := -n $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 ))) --dist worksteal
WITH := $(if $(CONFIG),--config $(CONFIG))
COMPILE := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

help: ## show this
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name does; do \
		printf '  make %-8s %s\n' "$$name" "$$does"; done

install: $(STAMP) ## put everything into .venv, exactly as locked (again only when the locks changed)

# The newest Python that works here; an entry on PATH may be a shim of a version that is not installed.
$(STAMP): requirements.lock requirements-dev.lock
	@python=""; \
	for candidate in python3.13 python3.12 python3.11 python3; do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			python="$$candidate"; break; fi; done; \
	if [ -z "$$python" ]; then \
		echo "Python 3.11 or newer is needed, and none was found on PATH." >&2; exit 1; fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		echo "Making .venv with $$("$$python" --version)"; \
		"$$python" -m venv --clear .venv || { \
			echo "The venv module of $$python is missing or broken (on Debian: the package python3-venv)." >&2; \
			exit 1; }; fi
	@echo "Installing what requirements-dev.lock names"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(STAMP) ## take updates and publish (CONFIG=path for another configuration)
	@exec $(BIN)/python -m bot run $(WITH)

demo: $(STAMP) ## try everything in a browser, until Ctrl-C; no account anywhere, nothing is published
	@exec $(BIN)/python -m bot demo

tour: $(STAMP) ## the same as a story in the terminal, which ends by itself
	@exec $(BIN)/python -m bot demo --tour

test: $(STAMP) ## run every test
	@$(BIN)/python -m pytest $(PARALLEL)

check: $(STAMP) ## all that CI runs: style, types, tests, at least 90 % of the branches
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --cov $(PARALLEL)

chaos: $(STAMP) ## kill it wherever it can be killed, then 10,000 simulated worlds: 20 minutes (CASE='…' runs one again)
	@PYTHONPATH=.:tests:tests/chaos $(BIN)/python tests/chaos/matrix.py $(if $(CASE),--case '$(CASE)',--seconds 550 --json build/chaos.json)
	@$(if $(CASE),true,$(BIN)/python tests/simulation/simulation_replay.py 1 10000 --cores 0)

mutants: $(STAMP) ## take one rule after the other out of the product: a world or a case must fall each time
	@$(BIN)/python tests/simulation/simulation_mutants.py

soak: $(STAMP) ## publish 1,000 jobs on three networks, every tenth call in trouble: what leaks? 5 minutes (SEED=n: another run)
	@PYTHONPATH=.:tests:tests/soak $(BIN)/python tests/soak/soak.py $(if $(SEED),--seed $(SEED))

bench: $(STAMP) ## measure against the bars into docs/bench.md and .json: 12 minutes (ROWS='pickup due': these parts, only shown)
	@PYTHONPATH=.:tests:tests/bench $(BIN)/python tests/bench/bench_all.py $(ROWS)

gallery: $(STAMP) ## draw every network, format and kind of content on one page in build/gallery
	@PYTHONPATH=.:tests/gallery $(BIN)/python tests/gallery/gallery.py build/gallery

fmt: $(STAMP) ## put the code into its one form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(STAMP) ## bring both lock files in line with pyproject.toml (UPGRADE=1: with the newest of everything)
	@$(BIN)/$(COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements.lock
	@$(BIN)/$(COMPILE) $(if $(UPGRADE),--upgrade) --group dev --output-file requirements-dev.lock
