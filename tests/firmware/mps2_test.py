#!/usr/bin/python3
"""The firmware on an ARM Cortex-M3 machine with a LAN9118.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:qemu-system-arm command:curl command:ping command:dnsmasq command:radvd
# timeout: 300
import unittest

from firmware import Cases, Mps2


class Mps2Firmware(Cases, unittest.TestCase):
    machine = Mps2


if __name__ == "__main__":
    unittest.main(verbosity=2)
