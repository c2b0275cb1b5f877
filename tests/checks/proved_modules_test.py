#!/usr/bin/python3
"""No module of the proved layers is without a proof: in each a bug is planted, and that bug's proof must fail on it.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
import pathlib
import re
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
COMPONENT = PROJECT / "components/stint"
PROVED_LAYERS = ["base", "wire", "storage"]
# These only give names to numbers.
WITHOUT_PROOF = ["src/base/drop.c", "src/base/result.c"]


class Modules(unittest.TestCase):
    def test_a_bug_is_planted_in_every_module_of_a_proved_layer(self):
        planted = {re.search("^in: (.*)$", bug.read_text(), re.MULTILINE).group(1) for bug in PROJECT.glob("proofs/planted/*.bug")}
        modules = {str(source.relative_to(COMPONENT)) for layer in PROVED_LAYERS for source in COMPONENT.glob(f"src/{layer}/*.c")}
        self.assertTrue(modules)
        self.assertEqual(sorted(modules - planted), WITHOUT_PROOF)


if __name__ == "__main__":
    unittest.main()
