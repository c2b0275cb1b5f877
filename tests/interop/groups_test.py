#!/usr/bin/python3
"""Multicast groups of a program under `stint run`, beside the kernel: what is sent to them, and what a router asks and hears.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap
import select
import socket
import struct
import subprocess
import unittest

from flood import checksum
from network import DEVICE, KERNEL, STINT, command, make_tap, wait_until, write_setting

PORT = 5000
GROUP = "239.1.2.3"
GROUP6 = "ff02::7:7"
NEAR6 = "fe80::1"
OURS6 = "fe80::77"
ROUTER = bytes.fromhex("020000000009")
IP_RECVTTL = 12
REPORT, LEAVE, QUERY = 0x16, 0x17, 0x11
QUERY6, REPORT6, DONE6 = 130, 131, 132

# Joins, says what it hears, and leaves, closes its socket or answers to the group as it is told by datagrams.
MEMBER = """
import signal, socket, struct, sys
family, group, port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
s = socket.socket(family, socket.SOCK_DGRAM)
s.bind(("", port))
if family == socket.AF_INET:
    level, join, leave = socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.IP_DROP_MEMBERSHIP
    request = socket.inet_aton(group) + socket.inet_aton("0.0.0.0")
    s.setsockopt(level, socket.IP_MULTICAST_TTL, 3)
    assert s.getsockopt(level, socket.IP_MULTICAST_TTL) == 3
else:
    level, join, leave = socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, socket.IPV6_LEAVE_GROUP
    request = socket.inet_pton(family, group) + struct.pack("@I", 0)
    s.setsockopt(level, socket.IPV6_MULTICAST_HOPS, 3)
s.setsockopt(level, join, request)
print("joined", flush=True)
while True:
    data, sender = s.recvfrom(2000)
    print(data.decode(), flush=True)
    if data == b"leave":
        s.setsockopt(level, leave, request)
    elif data == b"close":
        s.close()
        signal.pause()
    elif data == b"echo":
        s.sendto(b"echoed", (group, port + 1))
"""


class Member:
    """The program, until the block ends."""

    def __init__(self, address, family, group):
        self.words = [STINT, "run", "--tap", "stint0", "--address", address, "--", "/usr/bin/python3", "-c", MEMBER,
                      str(int(family)), group, str(PORT)]

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdout=subprocess.PIPE)
        self.heard = b""
        try:
            self.expect(b"joined\n")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(30)
        self.process.stdout.close()

    def has_said(self, line):
        while select.select([self.process.stdout], [], [], 0)[0]:
            some = self.process.stdout.raw.read(4096)
            if not some:
                break
            self.heard += some
        return line in self.heard

    def expect(self, line, seconds=60):
        wait_until(lambda: self.has_said(line), seconds, f"the program says {line}: {self.heard}")


def igmp(kind, code, group="0.0.0.0"):
    message = struct.pack("!BBH4s", kind, code, 0, socket.inet_aton(group))
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


def ipv4_query(code, group="0.0.0.0"):
    """A frame from a router: to all hosts, or to the group that it asks for."""
    to = "224.0.0.1" if group == "0.0.0.0" else group
    header = struct.pack("!BBHHHBBH4s4s4s", 0x46, 0xC0, 32, 0, 0, 1, 2, 0, socket.inet_aton(KERNEL), socket.inet_aton(to),
                         b"\x94\x04\0\0")
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    station = b"\x01\x00\x5e" + bytes([socket.inet_aton(to)[1] & 0x7F]) + socket.inet_aton(to)[2:]
    return station + ROUTER + b"\x08\x00" + header + igmp(QUERY, code, group)


def ipv6_query(milliseconds):
    source, to = socket.inet_pton(socket.AF_INET6, NEAR6), socket.inet_pton(socket.AF_INET6, "ff02::1")
    message = struct.pack("!BBHHH16s", QUERY6, 0, 0, milliseconds, 0, bytes(16))
    total = checksum(source + to + struct.pack("!II", len(message), 58) + message)
    message = message[:2] + struct.pack("!H", total) + message[4:]
    alert = bytes.fromhex("3a00050200000100")
    header = struct.pack("!IHBB", 6 << 28, len(alert + message), 0, 1) + source + to
    return b"\x33\x33" + to[12:] + ROUTER + b"\x86\xdd" + header + alert + message


def message_of(frame):
    """(type, group) of a frame with IGMP or MLD from stint, or None; their headers must be right."""
    if frame[6:12] == ROUTER:
        return None
    packet = frame[14:]
    if frame[12:14] == b"\x08\x00" and packet[9] == 2:
        assert packet[0] == 0x46 and packet[8] == 1 and packet[20:24] == b"\x94\x04\0\0", packet.hex()
        assert checksum(packet[:24]) == 0 and checksum(packet[24:32]) == 0, packet.hex()
        return packet[24], socket.inet_ntoa(packet[28:32])
    if frame[12:14] == b"\x86\xdd" and packet[6] == 0 and packet[40] == 58 and packet[48] in (REPORT6, DONE6):
        assert packet[7] == 1 and packet[42:46] == b"\x05\x02\0\0", packet.hex()
        assert checksum(packet[8:40] + struct.pack("!II", 24, 58) + packet[48:72]) == 0, packet.hex()
        return packet[48], socket.inet_ntop(socket.AF_INET6, packet[56:72])
    return None


class Groups(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        write_setting("net/ipv6/conf/stint0/disable_ipv6", "0")
        write_setting("net/ipv6/conf/stint0/accept_dad", "0")
        command("ip", "address", "add", f"{NEAR6}/64", "dev", "stint0", "nodad", check=False)

    def setUp(self):
        self.link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.addCleanup(self.link.close)
        self.link.bind(("stint0", 3))
        self.link.setblocking(False)

    def heard(self, kind, group):
        """True when stint has said so since it was asked last."""
        while True:
            try:
                frame, address = self.link.recvfrom(2000)
            except BlockingIOError:
                return False
            if address[2] != socket.PACKET_OUTGOING and message_of(frame) == (kind, group):
                return True

    def expect(self, kind, group, seconds=60):
        wait_until(lambda: self.heard(kind, group), seconds, f"a message of type {kind} about {group}")

    def sender(self, family):
        sender = socket.socket(family, socket.SOCK_DGRAM)
        self.addCleanup(sender.close)
        if family == socket.AF_INET:
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(KERNEL))
        else:
            sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("stint0"))
        return sender

    def test_a_router_hears_of_an_ipv4_member_and_of_its_leaving(self):
        sender = self.sender(socket.AF_INET)
        with Member(f"{DEVICE}/24", socket.AF_INET, GROUP) as member:
            self.expect(REPORT, GROUP)
            for group in ("0.0.0.0", GROUP, "0.0.0.0"):  # from the third report on only who asks hears one
                self.link.send(ipv4_query(10, group))
                self.expect(REPORT, GROUP)
            sender.sendto(b"hello", (GROUP, PORT))
            member.expect(b"hello\n")
            sender.sendto(b"leave", (GROUP, PORT))
            member.expect(b"leave\n")
            self.expect(LEAVE, GROUP)
            sender.sendto(b"unheard", (GROUP, PORT))
            sender.sendto(b"last", (DEVICE, PORT))
            member.expect(b"last\n")
            self.assertNotIn(b"unheard", member.heard)

    def test_the_kernel_hears_what_a_member_sends_to_its_group(self):
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(receiver.close)
        receiver.bind((GROUP, PORT + 1))
        receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton(KERNEL))
        receiver.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
        receiver.settimeout(60)
        with Member(f"{DEVICE}/24", socket.AF_INET, GROUP):
            self.sender(socket.AF_INET).sendto(b"echo", (DEVICE, PORT))
            data, ancillary, _, sender = receiver.recvmsg(100, 100)
        self.assertEqual((data, sender[0]), (b"echoed", DEVICE))
        self.assertEqual(struct.unpack("@i", ancillary[0][2])[0], 3)

    def test_a_closed_socket_leaves(self):
        with Member(f"{DEVICE}/24", socket.AF_INET, GROUP):
            self.expect(REPORT, GROUP)
            self.sender(socket.AF_INET).sendto(b"close", (DEVICE, PORT))
            self.expect(LEAVE, GROUP)

    def test_a_router_hears_of_an_ipv6_member_and_of_its_leaving(self):
        sender = self.sender(socket.AF_INET6)
        with Member(f"{OURS6}/64", socket.AF_INET6, GROUP6) as member:
            self.expect(REPORT6, GROUP6)
            for _ in range(3):
                self.link.send(ipv6_query(1000))
                self.expect(REPORT6, GROUP6)
            self.link.send(ipv6_query(1000))
            self.expect(REPORT6, "ff02::1:ff00:77")  # of its address
            sender.sendto(b"hello", (GROUP6, PORT))
            member.expect(b"hello\n")
            sender.sendto(b"leave", (GROUP6, PORT))
            member.expect(b"leave\n")
            self.expect(DONE6, GROUP6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
