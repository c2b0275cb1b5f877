#!/usr/bin/python3
"""Makes the same socket calls on lwIP and on stint; what differs must be what docs/lwip-differences.md lists.

SPDX-License-Identifier: Apache-2.0 OR MIT
timeout: 180
"""
import concurrent.futures
import fnmatch
import os
import pathlib
import re
import subprocess
import unittest

PROGRAMS = pathlib.Path(os.environ["STINT_BUILD"]) / "tests" / "lwip"
DOCUMENT = pathlib.Path(os.environ["STINT_SOURCE"]) / "docs" / "lwip-differences.md"
ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \| (.+) \|$", re.MULTILINE)
NOT_SAID = "-"


def transcript(name):
    run = subprocess.run([PROGRAMS / name], stdout=subprocess.PIPE, check=True, timeout=120, universal_newlines=True)
    return dict(line.split(": ", 1) for line in run.stdout.splitlines())


class Differences(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with concurrent.futures.ThreadPoolExecutor(2) as workers:
            cls.lwip, cls.stint = workers.map(transcript, ["lwip_calls_on_lwip", "lwip_calls_on_stint"])
        cls.rows = ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
        keys = list(cls.lwip) + [key for key in cls.stint if key not in cls.lwip]
        cls.differences = {key: (cls.lwip.get(key, NOT_SAID), cls.stint.get(key, NOT_SAID)) for key in keys
                           if cls.lwip.get(key) != cls.stint.get(key)}

    def test_both_programs_make_many_calls(self):
        self.assertGreater(len(self.lwip), 350)
        self.assertGreater(len(self.stint), 350)

    def test_every_difference_is_listed(self):
        for key, (lwip, stint) in self.differences.items():
            with self.subTest(key):
                listed = [row for row in self.rows if fnmatch.fnmatchcase(key, row[0])]
                self.assertTrue(listed, f"{key}: lwIP says {lwip}, stint says {stint}: not listed in {DOCUMENT.name}")
                self.assertEqual([(lwip, stint)], [row[1:3] for row in listed], key)

    def test_everything_listed_is_a_difference(self):
        for pattern, lwip, stint, _ in self.rows:
            with self.subTest(pattern):
                self.assertTrue(fnmatch.filter(self.differences, pattern),
                                f"{pattern}: listed as {lwip} and {stint}, but there is no difference")


if __name__ == "__main__":
    unittest.main()
