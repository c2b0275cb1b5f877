#!/usr/bin/python3
"""Paho's MQTT client on the device, mosquitto at the other end: messages whole, and not lost with the link.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:dnsmasq command:mosquitto command:mosquitto_pub
# timeout: 300
import contextlib
import pathlib
import queue
import random
import subprocess
import tempfile
import threading
import unittest

from network import KERNEL, command, make_tap, wait_until
from programs import PATIENCE, Device, dhcp_server

CONFIGURATION = f"listener 1883 {KERNEL}\nallow_anonymous true\nuser root\n"


@contextlib.contextmanager
def broker(folder):
    file = pathlib.Path(folder, "mosquitto.conf")
    file.write_text(CONFIGURATION)
    with subprocess.Popen(["mosquitto", "-c", file], stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: ":1883" in command("ss", "-ltn").stdout, PATIENCE, "mosquitto listens")
            yield
        finally:
            process.kill()


class Answers:
    """What is published on reeds/answers, a line each."""

    def __enter__(self):
        self.lines = queue.Queue()
        words = ["stdbuf", "--output=L", "mosquitto_sub", "-h", KERNEL, "-q", "1", "-t", "reeds/answers", "-d"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=lambda: [self.lines.put(line.rstrip("\n")) for line in self.process.stdout], daemon=True).start()
        self.wait_for("Subscribed ")
        return self

    def wait_for(self, beginning):
        """A line that begins so; what comes a second time is passed over, as "at least once" allows."""
        while True:
            line = self.lines.get(timeout=PATIENCE)
            if line.startswith(beginning):
                return line

    def __exit__(self, *exception):
        self.process.kill()
        self.process.communicate()


def ask(question):
    command("mosquitto_pub", "-h", KERNEL, "-q", "1", "-t", "reeds/questions", "-s", input=question, timeout=PATIENCE)


class Mqtt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        for peer in (dhcp_server(), broker(folder.name)):
            peer.__enter__()
            cls.addClassCleanup(peer.__exit__, None, None, None)

    def test_questions_are_answered_and_outlive_a_pulled_cable(self):
        long = random.Random(7).randbytes(100_000).hex()
        with Device("mqtt_ethernet") as device, Answers() as answers:
            device.wait_for("connected")
            for question in ("calidris", long):
                ask(question)
                answers.wait_for(question)
            device.forget()
            device.tell("unplug")
            device.wait_for("lost")
            ask("and now?")
            device.tell("plug")
            device.wait_for("connected")
            answers.wait_for("and now?")


if __name__ == "__main__":
    unittest.main(verbosity=2)
