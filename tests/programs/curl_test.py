#!/usr/bin/python3
"""Debian's curl on stint fetches from, and sends to, servers of the kernel.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl
import hashlib
import http.server
import pathlib
import tempfile
import threading
import time
import unittest

from network import KERNEL, DEVICE, STINT, command, make_tap, pattern

CONTENT = pattern(10_000_000)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body):
        self.server.peers.add(self.client_address[0])
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(CONTENT)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(hashlib.sha256(body).hexdigest().encode())


class Curl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        cls.server = http.server.ThreadingHTTPServer((KERNEL, 8000), Handler)
        cls.server.peers = set()
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    def curl(self, *words, check=True):
        return command(STINT, "run", "--tap", "stint0", "--address", f"{DEVICE}/24", "--", "curl", "--silent", "--show-error",
                       "--max-time", "50", *words, check=check, timeout=60)

    def test_curl_fetches_a_file_over_stint(self):
        with tempfile.TemporaryDirectory() as folder:
            into = pathlib.Path(folder, "fetched")
            self.curl("--fail", "--output", str(into), f"http://{KERNEL}:8000/")
            self.assertTrue(into.read_bytes() == CONTENT)
        self.assertEqual(self.server.peers, {DEVICE})

    def test_curl_puts_a_file_over_stint(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(CONTENT)
            file.flush()
            answer = self.curl("--fail", "-T", file.name, f"http://{KERNEL}:8000/")
        self.assertEqual(answer.stdout, hashlib.sha256(CONTENT).hexdigest())

    def test_curl_uses_several_connections_at_once(self):
        urls = " ".join(f"http://{KERNEL}:8000/{number}" for number in range(5)).split()
        answer = self.curl("--fail", "--parallel", "--parallel-immediate", *urls, *["--output", "/dev/null"] * 5,
                           "--write-out", "%{size_download}\n")
        self.assertEqual(answer.stdout.split(), [str(len(CONTENT))] * 5)

    def test_curl_keeps_to_a_rate(self):
        begin = time.monotonic()
        self.curl("--fail", "--limit-rate", "4M", "--output", "/dev/null", f"http://{KERNEL}:8000/")
        self.assertGreater(time.monotonic() - begin, 1)

    def test_curl_learns_at_once_that_a_connection_was_refused(self):
        begin = time.monotonic()
        answer = self.curl(f"http://{KERNEL}:4711/", check=False)
        self.assertEqual(answer.returncode, 7, answer.stderr)
        self.assertLess(time.monotonic() - begin, 10)


if __name__ == "__main__":
    unittest.main(verbosity=2)
