# Two commands do everything: `make demo` and `make test`. The work is CMake's; CMakePresets.json names the trees.
# SPDX-License-Identifier: Apache-2.0 OR MIT
.PHONY: build demo test bench prove fuzz format clean help

TREES := host asan clang rv32 cortex-m3 fuzz msan
JOBS := $(shell nproc)
# Makes the targets of a preset: `$(call in_tree,host)`.
in_tree = cmake --preset $(1) >/dev/null && cmake --build --preset $(1)

build:
	@tools/install-packages demo
	@$(call in_tree,demo)

demo: build
	@build/host/bin/stint demo

test:
	@tools/install-packages test
	@$(foreach tree,$(TREES),$(call in_tree,$(tree)) &&) true
	@mkdir -p build/test && cp tests/CTestTestfile.cmake build/test/
	@ctest --test-dir build/test --output-on-failure --no-tests=error --parallel $(JOBS) \
		--output-junit results.xml

prove:
	@tools/install-packages test
	@tools/prove
	@tools/prove --planted

FUZZ_SECONDS ?= 600
fuzz:
	@tools/install-packages test
	@$(call in_tree,fuzz)
	@tools/fuzz --seconds $(FUZZ_SECONDS)

bench:
	@tools/install-packages bench
	@$(call in_tree,host)
	@$(call in_tree,rv32)
	@bench/run

format:
	@tools/check-format --fix

clean:
	@rm -rf build

help:
	@echo 'make demo     install what is missing, build, run the demo device and print its address'
	@echo 'make test     install what is missing, build every tree, run every test'
	@echo 'make prove    install what is missing, prove the code free of runtime errors; each planted bug must break its proof'
	@echo 'make fuzz     install what is missing, fuzz every target for FUZZ_SECONDS each (600), two at a time'
	@echo 'make bench    measure, write build/bench/results.json, renew docs/performance.md'
	@echo 'make build    install what is missing, build the programs into build/host/bin'
	@echo 'make format   lay out every C file as .clang-format says'
	@echo 'make clean    remove everything that was built'
