# SPDX-License-Identifier: GPL-2.0-only
#
# Entry points. Each target says what it does in the comment after "##", which is what `make help` prints.

KDIR ?= /lib/modules/$(shell uname -r)/build

# Kernels that there is a patch series for, and what is needed to make a series, check it, and build kernels with it.
SERIES := 6.1 6.12 7.3
KERNEL ?= $(lastword $(SERIES))
KERNEL_PACKAGES := bc bison ccache clang-19 flex git libelf-dev patch rsync unifdef

# What the fuzzers are built with.
FUZZ_PACKAGES := clang-19 libclang-rt-19-dev

# What the command for administrators is built with.
TOOL_PACKAGES := gcc libc6-dev libsmartcols-dev make

# What is needed to build for arm64, and to run what was built.
CROSS_PACKAGES := gcc-aarch64-linux-gnu
ARM64_PACKAGES := $(CROSS_PACKAGES) libc6-dev-arm64-cross mmdebstrap qemu-system-arm

# What programs that use a TPM are made and run with.
CLIENT_PACKAGES := libtss2-dev openssl pkgconf tpm2-openssl

# What is needed to measure, besides: the other resource manager, and whoever counts instructions and draws.
BENCH_PACKAGES := $(CLIENT_PACKAGES) $(KERNEL_PACKAGES) dbus-daemon fonts-dejavu-core gnuplot-nox valgrind

# What packages are made with, and what tries them in guests of their own.
DEB_PACKAGES := build-essential debhelper dh-dkms libsmartcols-dev lintian
TEST_DEB_PACKAGES := dpkg-dev e2fsprogs mmdebstrap

# How long make soak goes on before it looks at the context counter.
SOAK_SECONDS ?= 3600

VM := tools/testing/vm
CHECK := tools/testing/check

# The steps of a target share its folders and the machine; parallelism is inside Kbuild.
.NOTPARALLEL:
.DEFAULT_GOAL := help

.PHONY: help
help: ## print this list
	@echo 'targets:'
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
	@echo
	@echo 'variables:'
	@echo '  KDIR      build folder of the kernel that `make module` builds for (default: the running one)'
	@echo '  KERNEL    the kernel that `make series`, `make kernel` and `make kunit` are for: $(SERIES) (default: $(KERNEL))'

.PHONY: deps
deps: ## install the Debian packages that the other targets need, if any is missing
	@$(CHECK)/deps

.PHONY: module
module: ## build the module for the kernel in KDIR: build/module/RELEASE/tpm2_space_sessions.ko
	@$(CHECK)/module $(KDIR)

.PHONY: tpm-sessions
tpm-sessions: ## build the command for administrators: build/tpm-sessions/tpm-sessions
	@$(CHECK)/deps --only $(TOOL_PACKAGES)
	@$(MAKE) -s --no-print-directory -C tools/tpm-sessions

.PHONY: install
install: ## put that module below /lib/modules, have it loaded when a TPM comes, and install tpm-sessions if it was built; as root
	@tools/packaging/install $(KDIR)

.PHONY: uninstall
uninstall: ## take it back, for all kernels
	@tools/packaging/install --remove

.PHONY: deb
deb: ## build the Debian packages: build/deb/*.deb
	@$(CHECK)/deps --only $(DEB_PACKAGES)
	@tools/packaging/deb

.PHONY: modules
modules: ## build the module for Debian's kernels 6.1, 6.12, 7.2 and 7.3: amd64, cloud-amd64, arm64 and cloud-arm64
	@$(CHECK)/deps $(CROSS_PACKAGES)
	@$(CHECK)/stock-module --all

.PHONY: series
series: ## make the patch series for the kernel KERNEL: build/series/KERNEL/0000-cover-letter.patch, 0001-...
	@$(CHECK)/deps $(KERNEL_PACKAGES)
	@tools/patches/generate $(KERNEL)

.PHONY: kernel
kernel: ## build the kernel KERNEL with the series, for the tests: build/kernel/KERNEL/arch/x86/boot/bzImage
	@$(CHECK)/deps $(KERNEL_PACKAGES)
	@$(VM)/kernel $(KERNEL)

.PHONY: kunit
kunit: kernel ## run the KUnit suites on that kernel
	@$(CHECK)/kunit $(KERNEL)

.PHONY: demo
demo: deps ## show sessions running out on a stock kernel, and no longer with the module
	@tools/demo/demo

.PHONY: test
test: ## run all tests; the last line says how many passed, failed and were skipped
	@$(CHECK)/deps $(KERNEL_PACKAGES) $(ARM64_PACKAGES) $(FUZZ_PACKAGES) $(CLIENT_PACKAGES) $(DEB_PACKAGES)
	@$(CHECK)/test

.PHONY: quick
quick: ## run the tests that take seconds: user space, one module, the packages, a short boot
	@$(CHECK)/deps $(DEB_PACKAGES)
	@$(CHECK)/test --quick

.PHONY: test-clients
test-clients: deps ## run the programs that Debian 12 and 13 have for a TPM, without and with the module, and see what they print; takes the better part of an hour
	@$(CHECK)/deps iproute2 mmdebstrap
	@tools/testing/clients/symptoms/run
	@$(CHECK)/stock-module 6.1 cloud-amd64
	@$(CHECK)/stock-module 6.12 cloud-amd64
	@tools/testing/clients/clients

.PHONY: test-arm64
test-arm64: ## run all end-to-end programs on Debian's arm64 kernels 6.12 and 7.3, emulated
	@$(CHECK)/deps $(ARM64_PACKAGES)
	@$(CHECK)/arm64

.PHONY: test-unload
test-unload: deps selftests ## load and unload the module ROUNDS (100) times on Debian's kernel 6.12 while a hundred clients open the TPM; takes about twenty minutes
	@$(CHECK)/stock-module 6.12 cloud-amd64 >/dev/null
	@$(VM)/suite unload 6.12 $(or $(ROUNDS),100)

.PHONY: test-deb
test-deb: ## install, upgrade and purge the packages on Debian 12 and 13 machines in QEMU; takes an hour
	@$(CHECK)/deps $(DEB_PACKAGES) $(TEST_DEB_PACKAGES)
	@tools/packaging/test-deb

.PHONY: test-hosts
test-hosts: ## run make demo, quick and module on fresh Debian 12 and 13 machines; takes half an hour and much traffic
	@$(CHECK)/deps mmdebstrap
	@$(CHECK)/hosts

.PHONY: check
check: deps ## run the static checks: checkpatch, kernel-doc, shellcheck, sparse, all warnings, the order of the driver's files
	@$(CHECK)/static

.PHONY: check-series
check-series: ## check every series, and compile the driver and the selftests after each of its commits
	@$(CHECK)/deps $(KERNEL_PACKAGES)
	@status=0; for kernel in $(SERIES); do $(CHECK)/series --all $$kernel || status=1; done; exit $$status

.PHONY: unit
unit: ## run the user-space tests of the files that need no kernel
	@$(MAKE) --no-print-directory -C tools/testing/unit check

.PHONY: contention
contention: ## what many clients come to: a table and pictures in build/contention
	@$(CHECK)/deps fonts-dejavu-core gnuplot-nox
	@$(MAKE) -s --no-print-directory -C tools/testing/contention

.PHONY: bench
bench: ## what it costs to share a TPM: a table and pictures in build/bench (PASSES=N)
	@$(CHECK)/deps $(BENCH_PACKAGES)
	@$(CHECK)/stock-module 6.1 cloud-amd64
	@$(VM)/kernel --fast 7.3
	@tools/testing/bench/bench $(PASSES)

.PHONY: mutations
mutations: ## break the driver on purpose, one line at a time, and see whether the user-space tests notice
	@tools/testing/mutations/run

.PHONY: coverage
coverage: ## which lines of the driver the tests and corpora of user space run through; why not the others is in a list
	@tools/testing/coverage/coverage

.PHONY: coverage-guests
coverage-guests: deps ## which lines of those of its files that need a kernel the tests in guests run through; the better part of an hour
	@$(CHECK)/deps $(KERNEL_PACKAGES)
	@tools/testing/coverage/guests

.PHONY: prove
prove: ## prove with cbmc that the parser stays inside of its input whatever that is; needs root once, for a Debian that has cbmc
	@tools/testing/prove/prove

.PHONY: interleave
interleave: ## try clients, signals, timers and the like in all orders, in user space
	@tools/testing/interleave/check

.PHONY: fuzz
fuzz: ## feed random bytes to the parser and to all that stands on it, and random lives to a small world, FUZZ_SECONDS (60) each
	@$(CHECK)/deps $(FUZZ_PACKAGES)
	@$(MAKE) --no-print-directory -C tools/testing/fuzz fuzz

.PHONY: fuzz-kernel
fuzz-kernel: deps selftests ## any command from any client, COMMANDS (60000) on each of three kernels: one looks for faults of memory, one for races, one has no memory at times
	@$(CHECK)/deps $(KERNEL_PACKAGES)
	@$(VM)/fuzz-kernel $(or $(COMMANDS),60000)

.PHONY: sweep
sweep: deps ## let each command of a TPM behind /dev/vtpmx fail in turn, in each way, on stock Linux 6.1 with the module: STRIDE=1 for each, default every 29th
	@$(CHECK)/stock-module 6.1 cloud-amd64 >/dev/null
	@$(VM)/suite sweep 6.1 $(STRIDE:%=--stride %)

.PHONY: soak
soak: deps selftests tpm-sessions ## clients of all kinds for an hour (SOAK_SECONDS), and the context counter all round, which takes half an hour more
	@$(CHECK)/deps $(KERNEL_PACKAGES) $(CLIENT_PACKAGES)
	@$(MAKE) -s --no-print-directory -C tools/testing/selftests/tpm2-space O=$(CURDIR)/build/selftests example
	@$(CHECK)/stock-module 6.1 cloud-amd64
	@$(CHECK)/stock-module 6.12 cloud-amd64
	@tools/testing/soak/soak --seconds $(SOAK_SECONDS)

.PHONY: selftests
selftests: ## build the end-to-end programs in build/selftests
	@$(MAKE) -s --no-print-directory -C tools/testing/selftests/tpm2-space O=$(CURDIR)/build/selftests

.PHONY: clean
clean: ## remove build/; downloads in the cache folder stay
	rm -rf build
