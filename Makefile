# Every check and task of the project has one name here; continuous integration runs the same ones.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all-pg lint bench update-snapshots

CARGO ?= cargo

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

setup: ## install what the build needs (Debian, Ubuntu; elsewhere: say what is missing)
	@scripts/setup.sh

demo: setup ## build, review the example project and explain the outcome
	$(CARGO) build
	@scripts/demo.sh

# Major versions of PostgreSQL that the live tests run on: 15,18, or all.
PG ?= 15,18
RUN_TESTS = $(CARGO) $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo "nextest run" || echo "test --lib --bins --tests")

test: ## run all tests, on throw-away PostgreSQL servers too (PG=15,18)
	@scripts/setup.sh test
	$(RUN_TESTS) --no-run
	@scripts/servers.sh $(PG)
	CHECKRAIL_TEST_PG=$(PG) $(RUN_TESTS)
	$(CARGO) test --doc

test-all-pg: ## the same with PostgreSQL 13, 14, 15, 16, 17 and 18
	@$(MAKE) test PG=all

lint: setup ## formatting, clippy, documentation links, dependencies, shell scripts
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --document-private-items --quiet
	@scripts/lint-extra.sh

bench: setup ## measure (release build, so slow the first time)
	$(CARGO) bench

update-snapshots: ## rewrite snapshots and generated documentation from what the code does now
	@scripts/setup.sh test
	UPDATE=1 INSTA_UPDATE=always $(CARGO) test
	@git status --short -- tests docs
