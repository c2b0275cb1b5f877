#!/usr/bin/python3
"""Echo, discard and chargen over TCP and UDP.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap
import socket
import threading
import unittest

from network import DEVICE, KERNEL, connect, host, make_tap, pattern, settled, stats, wait_until


def datagram_socket():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.settimeout(5)
    return udp


def chargen(length):
    """The lines of RFC 864."""
    lines = [bytes(ord(" ") + (line + column) % 95 for column in range(72)) + b"\r\n" for line in range(95)]
    return (b"".join(lines) * (length // (95 * 74) + 1))[:length]


class Services(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        running = host()
        running.__enter__()
        cls.addClassCleanup(running.__exit__, None)

    def tearDown(self):
        settled()

    def test_echo_gives_back_a_stream_in_order(self):
        sent = pattern(3_000_000)
        received = bytearray()
        with connect(7) as connection:
            writer = threading.Thread(target=lambda: (connection.sendall(sent), connection.shutdown(socket.SHUT_WR)))
            writer.start()
            for block in iter(lambda: connection.recv(65536), b""):
                received += block
            writer.join()
        self.assertTrue(received == sent)

    def test_discard_takes_everything_and_says_nothing(self):
        with connect(9) as connection:
            connection.sendall(bytes(1_000_000))
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(connection.recv(1), b"")

    def test_chargen_sends_its_lines_without_end(self):
        wanted = chargen(1_000_000)
        received = bytearray()
        with connect(19) as connection:
            while len(received) < len(wanted):
                received += connection.recv(len(wanted) - len(received))
        self.assertTrue(received == wanted)

    def test_datagrams_of_every_length_come_back(self):
        with datagram_socket() as udp:
            for length in (0, 1, 2, 500, 1471, 1472):
                udp.sendto(pattern(length), (DEVICE, 7))
                answer, peer = udp.recvfrom(65536)
                self.assertEqual(answer, pattern(length))
                self.assertEqual(peer, (DEVICE, 7))

    def test_a_discarded_datagram_has_no_answer(self):
        before = stats()["udp"]["datagrams_received"]
        with datagram_socket() as udp:
            udp.sendto(b"for nobody", (DEVICE, 9))
            wait_until(lambda: stats()["udp"]["datagrams_received"] > before, 30, "the datagram arrived")
            udp.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                udp.recv(100)

    def test_a_datagram_to_chargen_is_answered_with_characters(self):
        with datagram_socket() as udp:
            udp.sendto(b"please", (DEVICE, 19))
            answer = udp.recv(65536)
            self.assertEqual(answer, chargen(len(answer)))
            self.assertLessEqual(len(answer), 512)

    def test_services_do_not_talk_to_services(self):
        with datagram_socket() as udp:
            udp.bind((KERNEL, 19))
            udp.sendto(b"no loop", (DEVICE, 7))
            udp.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                udp.recv(100)

    def test_a_datagram_to_a_closed_port_is_refused(self):
        with datagram_socket() as udp:
            udp.connect((DEVICE, 4711))
            udp.send(b"anybody?")
            with self.assertRaises(ConnectionRefusedError):
                udp.recv(100)


if __name__ == "__main__":
    unittest.main(verbosity=2)
