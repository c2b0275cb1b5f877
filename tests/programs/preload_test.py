#!/usr/bin/python3
"""The preloaded shim says what is wrong with its environment, and lets programs end without losing a byte.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import unittest

from network import KERNEL, DEVICE, make_tap

LIBRARY = pathlib.Path(os.environ["STINT_BUILD"], "lib", "libstint-preload.so")
GOOD = {"STINT_TAP": "stint0", "STINT_ADDRESS": f"{DEVICE}/24"}


def run(program, environment, timeout=30):
    """Runs a python program under the shim."""
    return subprocess.run(["/usr/bin/python3", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={"PATH": os.environ["PATH"], "LD_PRELOAD": str(LIBRARY), **environment}, timeout=timeout,
                          check=False)


class Preload(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)

    def refused(self, expected, **changes):
        environment = {**GOOD, **changes}
        done = run("import socket; socket.socket(socket.AF_INET)",
                   {name: value for name, value in environment.items() if value is not None})
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
        self.assertIn(expected, done.stderr)

    def test_what_is_wrong_with_the_environment_is_said_in_one_line(self):
        self.refused("STINT_TAP is not set", STINT_TAP=None)
        self.refused("STINT_ADDRESS is not set", STINT_ADDRESS=None)
        self.refused("expected an address", STINT_ADDRESS="10.0.0.2")
        self.refused("no host may have this address", STINT_ADDRESS="10.0.0.255/24")
        self.refused("expected an address", STINT_GATEWAY="somewhere")
        self.refused("the gateway", STINT_GATEWAY="192.0.2.1")
        self.refused("expected the address of one station", STINT_MAC="01:00:00:00:00:01")
        self.refused("cannot be written", STINT_PCAP="/nonexistent/file")
        self.refused("is no TAP device", STINT_TAP="lo")

    def test_a_program_without_internet_sockets_needs_nothing(self):
        done = run("import socket; print(socket.socketpair()[0].family)", {})
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_what_was_sent_arrives_though_the_program_ends_at_once(self):
        received = []

        def receive_slowly(server):
            connection, _ = server.accept()
            total = 0
            with connection:
                while data := connection.recv(20000):
                    total += len(data)
                    time.sleep(0.003)
            received.append(total)

        with socket.create_server((KERNEL, 9000)) as server:
            thread = threading.Thread(target=receive_slowly, args=(server,))
            thread.start()
            done = run("import socket\n"
                       f"s = socket.create_connection(('{KERNEL}', 9000))\n"
                       "s.sendall(b'x' * 1000000)\n", GOOD)
            thread.join(20)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(received, [1000000])

    def test_a_silent_peer_does_not_keep_a_program_from_ending(self):
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            server.bind((KERNEL, 9001))
            server.listen()
            start = time.monotonic()
            done = run("import socket\n"
                       f"s = socket.create_connection(('{KERNEL}', 9001))\n"
                       "s.setblocking(False)\n"
                       "s.send(b'x' * 1000000)\n", GOOD)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertLess(time.monotonic() - start, 10)

    def test_children_do_not_disturb_the_parents_connections(self):
        def greet(server):
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"for the parent")

        with socket.create_server((KERNEL, 9002)) as server:
            thread = threading.Thread(target=greet, args=(server,))
            thread.start()
            done = run("import os, socket, subprocess\n"
                       f"s = socket.create_connection(('{KERNEL}', 9002))\n"
                       "print(subprocess.run(['echo', 'child'], stdout=subprocess.PIPE, text=True).stdout.strip())\n"
                       "subprocess.run(['true'], stdin=s)\n"
                       "if os.fork() == 0:\n"
                       "    s.close()\n"
                       "    os._exit(0)\n"
                       "os.wait()\n"
                       "print(s.recv(14, socket.MSG_WAITALL).decode())\n", GOOD)
            thread.join(10)
        self.assertEqual((done.stdout, done.stderr), ("child\nfor the parent\n", ""))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "--verbose"])
