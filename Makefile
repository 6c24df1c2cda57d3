# Teahouse: every command a person needs. `make help` lists them.
# The recipes are short; what installs and what tests live in .ci/tools and .ci/test.

SHELL := bash
.DEFAULT_GOAL := help
ENV := . .ci/env &&
LISTEN ?= 127.0.0.1:8080

.PHONY: help serve build dev test e2e looks screenshot pictures fmt lint audit bench bench-sizes bench-peers bench-layer bench-store bench-search soak fuzz loom clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

serve: build ## Build what is needed and serve http://127.0.0.1:8080 (LISTEN=address:port for another)
	@exec target/release/teahouse serve --listen $(LISTEN)

build: ## Install missing tools, build the release binary: target/release/teahouse
	@.ci/tools build
	@$(ENV) .ci/build

dev: ## The dev loop: rebuild and reload on every change
	@.ci/tools build
	@rm -f target/site.stamp
	@$(ENV) cargo leptos watch --hot-reload

test: ## Install missing tools, then everything that must pass before a change lands
	@.ci/tools test
	@.ci/test

e2e: build ## Only the browser tests (ARGS= for Playwright's own arguments)
	@.ci/tools test
	@cd end2end && npx playwright test $(ARGS)

looks: build ## Keep the looks of the main views anew (end2end/looks), after a change on purpose: look at each
	@.ci/tools test
	@cd end2end && npx playwright test looks --update-snapshots=changed

screenshot: build ## Make the README's pictures anew
	@.ci/tools test
	@cd end2end && SCREENSHOTS=1 npx playwright test screenshot

pictures: looks screenshot ## Both

fmt: ## Format all Rust code
	@.ci/tools lint
	@$(ENV) cargo fmt --all

lint: ## Clippy for the server's side and for wasm32, warnings are errors
	@.ci/tools lint
	@.ci/test lint

bench: bench-sizes bench-peers ## Both of the following: everything that is measured from outside

bench-sizes: build ## Sizes, time to listening and idle memory, against the budgets
	@.ci/bench

bench-peers: build ## Teahouse beside its peers and the floor, into BENCHMARKS.md (long; QUICK=1: only a look; ARGS= for the suite's own)
	@end2end/load/peers/install
	@$(ENV) cargo build --quiet --release -p load
	@target/release/teahouse-load suite $(if $(filter-out 0,$(QUICK)),--quick,--write BENCHMARKS.md --json target/bench-peers.json --html target/bench-peers.html) $(ARGS)

bench-store: ## Durable posts a second on SQLite and PostgreSQL, beside the engines' own floor
	@.ci/tools test
	@$(ENV) cargo bench --quiet -p store --bench store

bench-search: ## Search among a million messages on SQLite (MESSAGES= for another number)
	@.ci/tools test
	@$(ENV) cargo bench --quiet -p store --bench search

bench-layer: ## The channel layer beside Python's on one Redis, into its README (ARGS="--json file"; QUICK=1: only a look)
	@.ci/tools test
	@$(ENV) cargo bench -p channel_layer --bench redis -- --write $(ARGS)

soak: ## Fifty clients, cuts, kills and restarts, for 300 s (SOAK_SECONDS=, SOAK_SEED= of a run to repeat)
	@$(ENV) SOAK_SECONDS=$${SOAK_SECONDS:-300} cargo test -p server --test live soak -- --nocapture --test-threads=1

fuzz: ## The WebSocket decoder against libFuzzer, for 60 s (FUZZ_SECONDS=)
	@$(ENV) server/websocket/fuzz/run $(FUZZ_SECONDS)

loom: ## Every interleaving of the channel layer's registry (loom)
	@$(ENV) RUSTFLAGS="--cfg loom" CARGO_TARGET_DIR=target/loom cargo test -p channel_layer --test loom --release

audit: ## Licences, duplicate and yanked crates (cargo-deny)
	@$(ENV) command -v cargo-deny >/dev/null || { echo "▸ cargo-deny: reads deny.toml (compiling)"; cargo install --quiet --locked cargo-deny; }
	@$(ENV) cargo deny check

clean: ## Remove everything that was built here
	@$(ENV) cargo clean
	@rm -rf end2end/node_modules end2end/test-results end2end/playwright-report
