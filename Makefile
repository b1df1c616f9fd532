# The two commands are `make up` and `make test`; `make help` lists all of them.
# Each environment has a values file stacks/Pulumi.ENV.yaml; choose one with `make up ENV=standalone`.

ENV ?= lite
PYTEST_ARGS ?=
# Processes that `make test` runs tests in: one more than cores, since the tier `cluster` mostly waits.
TEST_PROCESSES ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

ENGINE := .venv/bin/python -m pulumi_milvus.engine
INSTALL := .ci/python .ci/install.py
# An environment without a cluster goes without the cluster's packages: their mere presence makes the engine fetch plugins.
# Those of AWS are large, and only an environment that makes something there needs them.
ON_AWS := $(shell grep -qsE '^ *milvus:aws:' stacks/Pulumi.$(ENV).yaml && echo -aws)
ON_KUBERNETES := $(shell grep -qsE '^ *topology: *lite' stacks/Pulumi.$(ENV).yaml || echo -kubernetes)
REQUIREMENTS := requirements$(or $(ON_AWS),$(ON_KUBERNETES)).txt
TESTS := tests components/__main__.py $(filter-out %/__main__.py,$(wildcard policies/*.py)) stacks/__main__.py .ci/install.py \
	.github/steps/comment.py scripts bench

.DEFAULT_GOAL := help
.PHONY: help up preview down env engine control-plane venv venv-dev test unit lint format requirements schema \
	sizing planning rules site bench clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  ENV=lite chooses the environment (stacks/Pulumi.lite.yaml); ENV=standalone, distributed, nvme, gpu; aws-standalone ..."

up: venv  ## install what is missing, bring ENV up, try it and say how to use it
	@$(ENGINE) up $(ENV)

preview: venv  ## show what `make up` would do
	@$(ENGINE) preview $(ENV)

down:  ## remove what `make up` made, and the stack
	@if [ -d .state ] || [ -n "$$PULUMI_BACKEND_URL" ]; then \
		$(INSTALL) $(REQUIREMENTS) && $(ENGINE) down $(ENV); \
	else \
		echo "Nothing is up here: nothing to remove."; \
	fi

env: venv  ## print settings for a plain pulumi; use as: eval "`make -s env`"
	@$(ENGINE) env

engine: venv  ## find, fetch or build the Pulumi engine
	@$(ENGINE) ensure >/dev/null

control-plane: venv-dev  ## build a Kubernetes control plane for the tests, once for this machine
	@PYTHONPATH=tests .venv/bin/python -m control_plane >/dev/null

venv:
	@$(INSTALL) $(REQUIREMENTS)

venv-dev:
	@$(INSTALL) requirements-dev.txt

test: venv-dev engine control-plane lint  ## check style and types, then run every test
	HYPOTHESIS_PROFILE=full .venv/bin/python -m pytest -n $(TEST_PROCESSES) --dist loadscope --no-loadscope-reorder \
		$(PYTEST_ARGS)

unit: venv-dev  ## run the tests that need seconds
	.venv/bin/python -m pytest -m unit $(PYTEST_ARGS)

lint: venv-dev  ## check style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	@# pulumi.runtime.test, the SDK's own decorator for tests, has no types.
	MYPYPATH=components:policies:tests:tests/unit:tests/standins .venv/bin/mypy --explicit-package-bases --allow-untyped-decorators \
		$(TESTS)

format: venv-dev  ## put the sources into shape
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

requirements:  ## pin the dependencies anew (needs uv; UPGRADE=--upgrade takes the newest)
	.ci/requirements $(UPGRADE)

schema: venv-dev  ## write the JSON Schema of the workload and the schema of the Pulumi package anew
	.venv/bin/pulumi-milvus schema --write
	.venv/bin/python scripts/package_schema.py

sizing: venv  ## write the table of docs/sizing.md anew: estimates against measurements
	.venv/bin/python scripts/sizing_table.py

planning: venv  ## write docs/planning.md anew: one plan by hand, with the figures of today
	.venv/bin/python scripts/planning_page.py

rules: venv  ## write docs/rules anew, from the rules' own words
	.venv/bin/python scripts/rules_pages.py

site: venv-dev  ## write the documentation as a site, into build/site
	.venv/bin/mkdocs build --strict

bench: venv  ## say how fast the command line is (BENCH_ARGS="--json FILE" writes it down as well)
	@.venv/bin/python -m bench $(BENCH_ARGS)

clean:  ## remove what can be made again; .state, which holds stacks and their passphrase, stays
	rm -rf .venv .state/bin build dist components/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
