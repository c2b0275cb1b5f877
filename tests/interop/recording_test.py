#!/usr/bin/python3
"""A recording opens in Wireshark's tools and holds what passed.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:capinfos command:tshark
import pathlib
import tempfile
import unittest

from network import DEVICE, KERNEL, command, get, host, make_tap, pattern


class Recording(unittest.TestCase):
    def test_a_recording_holds_every_frame_with_its_time(self):
        make_tap("stint0", KERNEL)
        with tempfile.TemporaryDirectory() as folder:
            file = str(pathlib.Path(folder, "host.pcapng"))
            with host("stint0", "--pcap", file):
                self.assertEqual(get("/dl/50000"), pattern(50_000))
            described = command("capinfos", "-M", file).stdout
            self.assertRegex(described, r"File type: +pcapng")
            self.assertRegex(described, r"File encapsulation: +ether")
            self.assertRegex(described, r"Strict time order: +True")
            frames = command("tshark", "-r", file, "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-T", "fields",
                             "-e", "ip.src", "-e", "tcp.len", "-e", "tcp.checksum.status", "-e", "http.request.uri").stdout
            rows = [line.split("\t") for line in frames.splitlines()]
            sent = [row for row in rows if row[0] == DEVICE]
            self.assertGreaterEqual(sum(int(row[1]) for row in sent), 50_000)
            self.assertTrue(all(row[2] == "1" for row in sent), "every checksum is good")
            self.assertTrue(any(row[3] == "/dl/50000" for row in rows if row[0] == KERNEL))


if __name__ == "__main__":
    unittest.main(verbosity=2)
