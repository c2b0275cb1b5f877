#!/usr/bin/python3
"""IPv6 beside the kernel: addresses as radvd advertises, neighbors, ping both ways, HTTP.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:radvd
import unittest
import urllib.request

from network import Program, command, make_tap, radvd, wait_until, write_setting

LINK_LOCAL = "fe80::ff:fe00:77"
GLOBAL = "2001:db8:7::ff:fe00:77"
ROUTER = "2001:db8:7::1"
FAR = "2001:db8:8::1"
ADVERTISED = """
interface stint0 {
    AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 10; AdvLinkMTU 1400;
    prefix 2001:db8:7::/64 { AdvOnLink on; AdvAutonomous on; };
    RDNSS 2001:db8:7::53 { };
};
"""


def device(*more):
    return Program("host", "--tap", "stint0", "--mac", "02:00:00:00:00:77", *more)


class Slaac(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0")
        for name, value in (("conf/stint0/disable_ipv6", "0"), ("conf/all/forwarding", "1"), ("conf/stint0/accept_dad", "0"),
                            ("conf/lo/disable_ipv6", "0")):
            write_setting(f"net/ipv6/{name}", value)
        command("ip", "link", "set", "lo", "up")
        command("ip", "address", "add", f"{ROUTER}/64", "dev", "stint0", "nodad")
        command("ip", "address", "add", f"{FAR}/128", "dev", "lo")
        wait_until(lambda: "tentative" not in command("ip", "-6", "address", "show", "dev", "stint0").stdout, 30, "DAD ends")

    def test_routers_give_addresses_that_answer(self):
        with radvd(ADVERTISED), device("--slaac") as running:
            self.assertEqual(sorted(running.output.split("ready", 1)[1].split()), [GLOBAL, LINK_LOCAL])
            command("ping", "-6", "-c", "2", "-W", "2", GLOBAL)
            command("ping", "-6", "-c", "1", "-W", "2", f"{LINK_LOCAL}%stint0")
            command("ping", "-6", "-c", "1", "-W", "2", "-s", "1300", GLOBAL)
            command("ping", "-6", "-c", "1", "-W", "2", "-I", FAR, GLOBAL)  # the answer goes by the router
            page = urllib.request.urlopen(f"http://[{GLOBAL}]/dl/1000000", timeout=20).read()
            self.assertEqual(len(page), 1000000)
            self.assertTrue(page == bytes(i % 251 for i in range(1000000)))

    def test_a_known_neighbor_is_checked_without_a_break(self):
        with device("--address", f"{GLOBAL}/64"):
            command("ping", "-6", "-c", "1", "-W", "2", GLOBAL)
            command("ip", "-6", "neighbor", "flush", "dev", "stint0")
            command("ping", "-6", "-c", "2", "-i", "0.2", "-W", "2", GLOBAL)

    def test_a_closed_port_is_told(self):
        with device("--address", f"{GLOBAL}/64"):
            result = command("nmap", "-6", "-n", "-Pn", "-sU", "-p", "9999", "--max-retries", "2", GLOBAL)
            self.assertIn("9999/udp closed", result.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
