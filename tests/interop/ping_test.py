#!/usr/bin/python3
"""Ping both ways between stint and the Linux kernel.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:ping
import unittest

from network import DEVICE, KERNEL, STINT, command, host, make_tap, settled, write_setting


class Ping(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        make_tap("stint6")
        write_setting("net/ipv6/conf/stint6/disable_ipv6", "0")
        command("ip", "address", "add", "fe80::1/64", "dev", "stint6", "nodad", check=False)

    def stint_ping(self, *words):
        return command(STINT, "ping", "--tap", "stint0", "--address", f"{DEVICE}/24", *words, check=False)

    def test_the_kernel_pings_a_host_of_stint(self):
        with host():
            for size in ("0", "56", "1472"):
                answer = command("ping", "-c", "5", "-i", "0.1", "-W", "2", "-s", size, DEVICE)
                self.assertIn("5 received, 0% packet loss", answer.stdout)

    def test_echo_requests_in_a_flood_are_all_answered(self):
        with host():
            answer = command("ping", "-f", "-c", "2000", "-s", "1000", DEVICE)
            self.assertIn("2000 received", answer.stdout)
            self.assertEqual(settled()["drops_total"], 0)

    def test_stint_pings_the_kernel(self):
        answer = self.stint_ping("-c", "3", "-i", "0.1", KERNEL)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        for sequence in (1, 2, 3):
            self.assertIn(f"64 bytes from {KERNEL}: icmp_seq={sequence} time=", answer.stdout)
        self.assertIn("3 packets transmitted, 3 received, 0% packet loss", answer.stdout)
        self.assertIn("rtt min/avg/max = ", answer.stdout)

    def test_ping_itself_runs_on_stint(self):
        for tap, address, target in (("stint0", f"{DEVICE}/24", KERNEL), ("stint6", "fe80::2/64", "fe80::1")):
            answer = command(STINT, "run", "--tap", tap, "--address", address, "--", "ping", "-c", "3", "-i", "0.2", "-W", "20",
                             target, check=False)
            self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
            self.assertIn("3 received, 0% packet loss", answer.stdout)
            self.assertNotIn("BAD CHECKSUM", answer.stdout)

    def test_without_answers_the_exit_code_is_one(self):
        answer = self.stint_ping("-c", "2", "-i", "0.1", "-W", "0.5", "10.77.0.99")
        self.assertEqual(answer.returncode, 1, answer.stderr)
        self.assertIn("2 packets transmitted, 0 received, 100% packet loss", answer.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
