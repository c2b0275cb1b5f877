#!/usr/bin/python3
"""One application, three ways to a network: Ethernet by esp_netif, Wi-Fi, and esp_stint's own calls.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:dnsmasq command:radvd command:ping
# timeout: 300
import contextlib
import socket
import unittest

from network import command, pattern, radvd, wait_until, write_setting
from programs import DEVICE, PATIENCE, Device, dhcp_server, make_network

ROUTER = "2001:db8:7::1"
GLOBAL = "2001:db8:7::ff:fe00:77"
ADVERTISED = "interface stint0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; prefix 2001:db8:7::/64 { }; };"


def echoed(connection, sent):
    connection.sendall(sent)
    got = bytearray()
    while len(got) < len(sent):
        piece = connection.recv(65536)
        if not piece:
            break
        got += piece
    return bytes(got)


class Application(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_network()
        for name, value in (("conf/stint0/disable_ipv6", "0"), ("conf/all/forwarding", "1"), ("conf/stint0/accept_dad", "0")):
            write_setting(f"net/ipv6/{name}", value)
        command("ip", "address", "add", f"{ROUTER}/64", "dev", "stint0", "nodad")
        for peer in (radvd(ADVERTISED), dhcp_server()):
            peer.__enter__()
            cls.addClassCleanup(peer.__exit__, None, None, None)

    def expect_addresses(self, device):
        device.wait_for(f"address {DEVICE}")
        device.wait_for("address 2001:0db8:0007")
        device.wait_for("heard of")  # the event descriptor ended a select()

    def expect_answers(self):
        """Several connections at once, of both families, and datagrams between them."""
        sent = pattern(4_000)
        for address in (DEVICE, GLOBAL):  # the kernel may just have given up to ask for the device before
            wait_until(lambda: command("ping", "-c1", "-W1", address, check=False).returncode == 0, PATIENCE, f"a way to {address}")
        with contextlib.ExitStack() as stack:
            connections = [stack.enter_context(socket.create_connection((address, 7), timeout=PATIENCE))
                           for address in (DEVICE, GLOBAL, DEVICE)]
            for connection in connections:
                self.assertEqual(echoed(connection, sent), sent)
            for family, address in ((socket.AF_INET, DEVICE), (socket.AF_INET6, GLOBAL)):
                with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
                    datagrams.settimeout(PATIENCE)
                    datagrams.sendto(b"tide", (address, 7))
                    self.assertEqual(datagrams.recv(100), b"tide")

    def expect_all_of_it(self, way):
        with Device(f"echo_{way}") as device:
            self.expect_addresses(device)
            device.wait_for("ready")
            self.expect_answers()
            device.forget()
            device.tell("unplug")
            device.tell("plug")
            self.expect_addresses(device)
            self.expect_answers()

    def test_ethernet_by_esp_netif(self):
        self.expect_all_of_it("ethernet")

    def test_a_wifi_station(self):
        self.expect_all_of_it("wifi")

    def test_the_direct_bring_up(self):
        self.expect_all_of_it("directly")


if __name__ == "__main__":
    unittest.main(verbosity=2)
