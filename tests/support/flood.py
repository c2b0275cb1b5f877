"""Floods of a TAP with made-up frames, and what must go on meanwhile.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
import contextlib
import ctypes
import multiprocessing
import os
import random
import socket
import struct
import threading
import time
import unittest

from network import DEVICE, KERNEL, Program, command, connect, make_tap, settled, stats, write_setting
from transfer import digest_of_pattern, download

TAP = "stint0"
MINIMUM = 60   # bytes of an Ethernet frame without its check sequence
BATCH = 100    # frames in one system call
IGNORE_QUEUE = 20  # PACKET_QDISC_BYPASS
DOWNLOAD = 100_000_000
POOLS = ("buffer_bytes", "connections", "half_open", "held_frames", "descriptors")


def checksum(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def hardware(text):
    return bytes.fromhex(text.replace(":", ""))


def address(number):
    return struct.pack("!I", number)


def ethernet(destination, source, kind, payload):
    return (destination + source + struct.pack("!H", kind) + payload).ljust(MINIMUM, b"\0")


def ipv4(source, protocol, payload, destination=DEVICE):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), random.getrandbits(16), 0, 64, protocol, 0,
                         source, socket.inet_aton(destination))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def with_pseudo_header(source, protocol, payload, offset):
    """The payload with its checksum at `offset`."""
    pseudo = source + socket.inet_aton(DEVICE) + struct.pack("!BBH", 0, protocol, len(payload))
    return payload[:offset] + struct.pack("!H", checksum(pseudo + payload)) + payload[offset + 2:]


def tcp(source, port, flags, acknowledgment=0):
    head = struct.pack("!HHIIBBHHH", random.randrange(1024, 65536), port, random.getrandbits(32), acknowledgment, 5 << 4, flags, 64240, 0, 0)
    return ipv4(source, 6, with_pseudo_header(source, 6, head, 16))


def udp(source, port, payload=b"flood"):
    head = struct.pack("!HHHH", random.randrange(1024, 65536), port, 8 + len(payload), 0)
    return ipv4(source, 17, with_pseudo_header(source, 17, head + payload, 6))


def arp(operation, sender, sender_address, target_address=DEVICE):
    return struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + sender + sender_address + bytes(6) + socket.inet_aton(target_address)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Message(ctypes.Structure):
    """struct mmsghdr."""
    _fields_ = [("name", ctypes.c_void_p), ("name_length", ctypes.c_uint), ("vectors", ctypes.POINTER(Vector)), ("vector_count", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t), ("flags", ctypes.c_int), ("sent", ctypes.c_uint)]


def send_at_rate(tap, frames, rate, stop, result):
    """Sends the frames round and round, `rate` of them each second, until told to stop."""
    with contextlib.suppress(OSError):
        os.nice(-15)  # the rate is kept whatever else runs
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sender.setsockopt(263, IGNORE_QUEUE, 1)  # SOL_PACKET
    sender.bind((tap, 0))
    buffers = [ctypes.create_string_buffer(frame, len(frame)) for frame in frames]
    vectors = (Vector * len(frames))(*[Vector(ctypes.addressof(buffer), len(frame)) for buffer, frame in zip(buffers, frames)])
    messages = (Message * len(frames))()
    for message, vector in zip(messages, vectors):
        message.vectors = ctypes.pointer(vector)
        message.vector_count = 1
    send = ctypes.CDLL(None, use_errno=True).sendmmsg
    begin = time.monotonic()
    sent = tried = 0
    while not stop.is_set():
        ahead = tried / rate - (time.monotonic() - begin)
        if ahead > 0:
            time.sleep(ahead)
        first = tried % len(frames)
        count = min(BATCH, len(frames) - first)
        # What the TAP's full queue refuses is lost, as on any wire that is overrun.
        taken = send(sender.fileno(), ctypes.byref(messages, first * ctypes.sizeof(Message)), count, 0)
        sent += max(taken, 0)
        tried += max(taken, 1)
    sender.close()
    result.put((sent, tried, time.monotonic() - begin))


class Sender:
    """A process that floods until the block ends; it prints and keeps what rate it reached."""

    def __init__(self, frames, rate):
        self.stop = multiprocessing.Event()
        self.result = multiprocessing.Queue()
        self.process = multiprocessing.Process(target=send_at_rate, args=(TAP, frames, rate, self.stop, self.result))

    def __enter__(self):
        self.received_before = stats()["interface"]["frames_received"]
        self.process.start()
        return self

    def __exit__(self, *rest):
        self.stop.set()
        self.sent, self.tried, self.seconds = self.result.get(timeout=10)
        self.process.join(10)
        self.ended_at = time.monotonic()
        self.rate = self.tried / self.seconds

    def describe(self):
        received = stats()["interface"]["frames_received"] - self.received_before
        return (f"{self.rate:,.0f} frames/s for {self.seconds:.1f} s: {self.tried:,} offered, {self.sent:,} taken by the TAP; "
                f"the device received {received:,} frames in all")


class Repeated(threading.Thread):
    """Does something again and again until the block ends; `times` says how long each took."""

    def __init__(self, action, pause):
        super().__init__()
        self.action, self.pause = action, pause
        self.times, self.error = [], None
        self.stop = threading.Event()

    def run(self):
        try:
            while not self.stop.wait(self.pause):
                begin = time.monotonic()
                self.action()
                self.times.append(time.monotonic() - begin)
        except Exception as error:  # told by the test, in its own thread
            self.error = error

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *rest):
        self.stop.set()
        self.join()

    def describe(self):
        ordered = sorted(self.times)
        return f"{len(ordered)}, median {ordered[len(ordered) // 2] * 1000:.1f} ms, longest {ordered[-1] * 1000:.0f} ms" if ordered else "none"


def echo_once(connection):
    connection.sendall(b"still here?")
    answer = b""
    while len(answer) < 11:
        block = connection.recv(11 - len(answer))
        if not block:
            raise AssertionError("the echo connection was closed")
        answer += block
    if answer != b"still here?":
        raise AssertionError(f"the echo connection answered {answer}")


def connect_once():
    with connect(7) as connection:
        echo_once(connection)


class FloodTest(unittest.TestCase):
    """A device behind a TAP, the kernel being its gateway, so that answers to any address leave it."""
    prefix = 24

    def setUp(self):
        # Ports of real connections are not those that nmap invents, 33000 and above.
        write_setting("net/ipv4/ip_local_port_range", "16384 32767")
        make_tap(TAP, KERNEL)
        self.addCleanup(command, "ip", "link", "delete", TAP, check=False)
        self.program = Program("host", "--tap", TAP, "--address", f"{DEVICE}/{self.prefix}", "--gateway", KERNEL)
        self.program.__enter__()
        self.addCleanup(self.program.__exit__, None)
        connect_once()
        self.before = settled()
        self.device = hardware(self.before["interface"]["hardware_address"])

    def busy(self):
        """What of the pools is in use beyond what it was before, by name."""
        now = stats()
        return {name: now["memory"][name]["in_use"] for name in POOLS if now["memory"][name]["in_use"] > self.before["memory"][name]["in_use"]}

    def check_pools_are_back(self, ended_at):
        """S2: one second after the flood nothing of it is left (and a tenth for the question itself)."""
        while self.busy() and time.monotonic() < ended_at + 1.1:
            time.sleep(0.05)
        left = self.busy()
        print(f"  in use {time.monotonic() - ended_at:.2f} s after the flood beyond what it was before: {left or 'nothing'}", flush=True)
        self.assertEqual(left, {})

    def drops(self):
        """The drops since setUp, by reason."""
        before = {drop["reason"]: drop["count"] for drop in self.before["drops"]}
        return {drop["reason"]: drop["count"] - before.get(drop["reason"], 0) for drop in stats()["drops"]}

    def download_during(self, attack, rate="20M", length=DOWNLOAD):
        """While `attack` goes on: a download is byte-exact, a connection goes on, new ones begin. (echoes, connects)"""
        wanted = digest_of_pattern(length)
        with connect(7) as established:
            with attack, Repeated(lambda: echo_once(established), 0.02) as echoes, Repeated(connect_once, 0.1) as connects:
                begin = time.monotonic()
                digest = download(length, 25, "--limit-rate", rate)
                seconds = time.monotonic() - begin
        print(f"\n  {self._testMethodName}\n  {attack.describe()}")
        print(f"  a download of {length / 1e6:.0f} MB in {seconds:.1f} s; echoes: {echoes.describe()}; connects: {connects.describe()}")
        print(f"  drops: {self.drops()}", flush=True)
        self.assertEqual(digest, wanted)
        for repeated in (echoes, connects):
            if repeated.error:
                raise repeated.error
        self.assertIsNone(self.program.process.poll())
        return echoes, connects
