#!/usr/bin/python3
"""100 MB each way through a relay that does nothing to them.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl command:ping
# timeout: 120
# alone: yes
import unittest

from network import relayed_host
from transfer import check_both_ways


class Transfer(unittest.TestCase):
    def test_a_hundred_megabytes_each_way_arrive_byte_for_byte(self):
        with relayed_host():
            after = check_both_ways(self, 50)
            self.assertEqual(after["tcp"]["resets_sent"], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
