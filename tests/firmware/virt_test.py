#!/usr/bin/python3
"""The firmware on a 32-bit RISC-V machine with virtio, legacy and modern.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:qemu-system-riscv32 command:curl command:ping command:dnsmasq command:radvd
# timeout: 300
import unittest

from firmware import Cases, Virt, transfer_exactly


class VirtFirmware(Cases, unittest.TestCase):
    machine = Virt

    def test_a_modern_virtio_device_is_driven_as_well(self):
        with self.on_tap(*Virt.modern):
            transfer_exactly(self, self.folder)


if __name__ == "__main__":
    unittest.main(verbosity=2)
