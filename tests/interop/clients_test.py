#!/usr/bin/python3
"""Clients of the web server that read slowly, write much, or die.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl
# timeout: 180
import hashlib
import pathlib
import subprocess
import tempfile
import time
import unittest

from network import KERNEL, command, host, make_tap, pattern, settled, stats, url, wait_until


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        running = host()
        running.__enter__()
        cls.addClassCleanup(running.__exit__, None)

    def setUp(self):
        self.before = settled()["memory"]

    def tearDown(self):
        after = settled()["memory"]
        self.assertLessEqual(after["buffer_bytes"]["in_use"], self.before["buffer_bytes"]["in_use"])
        self.assertEqual(after["descriptors"]["in_use"], self.before["descriptors"]["in_use"])

    def curl(self, *words, timeout=60):
        return command("curl", "--silent", "--show-error", "--fail", "--max-time", str(timeout - 5), *words, timeout=timeout)

    def test_a_client_that_is_killed_leaves_no_socket_and_no_buffer(self):
        for path in ("/dl/1000000000", "/up"):
            words = ["curl", "--silent", "--output", "/dev/null", url(path)]
            if path == "/up":
                words += ["--limit-rate", "2M", "-T", "/dev/zero"]
            client = subprocess.Popen(words)
            wait_until(lambda: len(stats()["connections"]) > 1, 30, "the client is connected")
            time.sleep(0.5)
            client.kill()
            client.wait()
            settled()

    def test_a_slow_client_gets_every_byte(self):
        with tempfile.TemporaryDirectory() as folder:
            into = pathlib.Path(folder, "slow")
            begin = time.monotonic()
            self.curl("--limit-rate", "4M", "--output", str(into), url("/dl/16000000"))
            self.assertGreater(time.monotonic() - begin, 1.5)
            self.assertEqual(into.read_bytes(), pattern(16_000_000))

    def test_a_file_is_put_with_and_without_waiting_for_leave(self):
        content = pattern(5_000_000, start=17)
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            for words in ((), ("-H", "Expect:"), ("--limit-rate", "3M")):
                answer = self.curl("-T", file.name, *words, url("/up/"))
                self.assertEqual(answer.stdout.strip(), hashlib.sha256(content).hexdigest())

    def test_what_is_posted_comes_back(self):
        for length in (0, 1, 1459, 1461, 100_000, 8 * 1024 * 1024):
            answer = subprocess.run(["curl", "--silent", "--fail", "--data-binary", "@-", url("/echo")], input=pattern(length),
                                    stdout=subprocess.PIPE, check=True, timeout=60)
            self.assertTrue(answer.stdout == pattern(length), f"{length} bytes")

    def test_requests_that_cannot_be_served_say_why(self):
        for words, status in ((("/nothing",), "404"), (("/dl/x",), "400"), (("/dl/1099511627777",), "400"),
                              (("/dl/10", "-d", "text"), "405"), (("/up",), "405")):
            answer = command("curl", "--silent", "--write-out", "%{http_code}", "--output", "/dev/null", url(words[0]), *words[1:])
            self.assertEqual(answer.stdout, status, words)
        answer = subprocess.run(["curl", "--silent", "--write-out", "%{http_code}", "--output", "/dev/null", "--data-binary", "@-",
                                 url("/echo")], input=b"x" * (8 * 1024 * 1024 + 1), stdout=subprocess.PIPE, check=True, timeout=60)
        self.assertEqual(answer.stdout, b"413")

    def test_one_connection_serves_many_requests(self):
        opened = stats()["tcp"]["passive_opens"]
        answer = self.curl("--output", "/dev/null", *[word for _ in range(50) for word in (url("/dl/10000"),)],
                           *["--output", "/dev/null"] * 49, "--write-out", "%{num_connects}")
        self.assertEqual(sum(map(int, answer.stdout)), 1)
        self.assertLessEqual(stats()["tcp"]["passive_opens"] - opened, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
