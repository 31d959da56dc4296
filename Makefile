# Needs python3 (3.11 or newer), git and make. All else is brought into .tools and .venv, with the versions of uv.lock.

run := .venv/bin/python
actions := action.yml action/comment/action.yml
workflows := $(wildcard .github/workflows/*.yml workflows/*.yml)
.DEFAULT_GOAL := help
.PHONY: help demo test lint types layers security generate generated check dev clean

help: ## Show this list
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 16
	@echo 'make bench-NAME runs bench/NAME.py; the names:' $(subst _,-,$(filter-out harness,$(basename $(notdir $(wildcard bench/*.py)))))

demo: ## Run the gate on the example project and its pull requests
	@.ci/environment demo
	@.venv/bin/mlgate demo $(ARGS)

test: dev ## Run the tests; ARGS go to pytest
	@$(run) -m pytest $(ARGS)

lint: dev ## Look for mistakes and for code that is not formatted
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check

types: dev ## Check the types, as they are on each system
	@.venv/bin/mypy
	@.venv/bin/mypy --platform win32 --cache-dir .mypy_cache/win32
	@.venv/bin/mypy --platform darwin --cache-dir .mypy_cache/darwin

layers: dev ## Check that imports point one way
	@.venv/bin/lint-imports

security: dev ## Check the action and the workflows
	@.venv/bin/zizmor --offline --persona auditor --strict-collection --quiet \
		$(actions) .github/workflows $(wildcard workflows/*.yml)
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.github-actions $(actions)
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows $(workflows)
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.gitlab-ci workflows/gitlab/mlgate.yml
	@$$(.ci/go-tool actionlint github.com/rhysd/actionlint/cmd/actionlint v1.7.12) -shellcheck= -pyflakes= $(workflows)

generate: dev ## Make what is generated: schemas, hooks file, tables of the pages
	@$(run) scripts/generate.py

generated: dev ## Check that what is generated is up to date
	@$(run) scripts/generate.py --check

check: lint types layers security generated ## All of the checks above, without the tests

bench-%: dev
	@$(run) bench/$(subst -,_,$*).py $(ARGS)

dev:
	@.ci/environment dev

clean: ## Remove what was brought and made here
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
