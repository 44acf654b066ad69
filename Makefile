# Everything a person needs; `make help` lists it. The work is in ci/, so that CI and a person run the same scripts.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Build output and models live outside the checkout, so that a fresh clone is cheap. ci/env.sh says where.
ENV := source ci/env.sh &&
DATA ?= data
ARGS ?=

.PHONY: help setup setup-test models models-test build run check lint test test-unit test-e2e test-browser bench directed wishes wakeword docs clean-cache
.PHONY: kiosk-app test-kiosk-app kiosk
.PHONY: image image-config image-menuconfig image-sbom image-legal image-clean image-check image-test image-aarch64 image-defconfigs pki release

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Boards of the image: $$(ci/image.sh boards | tr '\n' ' ')(docs/flashing.md)"

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

directed: setup-test ## Train the classifier of commands and talk anew from its sentences (ARGS=--check to judge it)
	@$(ENV) "$$ROSIE_CACHE/peers/bin/python" models/directed/train.py $(ARGS)

wishes: models-test setup-test ## Train the classifier of wishes anew from its sentences (ARGS=--check to judge it)
	@$(ENV) "$$ROSIE_CACHE/peers/bin/python" models/wishes/train.py --models "$$ROSIE_MODELS" $(ARGS)

wakeword: models-test setup-test ## Train the wake words anew: half an hour the first time, then minutes
	@$(ENV) ci/wakeword-data.sh && OMP_NUM_THREADS=1 nice "$$ROSIE_CACHE/peers/bin/python" models/wakeword/train.py \
		--models "$$ROSIE_MODELS" --cache "$$ROSIE_CACHE/wakeword" --speech "$$ROSIE_TEST_SPEECH"

kiosk-app: ## Build the Android app that makes an Echo Show or a tablet a kiosk (endpoint-kiosk/android)
	@$(ENV) ci/setup.sh kiosk-app && ci/kiosk-app.sh build

test-kiosk-app: ## Test the kiosk app, with the daemon where it is built, and look at its APK
	@$(ENV) ci/setup.sh kiosk-app && ci/kiosk-app.sh test

kiosk: ## Make a device on adb a kiosk (ARGS="apply --server https://rosie.local:8443"; docs/kiosk.md)
	@$(ENV) ci/setup.sh kiosk && { [ -s "$$ROSIE_CACHE/kiosk-app/signer.sha256" ] || ci/kiosk-app.sh build; } && \
		cargo run --quiet --release --locked -p rosie-kiosk -- $(ARGS)

docs: build ## Write docs/configuration.md and the default configuration anew from the types
	@$(ENV) ci/docs.sh

# BOARD says for which; BUILDROOT=dir, WITH="kiosk broker debug" and MODELS=dir as ci/image.sh says.
image: build ## Build the image to flash and its signed update (BOARD=raspberrypi5; hours the first time)
	@$(ENV) ci/setup.sh image && ci/image.sh build $(BOARD)

image-config: ## Only configure Buildroot for BOARD
	@$(ENV) ci/setup.sh image && ci/image.sh config $(BOARD)

image-menuconfig: ## Change the configuration of BOARD in a menu
	@$(ENV) ci/setup.sh image && ci/image.sh menuconfig $(BOARD)

image-sbom: ## Write what the image of BOARD is made of, as CycloneDX
	@$(ENV) ci/image.sh sbom $(BOARD)

image-legal: ## Collect licences and sources of the image of BOARD
	@$(ENV) ci/image.sh legal $(BOARD)

image-clean: ## Throw away what was built for BOARD; downloads are kept
	@$(ENV) ci/image.sh clean $(BOARD)

image-defconfigs: ## Write buildroot/configs anew from their fragments (BUILDROOT=dir)
	@$(ENV) ci/image-defconfigs.sh write "$${BUILDROOT:?is needed: a folder of Buildroot}"

image-check: ## Check the image's configurations, units, scripts and disks without building it (BUILDROOT=dir: more)
	@$(ENV) ci/setup.sh image && ci/image-check.sh

image-test: build ## Boot the image in QEMU and drive it from outside (CUTS=50 for the long run)
	@$(ENV) ci/setup.sh image-test && ci/image-test.sh

image-aarch64: models-test ## Cross-compile the Pi's daemon and run it on a recording under emulation (half an hour the first time)
	@$(ENV) ci/setup.sh image-aarch64 && ci/test-speech.sh && tests/image/aarch64.sh

release: ## Publish what was built into FOLDER: images, updates, SBOM, checksums, signature (URL=https://… BOARDS="raspberrypi5 …")
	@$(ENV) ci/setup.sh image && ci/release.sh "$${FOLDER:?is needed}" "$${URL:?is needed}" $(BOARDS)

pki: ## Make the keys that updates are signed with, once (ROSIE_PKI=dir)
	@$(ENV) ci/image-pki.sh "$${ROSIE_PKI:-$$HOME/.local/share/rosie/pki}"

clean-cache: ## Throw away build output, models and peers kept outside the checkout
	@$(ENV) rm -rf -- "$$ROSIE_CACHE"
