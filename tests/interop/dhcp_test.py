#!/usr/bin/python3
"""Addresses from dnsmasq: offered, used, refused when taken, given for a while.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:dnsmasq
import contextlib
import subprocess
import tempfile
import unittest
import urllib.request

from network import KERNEL, Program, command, make_tap, wait_until

FIRST = "10.77.0.50"
LAST = "10.77.0.51"


@contextlib.contextmanager
def server(*options):
    with tempfile.TemporaryDirectory() as folder:
        words = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=bridge0", "--bind-interfaces",
                 "--no-ping", f"--dhcp-leasefile={folder}/leases", f"--pid-file={folder}/pid", "--user=root", "--log-facility=-",
                 "--log-dhcp", *options]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            log = []
            try:
                wait_until(lambda: "DHCP, IP range" in process.stdout.readline(), 30, "dnsmasq serves")
                yield log
            finally:
                process.terminate()
                log.extend(process.communicate(timeout=10)[0].splitlines())


def device():
    return Program("host", "--tap", "stint0", "--dhcp", "--mac", "02:00:00:00:00:77")


def addresses_of(program):
    return program.output.split("ready", 1)[1].split()


class Dhcp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        command("ip", "link", "add", "bridge0", "type", "bridge")
        command("ip", "address", "add", f"{KERNEL}/24", "dev", "bridge0")
        command("ip", "link", "set", "bridge0", "up")
        for name in ("stint0", "stint1"):
            make_tap(name)
            command("ip", "link", "set", name, "master", "bridge0")

    def test_an_address_is_offered_checked_and_answers(self):
        with server(f"--dhcp-range={FIRST},{FIRST},120s") as log:
            with device() as running:
                self.assertEqual(addresses_of(running), [FIRST])
                command("ping", "-c", "1", "-W", "2", FIRST)
                page = urllib.request.urlopen(f"http://{FIRST}/dl/1000", timeout=10).read()
                self.assertEqual(len(page), 1000)
        text = "\n".join(log)
        for message in ("DHCPDISCOVER", "DHCPOFFER", "DHCPREQUEST", "DHCPACK"):
            self.assertIn(message, text)
        self.assertIn("client provides name: stint", text)

    def test_an_address_that_somebody_has_is_declined(self):
        owner = Program("host", "--tap", "stint1", "--address", f"{FIRST}/24")
        with owner, server(f"--dhcp-range={FIRST},{LAST},120s", "--dhcp-host=02:00:00:00:00:77," + FIRST) as log:
            with device() as running:
                self.assertEqual(addresses_of(running), [LAST])
        self.assertIn("DHCPDECLINE", "\n".join(log))

    def test_a_lease_is_renewed_before_it_ends(self):
        with server(f"--dhcp-range={FIRST},{FIRST},120s", "--dhcp-option=58,3", "--dhcp-option=59,60") as log:
            with device():
                subprocess.run(["sleep", "5"], check=True)
                command("ping", "-c", "1", "-W", "2", FIRST)
        self.assertGreaterEqual(sum("DHCPACK" in line for line in log), 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
