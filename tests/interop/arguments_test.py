#!/usr/bin/python3
"""What stint says to arguments and surroundings that cannot work: one line, and exit code 2.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces
import socket
import unittest

from network import STINT, command

HOST = ("host", "--tap", "stint0", "--address", "10.77.0.2/24")


class Arguments(unittest.TestCase):
    def assert_refused(self, words, *said):
        answer = command(STINT, *words, check=False)
        self.assertEqual(answer.returncode, 2, answer.stderr)
        self.assertEqual(answer.stdout, "")
        self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        self.assertTrue(answer.stderr.startswith("stint: "), answer.stderr)
        for words_said in said:
            self.assertIn(words_said, answer.stderr)

    def test_help_teaches(self):
        overview = command(STINT, "--help").stdout
        for name in ("demo", "host", "run", "ping", "relay"):
            self.assertIn(f"stint {name}", overview)
            self.assertIn("Example", command(STINT, name, "--help").stdout)

    def test_without_a_command_the_help_is_an_error(self):
        answer = command(STINT, check=False)
        self.assertEqual(answer.returncode, 2)
        self.assertIn("stint demo", answer.stderr)

    def test_bad_arguments_are_named(self):
        self.assert_refused(("fly",), "fly", "--help")
        self.assert_refused(("demo", "--wings"), "--wings", "--help")
        self.assert_refused(("demo", "extra"), "extra")
        self.assert_refused(("demo", "--port"), "--port", "a port")
        self.assert_refused(("demo", "--port", "70000"), "70000", "65535")
        self.assert_refused(("demo", "--port", "80x"), "80x")
        self.assert_refused(("demo", "--address", "10.0.0.2"), "10.0.0.2/24")
        self.assert_refused(("demo", "--address", "224.0.0.1/24"), "224.0.0.1/24")
        self.assert_refused(("host", "--address", "10.0.0.2/24"), "--tap")
        self.assert_refused(("host", "--tap", "stint0"), "--address")
        self.assert_refused((*HOST, "--mac", "01:00:5e:00:00:01"), "01:00:5e:00:00:01")
        self.assert_refused(("run", *HOST[1:]), "program")
        self.assert_refused(("ping", *HOST[1:]), "destination")
        self.assert_refused(("ping", *HOST[1:], "-c", "0", "10.0.0.1"), "-c 0")
        self.assert_refused(("relay", "--tap", "a"), "two TAPs")
        self.assert_refused(("relay", "--tap", "a", "--tap", "b", "--loss", "200%"), "200%")

    def test_a_device_that_is_no_tap_is_named(self):
        self.assert_refused(("host", "--tap", "lo", "--address", "10.77.0.2/24"), "lo")
        self.assert_refused(("host", "--tap", "a-name-that-is-too-long", "--address", "10.77.0.2/24"), "15 characters")

    def test_a_port_in_use_is_said_with_a_way_out(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assert_refused(("demo", "--port", str(port)), f"port {port}", "in use", "--port")


if __name__ == "__main__":
    unittest.main(verbosity=2)
