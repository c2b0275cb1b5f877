# One ctest run over the tests of every tree; `make test` puts this file into build/test.
# SPDX-License-Identifier: Apache-2.0 OR MIT
subdirs("../host" "../asan" "../clang" "../rv32" "../fuzz" "../msan")
