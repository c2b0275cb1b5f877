#!/usr/bin/python3
"""200 downloads at once, every byte checked.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap
# alone: yes
import asyncio
import unittest

from network import DEVICE, KERNEL, host, make_tap, pattern, settled

CLIENTS = 200
LENGTH = 1_000_000


async def download():
    reader, writer = await asyncio.open_connection(DEVICE, 80)
    writer.write(f"GET /dl/{LENGTH} HTTP/1.1\r\nHost: {DEVICE}\r\nConnection: close\r\n\r\n".encode())
    headers = await reader.readuntil(b"\r\n\r\n")
    body = await reader.read(-1)
    writer.close()
    return headers.split(b"\r\n")[0], body


async def download_together():
    return await asyncio.wait_for(asyncio.gather(*(download() for _ in range(CLIENTS))), 90)


class Parallel(unittest.TestCase):
    def test_two_hundred_downloads_at_once_are_all_whole(self):
        make_tap("stint0", KERNEL)
        with host():
            before = settled()
            wanted = pattern(LENGTH)
            for status, body in asyncio.run(download_together()):
                self.assertEqual(status, b"HTTP/1.1 200 OK")
                self.assertEqual(len(body), LENGTH)
                self.assertTrue(body == wanted)
            after = settled()
            self.assertGreaterEqual(after["memory"]["connections"]["high_water"], CLIENTS)
            self.assertLessEqual(after["memory"]["buffer_bytes"]["in_use"], before["memory"]["buffer_bytes"]["in_use"])
            self.assertEqual(after["memory"]["descriptors"]["in_use"], before["memory"]["descriptors"]["in_use"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
