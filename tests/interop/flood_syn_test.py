#!/usr/bin/python3
"""10,000 SYN in each second from addresses that do not exist, while a client downloads.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl
# alone: yes
import random
import unittest

from flood import FloodTest, Sender, address, ethernet, tcp

SYN = 0x02
RATE = 10_000
ELSEWHERE = 0xC6120000  # 198.18.0.0/15, for benchmarks (RFC 2544)
ON_LINK = 0x0A4D0003    # 10.77.0.3


class SynFlood(FloodTest):
    def check_flood_of(self, sources):
        random.seed(10)
        mac = bytes.fromhex("020000000010")
        frames = [ethernet(self.device, mac, 0x0800, tcp(address(random.choice(sources)), random.choice((80, 80, 7)), SYN)) for _ in range(20_000)]
        sender = Sender(frames, RATE)
        echoes, connects = self.download_during(sender)
        self.assertGreater(sender.rate, 0.9 * RATE)
        self.assertLess(max(echoes.times), 1)
        self.assertLess(max(connects.times), 1)
        self.check_pools_are_back(sender.ended_at)

    def test_T10_S2_a_client_connects_within_a_second_while_10000_strangers_do_each_second(self):
        self.check_flood_of(range(ELSEWHERE, ELSEWHERE + (1 << 17)))

    def test_T10_S2_neighbors_that_do_not_exist_hold_nothing(self):
        self.check_flood_of(range(ON_LINK, ON_LINK + 250))


if __name__ == "__main__":
    unittest.main(verbosity=2)
