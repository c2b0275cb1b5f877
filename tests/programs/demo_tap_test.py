#!/usr/bin/python3
"""The demo on a TAP, for the kernel and its browser beside it.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap
import unittest

from network import DEVICE, KERNEL, Program, get, make_tap, pattern, stats


class DemoOnTap(unittest.TestCase):
    def test_the_kernel_opens_the_page_of_a_device_on_a_tap(self):
        make_tap("stint0", KERNEL)
        with Program("demo", "--tap", "stint0", "--address", f"{DEVICE}/24", sign="Ctrl-C") as demo:
            self.assertIn(f"Open http://{DEVICE}/", demo.output)
            self.assertIn(b"<title>stint device</title>", get("/"))
            self.assertEqual(get("/dl/5000"), pattern(5000))
            self.assertEqual(stats()["interface"]["address"], f"{DEVICE}/24")
        self.assertIn("3 requests", demo.output)


if __name__ == "__main__":
    unittest.main(verbosity=2)
