"""Programs of this folder, on a TAP of the test's own namespace.

SPDX-License-Identifier: Apache-2.0 OR MIT

A test that uses this says `requires: namespaces tap command:dnsmasq`.
"""
import contextlib
import queue
import subprocess
import threading
import time

from network import BUILD, KERNEL, make_tap

DEVICE = "10.77.0.50"
PATIENCE = 90  # seconds: what is waited for comes at once, unless the machine is busy


@contextlib.contextmanager
def dhcp_server(interface="stint0"):
    """Gives DEVICE to whoever asks, and knows the address of reeds.test."""
    words = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", f"--address=/reeds.test/{KERNEL}",
             f"--interface={interface}", "--bind-interfaces", "--no-ping",
             "--leasefile-ro", "--pid-file=", "--user=root", "--log-facility=-", f"--dhcp-range={DEVICE},{DEVICE},1h"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def make_network():
    make_tap("stint0", KERNEL)


class Device:
    """A program that runs until the block ends."""

    def __init__(self, program, folder=None):
        self.words = [str(BUILD / "tests/esp/programs" / program), "stint0"]
        self.folder = folder
        self.lines = []
        self.coming = queue.Queue()

    def __enter__(self):
        self.process = subprocess.Popen(self.words, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()
        return self

    def read(self):
        for line in self.process.stdout:
            self.coming.put(line.rstrip("\n"))
        self.coming.put(None)

    def tell(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def forget(self):
        """What it said until now answers no wait_for() any more."""
        self.lines.clear()

    def wait_for(self, text):
        """Waits for a line that begins with `text`; it may have come already."""
        end = time.monotonic() + PATIENCE
        while not any(line.startswith(text) for line in self.lines):
            try:
                line = self.coming.get(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                raise AssertionError(f"no line {text!r} within {PATIENCE} s, but {self.lines}") from None
            if line is None:
                raise AssertionError(f"it ended with {self.process.wait()} before it said {text!r}: {self.lines}")
            self.lines.append(line)

    def __exit__(self, kind, *rest):
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.words[0]} does not end") from None
        if kind is None and code != 0:
            raise AssertionError(f"{self.words[0]} ended with {code}")
