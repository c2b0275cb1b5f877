"""The firmware of tests/firmware in QEMU on a TAP, with the kernel as its peer; and what every machine must do.

SPDX-License-Identifier: Apache-2.0 OR MIT

A test that uses this says `requires: namespaces tap command:…` and gives its machine to Cases.
"""
import json
import pathlib
import re
import select
import subprocess
import tempfile
import threading
import time

from network import ARTIFACTS, DEVICE, KERNEL, command, connect, make_tap, pattern, relayed, url, wait_for_a_way, write_setting

ROOT = pathlib.Path(__file__).resolve().parents[2]
LENGTH = 4 << 20
SEGMENT = 1448
NOT_FOR_US = "STINT_DROP_ETHERNET_DESTINATION"
TWICE = ("STINT_DROP_TCP_SEQUENCE", "STINT_DROP_TCP_ACK")  # the second: a FIN again, after its connection has ended
PREFIX = "2001:db8:7:"
ADVERTISED = "interface stint0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; prefix 2001:db8:7::/64 { }; };"
HEADLESS = ["-display", "none", "-monitor", "none", "-serial", "stdio"]
TAP = "tap,id=n0,ifname=stint0,script=no,downscript=no"


class Virt:
    """qemu-system-riscv32 -M virt with virtio."""
    preset = "rv32"
    identifier = "5054:ff:fe12:3456"  # of its IPv6 addresses, from QEMU's hardware address
    command = ["qemu-system-riscv32", "-M", "virt", "-bios", "none", "-netdev", TAP, "-device", "virtio-net-device,netdev=n0",
               "-device", "virtio-rng-device"]
    modern = ["-global", "virtio-mmio.force-legacy=false"]


class Mps2:
    """qemu-system-arm -M mps2-an385 with a LAN9118."""
    preset = "cortex-m3"
    identifier = "ff:fe00:355"
    command = ["qemu-system-arm", "-M", "mps2-an385", "-semihosting-config", "enable=on,target=native", "-netdev", TAP,
               "-net", "nic,netdev=n0"]


class Machine:
    """A machine that runs its firmware until the block ends."""

    def __init__(self, kind, *more, program="status"):
        image = ROOT / "build" / kind.preset / "bin" / f"{program}.elf"
        if not image.exists():
            raise AssertionError(f"{image} is missing: cmake --preset {kind.preset} && cmake --build --preset {kind.preset}")
        self.words = [*kind.command, *HEADLESS, *more, "-kernel", image]

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = b""
        end = time.monotonic() + 20
        while b"ready" not in said:
            if not select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]:
                self.__exit__()
                raise AssertionError(f"the firmware is not ready within 20 s; it said {said!r}")
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"{self.words[0]} ended with {self.process.wait()}: {said!r}")
            said += line
        self.said = said.decode()
        return self

    def __exit__(self, *ignored):
        self.process.terminate()
        self.process.communicate(timeout=10)


def drop_reasons():
    """The names of enum stint_drop, in order."""
    text = (ROOT / "components/stint/include/stint/base/drop.h").read_text(encoding="utf-8")
    body = re.sub(r"/\*.*?\*/", "", text.partition("enum stint_drop {")[2].partition("}")[0], flags=re.DOTALL)
    return re.findall(r"STINT_DROP_\w+", body)


def curl(*arguments, seconds=40):
    return command("curl", "--silent", "--show-error", "--fail", "--max-time", str(seconds), *arguments, timeout=seconds + 5).stdout


def stats():
    """The firmware's numbers, its drops by name."""
    numbers = json.loads(curl(url("/api/stats")))
    reasons = drop_reasons()
    numbers["drops"] = {reasons[int(number)]: count for number, count in numbers["drops"].items()}
    return numbers


def kernel(file, group, name):
    """A counter of the kernel: /proc/net/snmp or netstat."""
    lines = [line.split() for line in pathlib.Path("/proc/net", file).read_text().splitlines() if line.startswith(group + ":")]
    return int(lines[1][lines[0].index(name)])


def sent_twice():
    """Segments that the kernel sent again, but for those that open a connection: nobody counts them where they arrive."""
    return kernel("snmp", "Tcp", "RetransSegs") - kernel("netstat", "TcpExt", "TCPSynRetrans")


def got_twice():
    """Segments that the kernel got again."""
    return kernel("netstat", "TcpExt", "TCPDSACKOldSent")


def download(folder):
    curl("--output", folder / "down", url(f"/dl/{LENGTH}"))
    return (folder / "down").read_bytes()


def upload(folder, content):
    (folder / "up").write_bytes(content)
    return json.loads(curl("--header", "Expect:", "--upload-file", folder / "up", url("/up")))


def echo(content):
    """What the echo service gives back."""
    back = bytearray()
    with connect(7, timeout=30) as stream:
        sender = threading.Thread(target=lambda: stream.sendall(content))
        sender.start()
        while len(back) < len(content):
            piece = stream.recv(1 << 16)
            if not piece:
                break
            back += piece
        sender.join()
    return bytes(back)


def drops_of(numbers):
    """(segments that came twice, all other drops but those of frames for others)"""
    drops = {reason: count for reason, count in numbers["drops"].items() if reason != NOT_FOR_US}
    return sum(drops.pop(reason, 0) for reason in TWICE), drops


def transfer_exactly(test, folder):
    """4 MiB each way: exact, and no frame was lost or refused: on a busy machine a timer may send one twice, but then it came
    twice. The numbers before, between and after."""
    got_before = got_twice()
    numbers = [stats()]
    sent_before = sent_twice()
    test.assertEqual(download(folder), pattern(LENGTH))
    numbers.append(stats())
    test.assertEqual(upload(folder, pattern(LENGTH)), {"bytes": LENGTH, "exact": True})
    sent = sent_twice() - sent_before  # before the request for the last numbers, which may itself be sent twice
    numbers.append(stats())
    got = got_twice() - got_before
    before, after = numbers[0], numbers[-1]
    (duplicates_before, drops_before), (duplicates, drops) = drops_of(before), drops_of(after)
    test.assertEqual(drops, drops_before)
    test.assertEqual(after["device_drops"], 0)
    test.assertLessEqual(sent, duplicates - duplicates_before)
    test.assertLessEqual(after["tcp"]["segments_retransmitted"] - before["tcp"]["segments_retransmitted"], got)
    return numbers


class Cases:
    """What the firmware does on every machine; `machine` is one of the classes above."""
    machine = None

    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.folder = pathlib.Path(self.place.name)

    def on_tap(self, *more, program="status"):
        """The machine with the kernel on its TAP."""
        make_tap("stint0", KERNEL)
        self.addCleanup(command, "ip", "link", "delete", "stint0")
        return Machine(self.machine, *more, program=program)

    def report(self, **numbers):
        ARTIFACTS.mkdir(exist_ok=True)
        text = json.dumps(numbers)
        (ARTIFACTS / f"firmware-{self.machine.__name__.lower()}-{self.id().rpartition('_')[2]}.json").write_text(text + "\n")
        print(f"{self.machine.__name__}: {text}")

    def test_curl_gets_the_status_page_and_ping_an_answer(self):
        with self.on_tap():
            command("ping", "-c2", "-i0.2", "-W2", DEVICE)
            self.assertIn("<h1>stint on ", curl(url("/")))
            missing = command("curl", "--silent", "--output", "-", "--write-out", "%{http_code}", url("/nothing")).stdout
            self.assertEqual(missing, "404")

    def test_four_mebibytes_each_way_are_exact_and_no_frame_is_lost(self):
        with self.on_tap():
            after = transfer_exactly(self, self.folder)[-1]
            memory = after["memory"]
            self.report(memory=memory, drops=after["drops"], device_full=after["frames"]["device_full"])
            self.assertLess(memory["stack_high_water"], memory["stack"] * 3 // 4)
            self.assertLess(memory["static"], 24 << 10)

    def test_a_wrong_byte_of_an_upload_is_seen(self):
        wrong = bytearray(pattern(100_000))
        wrong[77_777] ^= 1
        with self.on_tap():
            self.assertEqual(upload(self.folder, bytes(wrong)), {"bytes": 100_000, "exact": False})

    def test_an_echo_survives_loss_and_reordering(self):
        content = pattern(150_000)
        with relayed("--loss", "2%", "--reorder", "2%", "--seed", "5") as relay, Machine(self.machine):
            wait_for_a_way()
            self.assertEqual(echo(content), content)
            self.assertGreater(stats()["tcp"]["segments_retransmitted"], 0)
        lost = [int(count) for count in re.findall(r"delivered, (\d+) lost", relay.output)]
        self.assertGreater(sum(lost), 2)

    def test_an_address_comes_from_dhcp_and_a_name_from_dns(self):
        machine = self.on_tap(program="small")
        words = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--interface=stint0", "--bind-interfaces", "--no-ping",
                 "--no-resolv", "--no-hosts", f"--host-record=peer.test,{KERNEL}", f"--dhcp-range={DEVICE},{DEVICE},60",
                 f"--dhcp-leasefile={self.folder}/leases", f"--pid-file={self.folder}/pid", "--user=root", "--log-facility=-"]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                with machine:
                    self.assertEqual(machine.said.strip(), f"ready {DEVICE}, peer.test is {KERNEL}")
                    memory = transfer_exactly(self, self.folder)[-1]["memory"]
            finally:
                server.terminate()
        self.report(memory=memory)
        self.assertLess(memory["static"], 24 << 10)
        self.assertLess(memory["stack_high_water"], memory["stack"] * 3 // 4)

    def test_addresses_come_from_a_router_while_pages_are_served(self):
        machine = self.on_tap(program="dual")
        for name, value in (("conf/stint0/disable_ipv6", "0"), ("conf/all/forwarding", "1"), ("conf/stint0/accept_dad", "0")):
            write_setting(f"net/ipv6/{name}", value)
        command("ip", "address", "add", f"{PREFIX}:1/64", "dev", "stint0", "nodad")
        (self.folder / "radvd.conf").write_text(ADVERTISED)
        words = ["radvd", "--nodaemon", "--config", self.folder / "radvd.conf", "--pidfile", self.folder / "pid", "--logmethod", "stderr"]
        with subprocess.Popen(words, stderr=subprocess.DEVNULL) as router:
            try:
                with machine:
                    address = f"{PREFIX}:{self.machine.identifier}"
                    command("ping", "-6", "-c2", "-i0.2", "-W2", address)
                    self.assertIn("<h1>stint on ", curl(url("/")))
            finally:
                router.terminate()

    def test_what_a_segment_costs_in_instructions(self):
        with self.on_tap("-icount", "shift=0"):
            counts = [now["instructions"] for now in transfer_exactly(self, self.folder)]
        sent, received = (round((end - begin) * SEGMENT / LENGTH) for begin, end in zip(counts, counts[1:]))
        self.report(instructions_per_segment={"sent": sent, "received": received})
        self.assertLess(max(sent, received), 1_000_000)  # a wake-up for each byte would be several millions, on any machine
