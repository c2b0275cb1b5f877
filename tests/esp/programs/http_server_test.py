#!/usr/bin/python3
"""An HTTP server with esp_http_server's shape: parallel clients of it, answers by its control channel, and a client that vanishes.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:dnsmasq command:curl
# timeout: 300
import pathlib
import subprocess
import tempfile
import unittest

from network import KERNEL, command, make_tap, pattern
from programs import DEVICE, PATIENCE, Device, dhcp_server

GHOST = "10.77.0.9"
CLIENTS = 10
LENGTH = 50_000


def download_in_parallel(folder, path):
    """What ten curls at once are given."""
    files = [pathlib.Path(folder, f"answer{i}") for i in range(CLIENTS)]
    clients = [subprocess.Popen(["curl", "--silent", "--show-error", "--max-time", str(PATIENCE), "--retry", "5", "--retry-connrefused",
                                 "--output", file, f"http://{DEVICE}{path}"]) for file in files]
    codes = [client.wait(PATIENCE + 30) for client in clients]
    return codes, [file.read_bytes() if file.exists() else b"" for file in files]


class HttpServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        command("ip", "link", "add", "bridge0", "type", "bridge")
        command("ip", "address", "add", f"{KERNEL}/24", "dev", "bridge0")
        command("ip", "link", "set", "bridge0", "up")
        make_tap("stint0")
        command("ip", "link", "set", "stint0", "master", "bridge0")
        server = dhcp_server("bridge0")
        server.__enter__()
        cls.addClassCleanup(server.__exit__, None, None, None)

    def expect_all_served(self, path):
        with tempfile.TemporaryDirectory() as folder:
            codes, answers = download_in_parallel(folder, path)
        self.assertEqual(codes, [0] * CLIENTS)
        self.assertEqual(set(answers), {pattern(LENGTH)})

    def test_ten_clients_at_once_are_served(self):
        with Device("http_ethernet") as device:
            device.wait_for("ready")
            self.expect_all_served(f"/dl/{LENGTH}")

    def test_answers_come_by_the_control_channel(self):
        with Device("http_ethernet") as device:
            device.wait_for("ready")
            self.expect_all_served(f"/later/{LENGTH}")

    def test_a_client_that_vanishes_holds_nobody_up(self):
        command("ip", "netns", "add", "ghost")
        self.addCleanup(command, "ip", "netns", "delete", "ghost")
        command("ip", "link", "add", "haunt", "type", "veth", "peer", "name", "far", "netns", "ghost")
        command("ip", "link", "set", "haunt", "master", "bridge0", "up")
        command("ip", "-n", "ghost", "address", "add", f"{GHOST}/24", "dev", "far")
        command("ip", "-n", "ghost", "link", "set", "far", "up")
        with Device("http_ethernet") as device:
            device.wait_for("ready")
            words = ["ip", "netns", "exec", "ghost", "curl", "--silent", "--no-buffer", "--limit-rate", "10000", f"http://{DEVICE}/dl/100000000"]
            client = subprocess.Popen(words, stdout=subprocess.PIPE)
            self.addCleanup(client.communicate)
            self.addCleanup(client.kill)
            self.assertEqual(client.stdout.read(1000), pattern(1000))
            command("ip", "link", "set", "haunt", "down")
            device.wait_for("gave a client up")
            self.expect_all_served(f"/dl/{LENGTH}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
