#!/usr/bin/python3
"""The README keeps its word: its program is the example, its links lead somewhere, and the program echoes.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap
import pathlib
import re
import socket
import subprocess
import unittest

from network import BUILD, connect, make_tap, pattern, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
ECHO_SERVER = "10.0.7.2"


def receive_all(connection, length):
    received = b""
    while len(received) < length:
        received += connection.recv(65536) or b"the end"
    return received


class Readme(unittest.TestCase):
    def test_its_program_is_the_example(self):
        program = re.search(r"```c\n(.*?)```", README, re.DOTALL).group(1)
        self.assertEqual(program, (ROOT / "examples/echo.c").read_text())

    def test_its_links_lead_somewhere(self):
        targets = re.findall(r"\]\(([^)#:]+)\)", README)
        self.assertGreater(len(targets), 3)
        for target in targets:
            self.assertTrue((ROOT / target).is_file(), target)

    def test_its_program_echoes_to_one_client_after_the_other(self):
        make_tap("stint0", "10.0.7.1")
        server = subprocess.Popen([BUILD / "examples/echo"])
        self.addCleanup(server.wait, 5)
        self.addCleanup(server.kill)
        said = pattern(100_000)
        for _ in range(3):
            with wait_until(self.connection, 30, "the example answers") as connection:
                connection.settimeout(10)
                for start in range(0, len(said), 5000):
                    connection.sendall(said[start:start + 5000])
                    self.assertEqual(receive_all(connection, 5000), said[start:start + 5000])
                connection.shutdown(socket.SHUT_WR)
                self.assertEqual(connection.recv(1), b"")

    @staticmethod
    def connection():
        try:
            return connect(7, server=ECHO_SERVER, timeout=2)
        except OSError:
            return None


if __name__ == "__main__":
    unittest.main()
