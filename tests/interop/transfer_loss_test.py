#!/usr/bin/python3
"""100 MB each way through a relay that loses and reorders.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl command:ping
# timeout: 400
# alone: yes
import re
import unittest

from network import relayed_host
from transfer import check_both_ways


class LossyTransfer(unittest.TestCase):
    def test_a_hundred_megabytes_each_way_survive_loss_and_reordering(self):
        with relayed_host("--loss", "2%", "--reorder", "2%", "--seed", "7") as relay:
            after = check_both_ways(self, 180)
            self.assertGreater(after["tcp"]["fast_retransmits"], 100)
        for line in re.findall(r"from \w+: (\d+) frames, \d+ delivered, (\d+) lost, .* (\d+) reordered", relay.output):
            frames, lost, reordered = map(int, line)
            self.assertGreater(lost, frames // 100)
            self.assertGreater(reordered, frames // 100)


if __name__ == "__main__":
    unittest.main(verbosity=2)
