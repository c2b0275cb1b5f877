#!/usr/bin/python3
"""The demo, its page in a browser, and its end.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces command:curl command:chromium
# timeout: 300
import html
import http.server
import re
import threading
import unittest

from browser import document, picture
from network import ARTIFACTS, Program, get, pattern, settled, stats

FRAME = """<!doctype html><body style="margin:0"><iframe id=page src="/" width=360 height=1400 style="border:0"></iframe><script>
setTimeout(() => { const root = page.contentDocument.documentElement;
  document.body.dataset.widths = root.scrollWidth + ' in ' + root.clientWidth + ', ' + root.dataset.updates + ' updates'; }, 4000)
</script>"""


def text_of(markup):
    """What the elements say, without scripts and styles."""
    markup = re.sub(r"(?s)<(script|style|title)\b.*?</\1>", "", markup)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup)))


def number_at(markup, name):
    digits = re.search(rf'id="{name}"[^>]*>([^<]*)<', markup).group(1)
    return int(re.sub(r"\D", "", digits))


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.demo = Program("demo", "--port", "0", sign="Ctrl-C")
        cls.demo.__enter__()
        cls.addClassCleanup(cls.demo.__exit__, None)
        cls.page = re.search(r"http://127\.0\.0\.1:\d+/", cls.demo.output).group(0)
        cls.server = cls.page.removeprefix("http://").removesuffix("/")

    def test_the_page_shows_the_device_live(self):
        get("/dl/3000000", self.server)
        markup = document(self.page)
        text = text_of(markup)
        for said in ("stint 10.0.0.2/24", " live ", "LISTEN", "*:80", "ESTABLISHED", "10.0.0.1", "02:00:00:00:00:02", "Buffers",
                     "Segments received", "sent per second", "67.1"):
            self.assertIn(said, text)
        self.assertNotIn("NaN", text)
        self.assertNotIn("undefined", text)
        updates = int(re.search(r'data-updates="(\d+)"', markup).group(1))
        self.assertGreaterEqual(updates, 3, "the page asks every second")
        self.assertGreaterEqual(number_at(markup, "requests"), updates)
        self.assertGreater(number_at(document(self.page), "requests"), number_at(markup, "requests"))

    def test_the_page_asks_nobody_else(self):
        markup = get("/", self.server).decode()
        self.assertEqual(re.findall(r'(?:src|href)="(https?:)?//', markup), [])
        self.assertIn('name="viewport" content="width=device-width', markup)

    def test_a_picture_of_the_page_is_kept(self):
        picture(self.page, ARTIFACTS / "demo.png", 1200, 1500)

    def test_the_page_fits_a_phone(self):
        server = self.server

        class Phone(http.server.BaseHTTPRequestHandler):
            """The demo's pages beside a frame as wide as a phone, which may look into it."""

            def log_message(self, *_):
                pass

            def do_GET(self):
                if self.path not in ("/frame", "/", "/api/stats"):
                    self.send_error(404)
                    return
                body = FRAME.encode() if self.path == "/frame" else get(self.path, server)
                self.send_response(200)
                self.send_header("Content-Type", "application/json" if "api" in self.path else "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Phone) as phone:
            threading.Thread(target=phone.serve_forever, daemon=True).start()
            frame = f"http://127.0.0.1:{phone.server_port}/frame"
            markup = document(frame, seconds=6)
            picture(frame, ARTIFACTS / "demo-phone.png", 500, 1400, seconds=6)
            phone.shutdown()
        width, room, updates = map(int, re.search(r'data-widths="(\d+) in (\d+), (\d+) updates"', markup).groups())
        self.assertLessEqual(width, room)
        self.assertGreaterEqual(updates, 2)

    def test_stats_tell_what_happened(self):
        before = stats(self.server)
        self.assertEqual(get("/dl/100000", self.server), pattern(100_000))
        after = stats(self.server)
        self.assertGreaterEqual(after["http"]["bytes_sent"] - before["http"]["bytes_sent"], 100_000)
        self.assertGreaterEqual(after["interface"]["bytes_sent"] - before["interface"]["bytes_sent"], 100_000)
        self.assertEqual(after["drops_total"], sum(drop["count"] for drop in after["drops"]))
        self.assertEqual(after["listeners"][0]["local"], "*:80")
        self.assertEqual(settled(self.server)["memory"]["connections"]["in_use"], 1)


class End(unittest.TestCase):
    def test_the_demo_ends_with_a_summary(self):
        with Program("demo", "--port", "0", sign="Ctrl-C") as demo:
            server = re.search(r"http://(127\.0\.0\.1:\d+)/", demo.output).group(1)
            get("/dl/1000", server)
        self.assertIn("1 requests, 1000 bytes sent", demo.output)
        self.assertRegex(demo.output, r"1 of +\d+  connections, refused 0")


if __name__ == "__main__":
    unittest.main(verbosity=2)
