#!/usr/bin/python3
"""Python's http.server on stint, fetched from by the kernel's curl.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl
import contextlib
import pathlib
import subprocess
import tempfile
import unittest

from network import DEVICE, KERNEL, STINT, command, connect, make_tap, pattern, wait_until

PORT = 8000
CONTENT = pattern(3_000_000)


def is_listening():
    with contextlib.suppress(OSError):
        connect(PORT, timeout=1).close()
        return True
    return False


class HttpServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        pathlib.Path(cls.folder.name, "file").write_bytes(CONTENT)
        cls.server = subprocess.Popen(
            [STINT, "run", "--tap", "stint0", "--address", f"{DEVICE}/24", "--", "/usr/bin/python3", "-m", "http.server",
             "--directory", cls.folder.name, str(PORT)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.stop_server)
        wait_until(is_listening, 15, "http.server listens")

    @classmethod
    def stop_server(cls):
        cls.server.terminate()
        cls.server.wait(timeout=15)

    def test_curl_lists_the_folder(self):
        self.assertIn('<a href="file">file</a>', command("curl", "--silent", "--fail", f"http://{DEVICE}:{PORT}/").stdout)

    def test_curl_fetches_a_file(self):
        answer = subprocess.run(["curl", "--silent", "--fail", "--max-time", "30", f"http://{DEVICE}:{PORT}/file"],
                                stdout=subprocess.PIPE, check=True, timeout=40)
        self.assertTrue(answer.stdout == CONTENT)

    def test_ten_clients_are_served_at_once(self):
        words = ["curl", "--silent", "--fail", "--max-time", "50", f"http://{DEVICE}:{PORT}/file"]
        clients = [subprocess.Popen(words, stdout=subprocess.PIPE) for _ in range(10)]
        for client in clients:
            self.assertTrue(client.communicate(timeout=60)[0] == CONTENT)

    def test_what_is_missing_is_a_404(self):
        answer = command("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", f"http://{DEVICE}:{PORT}/none")
        self.assertEqual(answer.stdout, "404")


if __name__ == "__main__":
    unittest.main(verbosity=2)
