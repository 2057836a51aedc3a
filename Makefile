PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
FLOORS := graph nodes tools prompts checkpoints server evals
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV ?= $(VENV)/uv/bin/uv
LOCK_FLAGS ?=

SCENARIOS := evals/scenarios/public.jsonl
RESULTS := $(VENV)/public-results.jsonl
DEMO_TICKETS := 120
DEMO_REPORT := demo-report.html

.DEFAULT_GOAL := help
.PHONY: help install demo test lint bench soak lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

install: $(STAMP) ## Create .venv with the locked packages and the project

demo: install ## Show the service at work in a pretend shop
	$(BIN)/wismo demo
	@echo "Last act: historical tickets, played with the facts of their time and compared with what humans did then"
	$(BIN)/wismo eval evals/historical/tickets.jsonl --limit $(DEMO_TICKETS) --html $(DEMO_REPORT)

test: lint ## Lint, type-check, run the tests and replay the public scenarios
	$(BIN)/python -m pytest -n 2
	$(BIN)/wismo replay $(SCENARIOS) --out $(RESULTS)
	$(BIN)/python -m evals.expectations $(SCENARIOS) $(RESULTS)

lint: install ## Check style, types and the import direction of the floors
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install ## Measure throughput and latency
	$(BIN)/python -m evals.bench

soak: install ## Run the long tests (marked soak)
	$(BIN)/python -m pytest -n 2 -m soak tests

# Keeps the pins that still fit; `make lock LOCK_FLAGS=--upgrade` takes the newest.
lock: ## Write requirements.lock anew from pyproject.toml
	@[ -x "$(UV)" ] || command -v "$(UV)" >/dev/null || { $(PYTHON) -m venv $(VENV)/uv && $(VENV)/uv/bin/pip install --quiet uv; }
	$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --no-annotate --quiet $(LOCK_FLAGS) -o requirements.lock

clean: ## Remove everything that was built (.venv, caches, dist)
	rm -rf $(VENV) $(DEMO_REPORT) dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	find $(FLOORS) tests -type d -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "wismo needs Python 3.11 or newer; '$(PYTHON)' is older or missing. Name another: make install PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q $(FLOORS)
	@touch $@
