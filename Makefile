# Everything a person needs; `make help` lists it. The work is in ci/, so that CI and a person run the same scripts.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Build output and models live outside the checkout, so that a fresh clone is cheap. ci/env.sh says where.
ENV := source ci/env.sh &&
DATA ?= data
ARGS ?=

.PHONY: help setup setup-test models models-test build run check lint test test-unit test-e2e test-browser bench wishes docs clean-cache

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what building and running need (system packages)
	@$(ENV) ci/setup.sh run

setup-test: ## Install what the tests need besides (browser, Node packages, peers)
	@$(ENV) ci/setup.sh test

build: setup ## Build the release binary
	@$(ENV) ci/build.sh

models: build ## Fetch the models of the small profile (PROFILE=standard for the larger ones)
	@$(ENV) "$$ROSIED" models fetch --profile $${PROFILE:-small}

models-test: build ## Fetch the models that the tests need
	@$(ENV) ci/models.sh

run: models ## Set everything up, start Rosie, print her address
	@$(ENV) exec "$$ROSIED" run --data $(DATA) $(ARGS)

check: build ## Check configuration, models and devices
	@$(ENV) "$$ROSIED" check --data $(DATA)

lint: setup ## Format check, clippy with warnings denied, house rules
	@$(ENV) ci/lint.sh

test: ## Set everything up and run every test
	@$(ENV) ci/test.sh

test-unit: setup ## Unit and property tests of all crates (needs `make models-test`)
	@$(ENV) ci/step.sh unit

test-e2e: setup ## End-to-end tests on real engines (needs `make models-test setup-test`)
	@$(ENV) ci/step.sh e2e

test-browser: setup ## The page in a real browser (needs `make models-test setup-test`)
	@$(ENV) ci/step.sh browser

bench: models setup-test ## Measure Rosie beside her peers in one run and print the ratios
	@$(ENV) tests/peers/run.sh $(ARGS)

wishes: models-test setup-test ## Train the classifier of wishes anew from its sentences (ARGS=--check to judge it)
	@$(ENV) "$$ROSIE_CACHE/peers/bin/python" models/wishes/train.py --models "$$ROSIE_MODELS" $(ARGS)

docs: build ## Write docs/configuration.md and the default configuration anew from the types
	@$(ENV) ci/docs.sh

clean-cache: ## Throw away build output, models and peers kept outside the checkout
	@$(ENV) rm -rf -- "$$ROSIE_CACHE"
