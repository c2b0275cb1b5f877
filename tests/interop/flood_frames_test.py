#!/usr/bin/python3
"""100,000 tiny frames in each second, most of them nonsense, while a client downloads.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl
# alone: yes
import random
import unittest

from flood import FloodTest, Sender, address, ethernet, ipv4, tcp, udp

RATE = 100_000
CLOSED = 4711
KINDS = 11  # of frames below


def tiny_frames(device, count):
    """Frames to a device of each kind in turn, from random stations of a network for benchmarks (RFC 2544)."""
    mac = bytes.fromhex("020000000010")
    frames = []
    while len(frames) < count:
        source = address(0xC6120000 + random.getrandbits(17))
        frames += [
            ethernet(device, mac, 0x0800, random.randbytes(46)),              # version, header length and all else by chance
            ethernet(device, mac, random.getrandbits(16), random.randbytes(46)),
            ethernet(random.randbytes(6), mac, 0x0800, random.randbytes(46)),
            ethernet(device, mac, 0x0806, random.randbytes(28)),
            ethernet(device, mac, 0x0800, ipv4(source, 6, random.randbytes(26))),
            ethernet(device, mac, 0x0800, ipv4(source, random.getrandbits(8), random.randbytes(26))),
            ethernet(device, mac, 0x0800, udp(source, CLOSED)),
            ethernet(device, mac, 0x0800, tcp(source, CLOSED, 0x02)),         # SYN to a closed port
            ethernet(device, mac, 0x0800, tcp(source, 80, 0x10, 1)),          # ACK of no connection
            ethernet(device, mac, 0x0800, tcp(source, 80, 0x04)),             # RST of no connection
            ethernet(device, mac, 0x0800, tcp(source, 7, random.getrandbits(6) & ~0x02)),
        ]
    return frames[:count]


class FrameFlood(FloodTest):
    def test_S1_S2_a_client_is_served_while_100000_tiny_frames_arrive_each_second(self):
        random.seed(100)
        sender = Sender(tiny_frames(self.device, KINDS * 1000), RATE)
        echoes, connects = self.download_during(sender)
        self.assertGreater(sender.rate, 0.8 * RATE)
        # The overrun TAP loses real segments too: the kernel repeats a SYN after 1 and 3 seconds.
        self.assertLess(max(echoes.times), 2)
        self.assertLess(max(connects.times), 3.5)
        self.check_pools_are_back(sender.ended_at)
        dropped = self.drops()
        # Each frame has its reason; icmp-rate counts answers that were withheld. By chance a few are neither broken nor answered.
        self.assertGreater(sum(dropped.values()) - dropped["icmp-rate"], 0.999 * sender.sent)
        for reason in ("ipv4-version", "ethernet-type", "ethernet-destination", "arp-malformed", "tcp-checksum", "ipv4-protocol", "udp-port",
                       "tcp-port"):
            self.assertGreater(dropped.get(reason, 0), 100, reason)


if __name__ == "__main__":
    unittest.main(verbosity=2)
