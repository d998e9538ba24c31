# Every target sets up what it needs: on a fresh Debian 12 with a Swift toolchain, git and make, `make run` and
# `make test` are enough. `make help` lists the targets.

.POSIX:
.SUFFIXES:
# Two SwiftPM processes must not share one .build, so no targets run in parallel.
.NOTPARALLEL:
.DELETE_ON_ERROR:

SWIFT ?= swift
export SWIFT
ARGS =
DESTDIR =
PREFIX = /usr/local
PROGRAM = execsnoop-top
RELEASE = .build/release/$(PROGRAM)
STATIC = .build/dist/$(PROGRAM)
RELEASE_FLAGS = -c release --static-swift-stdlib --product $(PROGRAM)

DEPS_BUILD = libbpf-dev libelf-dev zlib1g-dev libncurses-dev libpcre2-dev libsqlite3-dev libzstd-dev libtomlplusplus-dev
DEPS_TEST = tmux stress-ng zsh sqlite3 zstd python3-venv graphviz chromium curl strace libbpf-tools linux-perf bpftrace dropbear-bin openssh-client sudo
DEPS_FLEET = python3-venv systemd
DEPS_LINT = shellcheck mandoc
DEPS_MATRIX = qemu-system-x86 busybox-static cpio binutils
DEPS_SHOTS = xvfb xterm imagemagick fonts-dejavu-core tmux
DEPS_BENCH = libbpf-tools bpftrace htop btop

# The BPF program in two forms: for every kernel, and for those with bpf_loop (5.17 and newer).
BPF_OBJECTS = bpf/execsnoop.bpf.o bpf/execsnoop.loop.bpf.o
BPF_SOURCES = $(wildcard bpf/*.bpf.c bpf/*.h bpf/include/*.h) Tools/build-bpf Tools/find-clang

help:
	@echo 'make run          build, then watch this machine (as root; uses sudo only for the start)'
	@echo 'make demo         build, then watch a bundled recording, without root'
	@echo 'make build        the release binary: $(RELEASE)'
	@echo 'make release      the same as one static file for any machine: $(STATIC)'
	@echo 'make test         all tests (the kernel tests need root or sudo)'
	@echo 'make kernel-matrix  run the tests on other kernels, in virtual machines'
	@echo 'make kernel-matrix-all  the same, with every test on each of them'
	@echo 'make fleet-check  load a million lines into ClickHouse and check the queries of share/fleet'
	@echo 'make lint         formatting, warnings, shell, manual page and house rules'
	@echo 'make install      into $$(DESTDIR)$$(PREFIX), by default /usr/local; make uninstall removes it'
	@echo 'make bpf          only the eBPF objects'
	@echo 'make screenshots  the pictures in screenshots/, of the real program (needs root)'
	@echo 'make bench        what it costs beside execsnoop and bpftrace, into docs/BENCHMARKS.md (as root, 10 minutes)'
	@echo 'make deps         the Debian packages that building needs, where they are missing'
	@echo 'make update       raise the packages that this one depends on to their newest releases, and run all tests'
	@echo 'make clean        remove what was built'
	@echo
	@echo "Options for the program: make run ARGS='--filter gcc -- make -j2'"

# --- Set-up

check-swift:
	@Tools/check-swift

deps: check-swift
	@Tools/install-missing $(DEPS_BUILD) $$(Tools/find-clang >/dev/null 2>&1 || echo clang llvm)

deps-test: deps
	@Tools/install-missing $(DEPS_TEST)
	@Tools/readers

deps-fleet: deps
	@Tools/install-missing $(DEPS_FLEET)

deps-lint: deps
	@Tools/install-missing $(DEPS_LINT)

deps-matrix: deps
	@Tools/install-missing $(DEPS_MATRIX)

deps-shots: deps
	@Tools/install-missing $(DEPS_SHOTS)

deps-bench: deps
	@Tools/install-missing $(DEPS_BENCH)

# --- Building

bpf: deps $(BPF_OBJECTS)

# Kernels before 5.12 support only the older instruction set.
bpf/execsnoop.bpf.o: $(BPF_SOURCES)
	Tools/build-bpf $@ -mcpu=v2

bpf/execsnoop.loop.bpf.o: $(BPF_SOURCES)
	Tools/build-bpf $@ -DEST_WITH_BPF_LOOP

build: bpf
	Tools/logged .build/log/release $(SWIFT) build $(RELEASE_FLAGS)

# Links the objects of `make build` with all libraries.
release: bpf
	Tools/logged .build/log/static env EXECSNOOP_TOP_STATIC=1 $(SWIFT) build $(RELEASE_FLAGS)
	Tools/strip-static $(RELEASE) $(STATIC)
	Tools/gather-licenses $(dir $(STATIC))licenses $(DEPS_BUILD)

update: check-swift
	Tools/update-dependencies
	$(MAKE) test

clean:
	rm -rf .build $(BPF_OBJECTS)

# --- Running

run: build
	@Tools/run-as-root $(RELEASE) $(ARGS)

demo: build
	$(RELEASE) replay $(ARGS) share/demo.ndjson

# --- Checking

test: deps-test bpf
	Tools/logged .build/log/debug $(SWIFT) build --build-tests
	Tools/run-tests

# How many lines: make fleet-check FLEET_ARGS=100000
FLEET_ARGS =

fleet-check: deps-fleet bpf
	Tools/logged .build/log/debug $(SWIFT) build --build-tests
	Tools/fleet-check $(FLEET_ARGS)

# The suite, and the kernels if not all: make kernel-matrix MATRIX_ARGS='storms 7.3'
MATRIX_ARGS =

kernel-matrix: deps-matrix release
	Tools/logged .build/log/matrix $(SWIFT) build --build-tests
	Tools/kernel-matrix/run $(STATIC) .build/debug $(MATRIX_ARGS)

kernel-matrix-all:
	$(MAKE) kernel-matrix MATRIX_ARGS=full

lint: deps-lint bpf
	$(SWIFT) format lint --strict -r Sources Tests Benchmarks Package.swift
	shellcheck $$(find Tools -type f ! -name kernels ! -name file-sizes) Benchmarks/run Benchmarks/with-tracefs .ci/run \
		screenshots/take screenshots/take-exports screenshots/demo-tools screenshots/demo-scene screenshots/record-demo
	mandoc -Tlint -W warning man/$(PROGRAM).8
	Tools/lint-c
	Tools/house-rules
	$(SWIFT) build --build-tests >/dev/null
	Tools/no-traps
	Tools/no-warnings .build/log

screenshots: deps-shots deps-test build
	screenshots/take
	screenshots/take-exports

# --- Measuring

# A part of it, with fewer rounds: make bench BENCH_ARGS='--only storm view --rounds 1'
BENCH_ARGS = --output docs/BENCHMARKS.md

bench: deps-bench bpf
	Tools/logged .build/log/release $(SWIFT) build -c release --static-swift-stdlib
	Benchmarks/run .build/release/bench $(BENCH_ARGS)

# --- Installing

install: build
	install -D -m 755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/$(PROGRAM)
	install -D -m 644 man/$(PROGRAM).8 $(DESTDIR)$(PREFIX)/share/man/man8/$(PROGRAM).8
	install -D -m 644 share/demo.ndjson $(DESTDIR)$(PREFIX)/share/$(PROGRAM)/demo.ndjson
	cd share && find fleet -type f -exec install -D -m 644 {} $(DESTDIR)$(PREFIX)/share/$(PROGRAM)/{} \;

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/$(PROGRAM) $(DESTDIR)$(PREFIX)/share/man/man8/$(PROGRAM).8
	rm -rf $(DESTDIR)$(PREFIX)/share/$(PROGRAM)

.PHONY: help check-swift deps deps-test deps-fleet deps-lint deps-matrix deps-shots deps-bench bpf build release update clean run demo test \
	fleet-check kernel-matrix kernel-matrix-all lint screenshots bench install uninstall
