#!/usr/bin/python3
"""10,000 neighbors that do not exist, while a client downloads.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl
# alone: yes
import contextlib
import random
import socket
import threading
import time
import unittest

from flood import TAP, FloodTest, Sender, address, arp, ethernet, udp
from network import DEVICE, KERNEL, command, stats

RATE = 10_000
NEIGHBORS = 10_000
FIRST = 0x0A4D0100  # 10.77.1.0
RECORDS = 256  # of neighbors, in `stint host`
RETRY_S = 1    # between two questions for the same neighbor
EVERYBODY = b"\xff" * 6
NEWCOMER = "10.77.0.9"


class Questions(threading.Thread):
    """Counts the ARP requests that the device sends until the block ends."""

    def __init__(self, device):
        super().__init__()
        self.device = device
        self.count = 0
        self.stop = threading.Event()

    def run(self):
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806)) as listener:
            listener.settimeout(0.1)
            listener.bind((TAP, 0x0806))
            while not self.stop.is_set():
                with contextlib.suppress(TimeoutError):
                    frame = listener.recv(2000)
                    self.count += frame[6:12] == self.device and frame[20:22] == b"\0\1"

    def __enter__(self):
        self.start()
        self.begin = time.monotonic()
        return self

    def __exit__(self, *rest):
        self.rate = self.count / (time.monotonic() - self.begin)
        self.stop.set()
        self.join()


class NeighborFlood(FloodTest):
    prefix = 16

    def spoofed(self, number):
        return b"\x02\x01" + number.to_bytes(4, "big"), address(FIRST + number)

    def check_flood_of(self, frames):
        gateway = self.state_of(KERNEL)
        sender = Sender(frames, RATE)
        with Questions(self.device) as questions:
            echoes, connects = self.download_during(sender)
        print(f"  the device asked {questions.rate:.0f} times each second")
        self.assertLess(questions.rate, 2 * RECORDS / RETRY_S)
        self.assertGreater(sender.rate, 0.9 * RATE)
        self.assertLess(max(echoes.times), 1)
        self.assertLess(max(connects.times), 1)
        self.assertEqual(self.state_of(KERNEL)["hardware_address"], gateway["hardware_address"])
        self.check_newcomer()
        self.check_pools_are_back(sender.ended_at)
        return sender

    def state_of(self, neighbor):
        found = [record for record in stats()["neighbors"] if record["address"] == neighbor]
        self.assertEqual(len(found), 1, neighbor)
        return found[0]

    def check_newcomer(self):
        """A station that was not there before, and so asks for the device first, is served at once."""
        command("ip", "address", "add", f"{NEWCOMER}/24", "dev", TAP)
        command("ip", "neighbor", "flush", "dev", TAP)
        begin = time.monotonic()
        with socket.create_connection((DEVICE, 7), timeout=10, source_address=(NEWCOMER, 0)) as connection:
            connection.sendall(b"new")
            self.assertEqual(connection.recv(10), b"new")
        print(f"  a new neighbor was served in {(time.monotonic() - begin) * 1000:.0f} ms", flush=True)
        self.assertLess(time.monotonic() - begin, 1)

    def test_C1_10000_stations_that_ask_for_us_push_out_nobody(self):
        frames = []
        for number in range(NEIGHBORS):
            mac, source = self.spoofed(number)
            frames.append(ethernet(EVERYBODY, mac, 0x0806, arp(1, mac, source)))
        self.check_flood_of(frames)

    def test_C1_the_gateway_cannot_be_claimed_by_another_station(self):
        frames = []
        for number in range(NEIGHBORS):
            mac, source = self.spoofed(number)
            claimed = socket.inet_aton(KERNEL) if number % 10 == 0 else source
            frames.append(ethernet(self.device, mac, 0x0806, arp(random.choice((1, 2)), mac, claimed)))
        self.check_flood_of(frames)

    def test_C1_C2_C4_S2_10000_stations_to_be_answered_that_do_not_exist_hold_nothing(self):
        frames = []
        for number in range(NEIGHBORS):
            mac, source = self.spoofed(number)
            frames.append(ethernet(self.device, mac, 0x0800, udp(source, 7)))
        sender = self.check_flood_of(frames)
        self.assertGreaterEqual(sum(self.drops().values()), sender.sent)  # each answer has its reason


if __name__ == "__main__":
    unittest.main(verbosity=2)
