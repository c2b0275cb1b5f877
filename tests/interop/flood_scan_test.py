#!/usr/bin/python3
"""nmap looks for ports, services and the operating system, while a client downloads.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl command:nmap
# alone: yes
import re
import socket
import struct
import subprocess
import time
import unittest

from flood import FloodTest, echo_once
from network import DEVICE, connect, stats

# Not port 9: nmap asks a port that never answers for 26 s what it is.
SCAN = ("nmap", "-sS", "-sU", "-sV", "--version-intensity", "1", "-O", "--max-os-tries", "1", "-n", "-Pn", "-T4", "--max-retries", "1",
        "--host-timeout", "28s", "-p", "T:1-8,10-30,80,443,4711,8080,U:7,161,4711", DEVICE)


class Scan:
    """nmap, from the block's begin to its own end."""

    def __enter__(self):
        self.begin = time.monotonic()
        self.process = subprocess.Popen(SCAN, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return self

    def __exit__(self, *rest):
        self.output = self.process.communicate(timeout=30)[0]
        self.ended_at = time.monotonic()

    def describe(self):
        found = re.findall(r"^\d+/.*", self.output, re.MULTILINE)
        return f"nmap took {self.ended_at - self.begin:.1f} s and found {found}"


class PortScan(FloodTest):
    def test_S3_nothing_restarts_or_leaks_when_nmap_looks_at_everything(self):
        scan = Scan()
        echoes, connects = self.download_during(scan, rate="8M")
        self.assertEqual(scan.process.returncode, 0, scan.output)
        self.assertRegex(scan.output, r"80/tcp +open")
        self.assertRegex(scan.output, r"7/tcp +open")
        self.assertRegex(scan.output, r"30 closed tcp ports .*, 2 closed udp ports")
        self.assertLess(max(echoes.times), 1)
        self.assertLess(max(connects.times), 1)
        self.check_pools_are_back(scan.ended_at)

    def test_S3_nothing_is_left_of_10000_connections(self):
        for number in range(10_000):
            with connect(7) as connection:
                if number % 4 == 0:
                    echo_once(connection)
                if number % 2 == 0:  # reset instead of FIN
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.check_pools_are_back(time.monotonic())
        self.assertGreaterEqual(stats()["tcp"]["passive_opens"] - self.before["tcp"]["passive_opens"], 10_000)


if __name__ == "__main__":
    unittest.main(verbosity=2)
