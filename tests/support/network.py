"""A network for one test: TAPs, stint programs on them, and the kernel as the other host.

SPDX-License-Identifier: Apache-2.0 OR MIT

A test that uses this says `requires: namespaces tap`: what is made here lives in the test's own namespaces and is gone with it.
"""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.request

BUILD = pathlib.Path(os.environ.get("STINT_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build/host"))
STINT = str(BUILD / "bin/stint")
ARTIFACTS = BUILD / "artifacts"
KERNEL = "10.77.0.1"
DEVICE = "10.77.0.2"
PATTERN_PERIOD = 251  # /dl/N: the byte at position i is i modulo 251


def command(*words, timeout=30, check=True, **options):
    """Runs a program to its end; its output is in the result, as text."""
    result = subprocess.run(words, timeout=timeout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if check and result.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
    return result


def wait_until(claim, seconds, what):
    """Waits until claim() is true, and gives what it returned."""
    end = time.monotonic() + seconds
    while True:
        value = claim()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def write_setting(name, value):
    with contextlib.suppress(OSError):
        pathlib.Path("/proc/sys", name).write_text(value)


def make_tap(name, address=None):
    """A TAP that is up, with the kernel at `address` on it."""
    command("ip", "tuntap", "add", "dev", name, "mode", "tap")
    write_setting(f"net/ipv6/conf/{name}/disable_ipv6", "1")
    if address:
        command("ip", "address", "add", f"{address}/24", "dev", name)
    command("ip", "link", "set", name, "up")


@contextlib.contextmanager
def radvd(settings):
    """Advertises what `settings`, a radvd.conf, says."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "radvd.conf")
        file.write_text(settings)
        with subprocess.Popen(["radvd", "--nodaemon", "--config", file, "--pidfile", f"{folder}/pid", "--logmethod", "stderr"],
                              stderr=subprocess.DEVNULL) as process:
            try:
                yield
            finally:
                process.terminate()
                process.wait(10)


class Program:
    """A stint program that runs until the block ends, and then ends well at Ctrl-C."""

    def __init__(self, *words, sign="ready"):
        self.words = words
        self.sign = sign
        self.output = ""

    def __enter__(self):
        self.process = subprocess.Popen([STINT, *self.words], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            self.output += line
            if self.sign in line:
                return self
        raise AssertionError(f"stint {' '.join(self.words)} ended with {self.process.wait()} before it was ready")

    def __exit__(self, kind, *rest):
        if self.process.poll() is None:
            self.process.send_signal(2)
        try:
            self.output += self.process.communicate(timeout=30)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"stint {' '.join(self.words)} does not end at Ctrl-C") from None
        if kind is None and self.process.returncode != 0:
            raise AssertionError(f"stint {' '.join(self.words)} ended with {self.process.returncode}")


def host(tap="stint0", *more):
    """`stint host` on a TAP, at DEVICE."""
    return Program("host", "--tap", tap, "--address", f"{DEVICE}/24", *more)


@contextlib.contextmanager
def relayed(*faults):
    """`stint relay` before the TAP of a host to come: near — relay — far — bridge — stint0. The kernel is on near."""
    make_tap("near", KERNEL)
    for name in ("far", "stint0"):
        make_tap(name)
    command("ip", "link", "add", "bridge0", "type", "bridge")
    write_setting("net/ipv6/conf/bridge0/disable_ipv6", "1")
    for name in ("far", "stint0"):
        command("ip", "link", "set", name, "master", "bridge0")
    command("ip", "link", "set", "bridge0", "up")
    try:
        with Program("relay", "--tap", "near", "--tap", "far", *faults) as relay:
            yield relay
    finally:
        for name in ("near", "far", "stint0", "bridge0"):
            command("ip", "link", "delete", name, check=False)


def wait_for_a_way():
    wait_until(lambda: command("ping", "-c1", "-W1", DEVICE, check=False).returncode == 0, 20, "a way through the relay")


@contextlib.contextmanager
def relayed_host(*faults):
    """`stint host` behind `stint relay`."""
    with relayed(*faults) as relay, host():
        wait_for_a_way()
        yield relay


def url(path, server=DEVICE):
    return f"http://{server}{path}"


def get(path, server=DEVICE, timeout=20):
    with urllib.request.urlopen(url(path, server), timeout=timeout) as answer:
        return answer.read()


def stats(server=DEVICE):
    return json.loads(get("/api/stats", server))


def pattern(length, start=0):
    """The bytes of /dl/… from position `start` on."""
    first = start % PATTERN_PERIOD
    whole = bytes(range(PATTERN_PERIOD)) * (length // PATTERN_PERIOD + 2)
    return whole[first:first + length]


def connect(port, server=DEVICE, timeout=10):
    return socket.create_connection((server, port), timeout=timeout)


def others_are_gone(server=DEVICE):
    """The statistics once no connection is left but the one that asks, or None."""
    now = stats(server)
    return now if len(now["connections"]) == 1 and now["memory"]["half_open"]["in_use"] == 0 else None


def settled(server=DEVICE, seconds=30):
    """Waits until no connection is left but the one that asks; the statistics then."""
    try:
        return wait_until(lambda: others_are_gone(server), seconds, "no connection is left but the one that asks")
    except AssertionError as error:
        now = stats(server)
        raise AssertionError(f"{error}: {now['connections']}, {now['memory']['half_open']}, {now['tcp']}") from None
