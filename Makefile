# One obvious command for each thing a contributor does; `make` alone lists them.
PYTHON ?= python3
BIN    := .venv/bin
SAM    := .venv-sam/bin/sam
PIP    := -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup models serve test judge soak conform clients lambda check format bench cost lock docs site layers clean

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: .venv/.serve .venv/.dev .venv-sam/.done ## install what the other commands need

.venv/bin/python:
	$(PYTHON) -m venv .venv

# The service and its command line.
.venv/.serve: requirements/serve.txt pyproject.toml | .venv/bin/python
	$(BIN)/python $(PIP) --no-deps --require-hashes -r requirements/serve.txt
	$(BIN)/python $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# What tests and checks need beside it.
.venv/.dev: requirements/dev.txt .venv/.serve
	$(BIN)/python $(PIP) --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

# SAM pins versions of its own, so it has an environment of its own. A check runs it
# once, which compiles what it imports; to compile all that it brings takes longer.
.venv-sam/.done: requirements/sam.txt
	$(PYTHON) -m venv .venv-sam
	.venv-sam/bin/python $(PIP) --no-compile --no-deps --require-hashes -r requirements/sam.txt
	@touch $@

# Emulators of AWS pin versions of their own too; tests reach them over HTTP.
.venv-judge/.done: requirements/judge.txt
	$(PYTHON) -m venv .venv-judge
	.venv-judge/bin/python $(PIP) --no-deps --require-hashes -r requirements/judge.txt
	@touch $@

# The site generator is needed by nothing else.
.venv-site/.done: requirements/site.txt
	$(PYTHON) -m venv .venv-site
	.venv-site/bin/python $(PIP) --no-deps --require-hashes -r requirements/site.txt
	@touch $@

models: .venv/.serve ## fetch and verify the face detector, and the libraries for browsers
	@$(BIN)/expunge models pull --quiet

HOST ?= 127.0.0.1
PORT ?= 8000
serve: models ## run the embedded service: PORT=8000 HOST=127.0.0.1
	@exec $(BIN)/expunge serve --host $(HOST) --port $(PORT)

# The browser tests use the system's Chromium or Chrome, else Playwright's own, else say that they were skipped.
.PHONY: browser
browser: .venv/.dev
	@$(BIN)/python -m tests.browser.chromium >/dev/null 2>&1 || \
		PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=10000 $(BIN)/playwright install chromium >/dev/null 2>&1 || true

# Four tiers of tests; CONTRIBUTING.md says what is in each. Times are of two cores with nothing
# else running.

# Everything that needs no other service. Many tests wait for servers that they start, so six
# workers keep two cores busy: tests/order.py gives folders that wait to four of them. What fails
# is run once more, alone: a test that passes then is listed as failed above all the same, and
# depends on the machine, which is a defect of it.
PYTEST := $(BIN)/python -m pytest
# Workers and the processes that tests start read each other's compiled code.
test: export PYTHONDONTWRITEBYTECODE =
test: models browser ## run the whole test suite
	$(PYTEST) -n 6 --dist worksteal || \
		{ [ $$? = 1 ] && echo "Once more, alone:" && $(PYTEST) --last-failed --last-failed-no-failures none; }

# The output of `sam build`, the AWS contract, a short fire and a whole `sam deploy` with what callers
# then do, over emulators that check signatures and roles: some minutes.
judge: models .venv/.dev .venv-sam/.done .venv-judge/.done ## hold the stack and the AWS adapters to other emulators than moto
	EMULATOR=.venv-judge/bin/ministack $(BIN)/python -m pytest tests/contract tests/robustness/test_fire_aws.py tests/lambdas/test_size.py tests/judge
	EMULATOR=.venv-judge/bin/weed $(BIN)/python -m pytest tests/contract/test_objects.py -k "s3 or S3"

# A generator pins versions of its own, so it has an environment of its own.
.venv-clients/.done: requirements/clients.txt
	$(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python $(PIP) --no-deps --require-hashes -r requirements/clients.txt
	@touch $@

%/node_modules/.done: %/package-lock.json
	npm --prefix $* ci --no-audit --no-fund --silent
	@touch $@

clients: .venv-clients/.done clients/typescript/node_modules/.done ## generate the clients from docs/reference/openapi.json
	.venv-clients/bin/python clients/generate.py

# Linters, a long run of Schemathesis, and the TypeScript client. Without Node.js it says what it left out.
CONFORM := tests/conformance/node_modules
conform: .venv/.dev ## hold the OpenAPI document to linters, and the service to it: some minutes
	@command -v npm >/dev/null || echo "npm is missing: redocly, spectral and the TypeScript client are left out"
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory conform-node
	$(BIN)/python -m tests.conformance

.PHONY: conform-node
conform-node: $(CONFORM)/.done clients/typescript/node_modules/.done
	$(CONFORM)/.bin/redocly lint docs/reference/openapi.json
	$(CONFORM)/.bin/spectral lint --fail-severity hint docs/reference/openapi.json
	npm --prefix clients/typescript test

# Long fires, and every property on a thousand new examples: an hour.
soak: models .venv/.dev ## put jobs under fire and properties to the test for an hour
	ATTACK_ROUNDS=$${ATTACK_ROUNDS:-8} $(BIN)/python -m pytest -m attack tests/robustness
	$(BIN)/python -m pytest -m long tests/unit/test_bomb_growth.py
	FIRE_JOBS=$${FIRE_JOBS:-500} $(BIN)/python -m pytest tests/robustness/test_fire.py tests/robustness/test_fire_aws.py
	$(BIN)/python -m pytest -n 2 --dist worksteal -m hypothesis --hypothesis-profile=thorough tests/unit

check: .venv/.dev .venv-sam/.done ## lint, types, import direction, template
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	SAM_CLI_TELEMETRY=0 $(SAM) validate --lint --template template.yaml --region eu-central-1

# EVENT is a file of events/, or one like it; its content tells which function gets such events.
lambda: .venv/.dev ## run a handler with one event under AWS's runtime client: EVENT=events/api-index.json
	@$(BIN)/python -m tests.lambdas.invoke $(EVENT)

format: .venv/.dev ## put the code in its house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Ratios, of which none can fail; ONLY=http runs one part.
bench: .venv/.dev ## run the benchmarks
	$(BIN)/python -m tests.benchmarks $(ONLY)

# Counts calls on an emulated AWS; writes the tables of docs/how-to/costs.md.
cost: models .venv/.dev ## compute dollars per million jobs by mode
	$(BIN)/python -m tests.benchmarks.costs

# The steps of the Dockerfile one by one, without Docker: some minutes.
.PHONY: container container-lint
container: .venv/.dev ## run the Dockerfile's steps in a fresh folder, start and probe the server
	$(BIN)/python -m tests.packaging.rehearsal

.venv-container/.done: requirements/container.txt
	$(PYTHON) -m venv .venv-container
	.venv-container/bin/python $(PIP) --no-deps --require-hashes -r requirements/container.txt
	@touch $@

DCLINT := dclint@3.1.0
container-lint: .venv-container/.done ## lint the Dockerfile (hadolint) and the compose files (dclint)
	.venv-container/bin/hadolint Dockerfile
	npx --yes $(DCLINT) --config containers/.dclintrc.yaml containers

docs: .venv/.serve ## write the pages of docs/ that are made from the code
	$(BIN)/expunge document docs

# A link or an anchor that leads nowhere fails the build.
site: .venv-site/.done ## build docs/ as a site into build/site
	.venv-site/bin/zensical build --strict --clean

# They show the studio's own sample, which the project draws.
.PHONY: pictures
pictures: models .venv/.dev ## take the pictures of README and docs from the running studio
	$(BIN)/python -m tests.browser.pictures

NODE := integrations/n8n-nodes-expunge
.PHONY: n8n
n8n: ## lint, build and test the n8n node; needs Node.js 22 or newer
	cd $(NODE) && npm ci --ignore-scripts --no-audit --no-fund
	cd $(NODE) && npm run lint && npm run build && npm test

# Needs an n8n 2.x (`npm install n8n`, 3 GB), whose command is N8N, and the node that `make n8n` built.
.PHONY: n8n-real
n8n-real: models .venv/.dev
	N8N=$(N8N) $(PYTEST) tests/n8n/in_n8n.py

LAYERS := web accounts c2pa imaging vision video
layers: models $(LAYERS:%=build/layers/%/.done) build/layers/weights build/layers/tab ## build the Lambda layers alone, below build/layers

build/layers/%/.done: layers/%/requirements.txt layers/%/Makefile layers/wheels.mk | .venv/bin/python
	rm -rf $(@D)
	$(MAKE) --no-print-directory -C layers/$* ARTIFACTS_DIR=$(CURDIR)/$(@D) PYTHON=$(CURDIR)/$(BIN)/python build-$*
	@touch $@

.PHONY: build/layers/weights build/layers/tab
build/layers/weights build/layers/tab:
	rm -rf $@
	$(MAKE) --no-print-directory -C layers/$(@F) ARTIFACTS_DIR=$(CURDIR)/$@ PYTHON=$(CURDIR)/$(BIN)/python build-$(@F)

# uv resolves once for every Python from 3.11 on; pip installs the result.
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate
LOCK    := $(COMPILE) --universal --python-version 3.11
# A layer has the versions of the root lock, for the Python and the platform of
# the Lambda runtime, and leaves out what that runtime brings itself.
LOCK_LAYER := $(COMPILE) --constraint requirements/dev.txt --python-version 3.13 --python-platform aarch64-manylinux_2_28 --only-binary :all:
RUNTIME    := botocore python-dateutil six urllib3
lock: | .venv/bin/python ## resolve the requirements files anew
	$(BIN)/python $(PIP) uv
	$(LOCK) --extra vision --extra serve --extra watch --extra mcp --group serve pyproject.toml -o requirements/serve.txt
	$(LOCK) --extra all --group serve --group dev pyproject.toml -o requirements/dev.txt
	$(LOCK) --group sam -o requirements/sam.txt
	$(LOCK) --group judge -o requirements/judge.txt
	$(LOCK) --group container -o requirements/container.txt
	$(LOCK) --group site -o requirements/site.txt
	$(LOCK) --group clients -o requirements/clients.txt
	$(LOCK_LAYER) layers/web/requirements.in -o layers/web/requirements.txt $(addprefix --no-emit-package ,$(RUNTIME))
	$(LOCK_LAYER) layers/accounts/requirements.in -o layers/accounts/requirements.txt $(addprefix --no-emit-package ,$(RUNTIME) cryptography cffi idna joserfc pycparser typing-extensions)
	$(LOCK_LAYER) layers/c2pa/requirements.in -o layers/c2pa/requirements.txt --no-deps
	$(LOCK_LAYER) layers/imaging/requirements.in -o layers/imaging/requirements.txt --no-deps
	$(LOCK_LAYER) layers/vision/requirements.in -o layers/vision/requirements.txt --no-deps
	$(LOCK_LAYER) layers/video/requirements.in -o layers/video/requirements.txt --no-deps

clean: ## remove what the commands made
	rm -rf .venv .venv-sam .venv-judge .venv-clients .venv-container .venv-site .aws-sam build $(CONFORM) clients/typescript/node_modules
