#!/usr/bin/python3
"""The demo with many clients, slow ones, and ones that die: through the gateway on 127.0.0.1.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces command:curl
# timeout: 240
import hashlib
import os
import re
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from network import Program, get, pattern, settled, stats, url, wait_until

BROWSERS = 10
REQUESTS = 8


def waits_for_its_client(connection):
    """Whether all that fits was sent or lies ready, and the client takes no more."""
    return connection["peer_window"] == 0 and connection["send_queue"] > 0 and connection["send_room"] == 0


class DemoClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        demo = Program("demo", "--port", "0", sign="Ctrl-C")
        demo.__enter__()
        cls.addClassCleanup(demo.__exit__, None)
        cls.process = demo.process.pid
        cls.server = re.search(r"http://(127\.0\.0\.1:\d+)/", demo.output).group(1)

    def setUp(self):
        self.before = settled(self.server)["memory"]
        self.kernel_descriptors = self.count_kernel_descriptors()

    def count_kernel_descriptors(self):
        return len(os.listdir(f"/proc/{self.process}/fd"))

    def tearDown(self):
        """What a client leaves behind is nothing."""
        after = settled(self.server)["memory"]
        self.assertLessEqual(after["buffer_bytes"]["in_use"], self.before["buffer_bytes"]["in_use"])
        self.assertEqual(after["descriptors"]["in_use"], self.before["descriptors"]["in_use"])
        wait_until(lambda: self.count_kernel_descriptors() <= self.kernel_descriptors, 30, "the gateway closed its sockets")

    def curl(self, *words):
        return subprocess.run(["curl", "--silent", "--show-error", "--fail", "--max-time", "60", *words], check=True,
                              stdout=subprocess.PIPE, timeout=70).stdout

    def connect(self):
        name, port = self.server.split(":")
        return socket.create_connection((name, int(port)), timeout=10)

    def test_a_hundred_megabytes_down_and_up(self):
        self.curl("--output", "/dev/null", url("/dl/100000000", self.server))
        content = pattern(20_000_000)
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            for words in ((), ("--limit-rate", "8M")):
                answer = self.curl(*words, "-T", file.name, url("/up", self.server))
                self.assertEqual(answer.decode().strip(), hashlib.sha256(content).hexdigest())

    def test_ten_browsers_ask_in_parallel(self):
        words = ["curl", "--silent", "--fail", "--max-time", "60", "--no-progress-meter", "--parallel",
                 "--parallel-immediate"]
        for _ in range(REQUESTS):
            words += ["--output", "/dev/null", url("/dl/400000", self.server)]
        browsers = [subprocess.Popen([*words, "--write-out", "%{size_download}\n"], stdout=subprocess.PIPE, text=True) for _ in range(BROWSERS)]
        for browser in browsers:
            self.assertEqual(browser.communicate(timeout=70)[0].split(), ["400000"] * REQUESTS)

    def test_a_slow_client_gets_every_byte(self):
        begin = time.monotonic()
        answer = self.curl("--limit-rate", "6M", url("/dl/24000000", self.server))
        self.assertTrue(answer == pattern(24_000_000))
        self.assertGreater(time.monotonic() - begin, 1.5)

    def test_a_client_that_is_killed_leaves_nothing(self):
        for _ in range(5):
            client = subprocess.Popen(["curl", "--silent", "--output", "/dev/null", url("/dl/100000000000", self.server)])
            wait_until(lambda: len(stats(self.server)["connections"]) > 1, 30, "the client is connected")
            client.kill()
            client.wait()
        settled(self.server)

    def test_a_client_that_stops_reading_and_is_killed_leaves_nothing(self):
        client = subprocess.Popen(["curl", "--silent", "--limit-rate", "1k", "--output", "/dev/null", url("/dl/100000000", self.server)])
        try:
            wait_until(lambda: any(waits_for_its_client(one) for one in stats(self.server)["connections"]), 30, "the device waits for the client")
        finally:
            client.kill()
            client.wait()
        settled(self.server)

    def test_a_reset_reaches_the_device(self):
        for _ in range(10):
            connection = self.connect()
            connection.sendall(b"GET /dl/1000000000 HTTP/1.1\r\nHost: demo\r\n\r\n")
            connection.recv(10_000)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        settled(self.server)

    def test_after_a_half_close_the_answer_still_comes(self):
        with self.connect() as connection:
            connection.sendall(b"GET /dl/300000 HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        self.assertTrue(answer.endswith(pattern(300_000)))

    def test_five_hundred_connections_in_a_row(self):
        for _ in range(500):
            self.assertEqual(get("/dl/10", self.server), bytes(range(10)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
