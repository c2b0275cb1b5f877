#!/usr/bin/python3
"""mbedTLS on the device, OpenSSL at the other end: 1 MiB there and back, with the device as server and as client, each proving itself.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:dnsmasq command:openssl
# timeout: 300
import pathlib
import random
import subprocess
import tempfile
import threading
import unittest

from network import KERNEL, command, make_tap, wait_until
from programs import DEVICE, PATIENCE, Device, dhcp_server

LENGTH = 1 << 20
SENT = random.Random(4).randbytes(LENGTH)


def make_certificates(folder):
    """An authority, and a certificate of it for both ends."""
    pathlib.Path(folder, "extensions").write_text("subjectAltName=DNS:reeds.test\n")
    for words in (["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=authority", "-days", "3650", "-keyout", "authority.key",
                   "-out", "authority.pem"],
                  ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=reeds.test", "-keyout", "key.pem", "-out", "request.pem"],
                  ["x509", "-req", "-in", "request.pem", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days",
                   "3650", "-extfile", "extensions", "-out", "certificate.pem"]):
        command("openssl", *words, cwd=folder)


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        server = dhcp_server()
        server.__enter__()
        cls.addClassCleanup(server.__exit__, None, None, None)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        make_certificates(cls.folder)

    def openssl(self, *words):
        words = ["openssl", *words, "-quiet", "-CAfile", "authority.pem", "-cert", "certificate.pem", "-key", "key.pem", "-verify_return_error"]
        process = subprocess.Popen(words, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def expect_all_back(self, process):
        writer = threading.Thread(target=lambda: (process.stdin.write(SENT), process.stdin.flush()))
        writer.start()
        got = process.stdout.read(LENGTH)
        writer.join()
        self.assertEqual(len(got), LENGTH)
        self.assertTrue(got == SENT)

    def test_both_roles_carry_a_megabyte_each_way(self):
        server = self.openssl("s_server", "-accept", f"{KERNEL}:4434", "-Verify", "2")
        wait_until(lambda: "4434" in command("ss", "-ltn").stdout, PATIENCE, "s_server listens")
        with Device("tls_ethernet", self.folder) as device:
            device.wait_for("client TLSv1.2")
            device.wait_for("ready")
            client = self.openssl("s_client", "-connect", f"{DEVICE}:4433", "-servername", "reeds.test", "-verify_hostname", "reeds.test")
            device.wait_for("server TLSv1.2")
            self.expect_all_back(client)
            self.expect_all_back(server)
            for process, role in ((client, "server"), (server, "client")):
                process.terminate()
                device.wait_for(f"{role} answered {LENGTH}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
