#!/usr/bin/python3
"""How connections begin and end, with the Linux kernel at the other side.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap
import socket
import struct
import time
import unittest

from network import KERNEL, connect, host, make_tap, settled, stats, wait_until


def read_all(connection):
    return b"".join(iter(lambda: connection.recv(65536), b""))


class Connections(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        running = host()
        running.__enter__()
        cls.addClassCleanup(running.__exit__, None)

    def setUp(self):
        self.before = settled()

    def tearDown(self):
        after = settled()
        self.assertLessEqual(after["memory"]["buffer_bytes"]["in_use"], self.before["memory"]["buffer_bytes"]["in_use"])
        self.assertEqual(after["memory"]["descriptors"]["in_use"], self.before["memory"]["descriptors"]["in_use"])

    def test_a_thousand_connections_in_a_row_each_echo(self):
        for number in range(1000):
            with connect(7) as connection:
                text = b"number %d" % number
                connection.sendall(text)
                self.assertEqual(connection.recv(100), text)
        opened = settled()["tcp"]["passive_opens"] - self.before["tcp"]["passive_opens"]
        self.assertGreaterEqual(opened, 1000)

    def test_after_a_half_close_the_other_direction_goes_on(self):
        with connect(7) as connection:
            connection.sendall(b"a" * 100_000)
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(len(read_all(connection)), 100_000)

    def test_a_reset_frees_the_connection_at_once(self):
        for _ in range(20):
            connection = connect(19)  # chargen: the device has data under way
            connection.recv(1000)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        wait_until(lambda: stats()["tcp"]["resets_received"] >= self.before["tcp"]["resets_received"] + 20, 30, "20 resets are counted")
        settled()

    def test_a_client_that_closes_with_unread_data_leaves_nothing(self):
        for _ in range(20):
            with connect(19) as connection:
                connection.recv(1000)

    def test_a_closed_port_refuses_at_once(self):
        begin = time.monotonic()
        for _ in range(10):
            with self.assertRaises(ConnectionRefusedError):
                connect(4711)
        self.assertLess(time.monotonic() - begin, 10)  # ten SYNs that had to be sent again would take longer

    def test_a_connection_that_says_nothing_stays(self):
        with connect(7) as connection:
            time.sleep(3)
            connection.sendall(b"still here")
            self.assertEqual(connection.recv(100), b"still here")


if __name__ == "__main__":
    unittest.main(verbosity=2)
