#!/usr/bin/python3
"""What stint says when a TAP is taken, a gateway is elsewhere, a file cannot be written, a program is missing.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap
import unittest

from network import KERNEL, STINT, command, host, make_tap

STATION = ("--tap", "stint0", "--address", "10.77.0.2/24")


class Surroundings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)

    def assert_refused(self, words, *said):
        answer = command(STINT, *words, check=False)
        self.assertEqual(answer.returncode, 2, answer.stderr)
        self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        for words_said in said:
            self.assertIn(words_said, answer.stderr)

    def test_a_tap_in_use_is_named(self):
        with host():
            self.assert_refused(("host", *STATION), "stint0", "in use")
            self.assert_refused(("run", *STATION, "--", "true"), "stint0", "in use")

    def test_a_gateway_on_another_network_is_refused(self):
        self.assert_refused(("host", *STATION, "--gateway", "10.78.0.1"), "gateway")

    def test_a_missing_right_is_named_with_a_way_out(self):
        words = ("setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin", STINT, "host", "--tap", "another", "--address", "10.77.0.2/24")
        answer = command(*words, check=False)
        self.assertEqual(answer.returncode, 2, answer.stderr)
        self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        self.assertIn("another: no permission: run as root", answer.stderr)

    def test_a_recording_that_cannot_be_written_is_refused(self):
        self.assert_refused(("host", *STATION, "--pcap", "/nowhere/at/all.pcapng"), "/nowhere/at/all.pcapng")

    def test_a_program_that_is_not_there_is_refused(self):
        self.assert_refused(("run", *STATION, "--", "no-such-program"), "no-such-program")

    def test_the_exit_code_of_a_program_is_its_own(self):
        for code in (0, 1, 7):
            answer = command(STINT, "run", *STATION, "--", "sh", "-c", f"exit {code}", check=False)
            self.assertEqual(answer.returncode, code, answer.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
