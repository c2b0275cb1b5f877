#!/usr/bin/python3
"""Hundreds of downloads at once, every byte checked.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap
# alone: yes
import asyncio
import unittest

from network import DEVICE, KERNEL, host, make_tap, pattern, settled

LENGTH = 1_000_000
FULL_BUFFER = 256 * 1024  # to which a connection's may grow, of this host


async def download():
    reader, writer = await asyncio.open_connection(DEVICE, 80)
    writer.write(f"GET /dl/{LENGTH} HTTP/1.1\r\nHost: {DEVICE}\r\nConnection: close\r\n\r\n".encode())
    headers = await reader.readuntil(b"\r\n\r\n")
    body = await reader.read(-1)
    writer.close()
    return headers.split(b"\r\n")[0], body


async def download_together(clients):
    return await asyncio.wait_for(asyncio.gather(*(download() for _ in range(clients))), 90)


class Parallel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)

    def check_downloads(self, clients):
        """All are whole, and nothing is left of them; the statistics then."""
        with host():
            before = settled()["memory"]
            wanted = pattern(LENGTH)
            for status, body in asyncio.run(download_together(clients)):
                self.assertEqual(status, b"HTTP/1.1 200 OK")
                self.assertEqual(len(body), LENGTH)
                self.assertTrue(body == wanted)
            after = settled()
            self.assertGreaterEqual(after["memory"]["connections"]["high_water"], clients)
            self.assertLessEqual(after["memory"]["buffer_bytes"]["in_use"], before["buffer_bytes"]["in_use"])
            self.assertEqual(after["memory"]["descriptors"]["in_use"], before["descriptors"]["in_use"])
            return after

    def test_two_hundred_downloads_at_once_are_all_whole(self):
        self.check_downloads(200)

    def test_more_downloads_than_full_buffers_fit_share_the_memory(self):
        clients = 500
        buffers = self.check_downloads(clients)["memory"]["buffer_bytes"]
        self.assertGreater(clients * FULL_BUFFER, buffers["limit"])
        self.assertLess(buffers["high_water"], buffers["limit"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
