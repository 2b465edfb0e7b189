# Every verb of this project; `make` alone lists them. What a verb needs is fetched by tests/tools/install.sh at the
# versions pinned in tests/tools/versions, and CI (.ci/run) calls nothing but these.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

TOOLS := $(CURDIR)/.tools/bin
RELEASE := $(if $(CARGO_TARGET_DIR),$(abspath $(CARGO_TARGET_DIR)),$(CURDIR)/target)/release

# The tests run these programs and no others; they fail, never skip, when one is missing.
export COUNTERSIGN_TEST_BAO := $(TOOLS)/bao
export COUNTERSIGN_TEST_KUSTOMIZE := $(TOOLS)/kustomize
export COUNTERSIGN_TEST_KUBECTL := $(TOOLS)/kubectl
export COUNTERSIGN_TEST_HELM := $(TOOLS)/helm
export COUNTERSIGN_TEST_HELM4 := $(TOOLS)/helm4
export COUNTERSIGN_TEST_GOYAML := $(TOOLS)/goyaml
export COUNTERSIGN_TEST_KPTLIKE := $(TOOLS)/kptlike

# Where `make install` puts things; DESTDIR is in front of it when a package is made.
PREFIX := /usr/local
DESTDIR :=
PROGRAM := $(RELEASE)/countersign

# A program that needs no library, for images and archives, is linked with musl. The C compiler of the machine is good
# enough for the little C that is in it. Paths of the machine that builds are not in it: the same sources give the same
# program elsewhere.
MUSL := $(shell uname -m)-unknown-linux-musl
STATIC := $(dir $(RELEASE))static/countersign
CRATES := $(or $(CARGO_HOME),$(HOME)/.cargo)/registry/src

.PHONY: help build static dist demo install uninstall test matrix bench accept vectors lint tools tool-kustomize tool-vals clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

build: ## build the program: target/release/countersign
	cargo build --release

static: ## build a program that needs no library: target/static/countersign
	@! command -v rustup >/dev/null || rustup target add $(MUSL)
	CC_$(subst -,_,$(MUSL))=$${CC:-cc} CFLAGS_$(subst -,_,$(MUSL))=-U_FORTIFY_SOURCE \
	    RUSTFLAGS='--remap-path-prefix=$(CRATES)=/crates --remap-path-prefix=$(CURDIR)=/countersign' \
	    cargo build --release --locked --target $(MUSL)
	install -D $(dir $(RELEASE))$(MUSL)/release/countersign $(STATIC)
	plugin/image/check.sh $(STATIC)

dist: static ## pack archives, bill of materials and checksums into target/dist/
	plugin/package/dist.sh $(STATIC) $(MUSL) $(dir $(RELEASE))dist

# Nothing is compiled again by `sudo make install` where `make build` was first.
$(RELEASE)/countersign: $(shell find src plugin -type f) Cargo.toml Cargo.lock
	cargo build --release
	@touch $@

install: $(PROGRAM) ## install program, manual, completions and plugins; PREFIX=/usr/local, DESTDIR= for packages
	plugin/package/install.sh $(PROGRAM) $(DESTDIR)$(PREFIX)
ifeq ($(DESTDIR),)
	plugin/package/homes.sh install $(PREFIX)/bin/countersign
endif

uninstall: ## remove what `make install` installed, with the same PREFIX
	plugin/package/uninstall.sh $(DESTDIR)$(PREFIX)
ifeq ($(DESTDIR),)
	plugin/package/homes.sh uninstall
endif

demo: tool-kustomize ## show the main job with kustomize and a secret that changes
	cargo build --release --quiet
	@PATH="$(RELEASE):$(TOOLS):$$PATH" examples/demo/run.sh

test: tools ## run every test, with the real OpenBao, kustomize, kubectl and Helm
	cargo test

matrix: tools ## run what goes through kustomize, kubectl and Helm with other versions of them
	@tests/tools/matrix.sh

bench: tools tool-vals build ## print the table of speed and memory
	@PATH="$(RELEASE):$(TOOLS):$$PATH" benches/run.sh

accept: tools ## record again what the stories show; review the diff
	SNAPSHOTS=overwrite cargo test --test stories --test docs --test examples --test component

vectors: tool-kustomize ## record again what the real kustomize hashes; no diff is wanted
	python3 -B tests/tools/make-hash-vectors.py

lint: ## check format and lints
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings

tools: ## install the pinned tools into .tools/
	@tests/tools/install.sh

tool-kustomize:
	@tests/tools/install.sh kustomize

# measured against, in `make bench` alone, and nothing fails without it; built with the one store that it needs there
VALS := v0.46.0
tool-vals:
	@mkdir -p $(TOOLS); test -x $(TOOLS)/../vals-$(VALS)/vals || GOBIN=$(abspath $(TOOLS)/../vals-$(VALS)) CGO_ENABLED=0 \
	    GOFLAGS=-trimpath go install -tags custom_providers,vault github.com/helmfile/vals/cmd/vals@$(VALS) \
	    || echo "tools: no vals: it is not measured"
	@ln -sfn ../vals-$(VALS)/vals $(TOOLS)/vals

clean: ## remove what was built and installed here
	cargo clean
	rm -rf .tools
