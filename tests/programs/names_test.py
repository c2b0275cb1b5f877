#!/usr/bin/python3
"""Names are asked of dnsmasq over a TAP: by curl, and by getaddrinfo with everything it may be asked.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# requires: namespaces tap command:curl command:dnsmasq
import http.server
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

from network import DEVICE, KERNEL, STINT, command, make_tap, wait_until

ASK = """
import json, socket, sys
answers = []
for host, service, family, flags in json.loads(sys.argv[1]):
    try:
        found = socket.getaddrinfo(host, service, family, socket.SOCK_STREAM, 0, flags)
        answers.append(sorted([entry[4][0], entry[4][1], entry[3]] for entry in found))
    except socket.gaierror as error:
        answers.append(error.errno)
print(json.dumps(answers))
"""

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        body = self.headers["Host"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_tap("stint0", KERNEL)
        cls.server = http.server.ThreadingHTTPServer((KERNEL, 8000), Handler)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.dnsmasq = subprocess.Popen(
            ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--group=root",
             "--pid-file=", "--bind-interfaces", f"--listen-address={KERNEL}", "--except-interface=lo", "--local=/test/",
             f"--host-record=www.test,{KERNEL},fd00::1", f"--host-record=four.test,{KERNEL}", "--cname=alias.test,www.test",
             "--log-facility=-"], stderr=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.end_servers)
        wait_until(lambda: "started" in cls.dnsmasq.stderr.readline(), 30, "dnsmasq serves")

    @classmethod
    def end_servers(cls):
        cls.dnsmasq.terminate()
        cls.dnsmasq.communicate()
        cls.server.shutdown()
        cls.server.server_close()

    def stint_run(self, *words, server=KERNEL, check=True):
        return command(STINT, "run", "--tap", "stint0", "--address", f"{DEVICE}/24", "--dns", server, "--", *words,
                       check=check, timeout=60)

    def ask(self, *questions, server=KERNEL):
        return json.loads(self.stint_run(sys.executable, "-c", ASK, json.dumps(questions), server=server).stdout)

    def test_curl_fetches_by_name(self):
        for name in ("four.test", "www.test", "alias.test"):
            answer = self.stint_run("curl", "--silent", "--show-error", "--max-time", "40", f"http://{name}:8000/")
            self.assertEqual(answer.stdout, f"{name}:8000")

    def test_curl_is_told_that_a_name_is_unknown(self):
        answer = self.stint_run("curl", "--silent", "--show-error", "http://nobody.test:8000/", check=False)
        self.assertEqual(answer.returncode, 6, answer.stderr)

    def test_getaddrinfo_answers_families_services_and_flags(self):
        canonical = socket.AI_CANONNAME
        found = self.ask(["www.test", 80, 0, 0], ["www.test", "http", socket.AF_INET, canonical], ["www.test", 80, socket.AF_INET6, 0],
                         ["localhost", 1, 0, 0], ["www.test", 80, 0, canonical], ["WWW.Test.", 80, socket.AF_INET, 0])
        self.assertEqual(found, [
            [[KERNEL, 80, ""], ["fd00::1", 80, ""]], [[KERNEL, 80, "www.test"]], [["fd00::1", 80, ""]],
            [["127.0.0.1", 1, ""], ["::1", 1, ""]], [[KERNEL, 80, "www.test"], ["fd00::1", 80, ""]], [[KERNEL, 80, ""]]])

    def test_getaddrinfo_maps_addresses_and_leaves_out_families_that_the_host_has_not(self):
        mapped = socket.AI_V4MAPPED
        found = self.ask(["four.test", 80, socket.AF_INET6, mapped], ["www.test", 80, socket.AF_INET6, mapped],
                         ["www.test", 80, socket.AF_INET6, mapped | socket.AI_ALL], ["www.test", 80, 0, socket.AI_ADDRCONFIG],
                         ["www.test", 80, socket.AF_INET6, socket.AI_ADDRCONFIG])
        self.assertEqual(found, [
            [[f"::ffff:{KERNEL}", 80, ""]], [["fd00::1", 80, ""]], [[f"::ffff:{KERNEL}", 80, ""], ["fd00::1", 80, ""]],
            [[KERNEL, 80, ""]], socket.EAI_NONAME])

    def test_what_is_no_name_is_the_c_librarys(self):
        found = self.ask(["10.1.2.3", 5, 0, socket.AI_NUMERICHOST], ["10.1", 5, 0, 0], ["fd00::2", 5, 0, 0], [None, 5, socket.AF_INET, 0],
                         [None, 5, socket.AF_INET, socket.AI_PASSIVE])
        self.assertEqual([[entry[0] for entry in answer] for answer in found],
                         [["10.1.2.3"], ["10.0.0.1"], ["fd00::2"], ["127.0.0.1"], ["0.0.0.0"]])

    def test_getaddrinfo_says_why_there_is_no_answer(self):
        found = self.ask(["nobody.test", 80, 0, 0], ["four.test", 80, socket.AF_INET6, 0], ["www.test", 80, 0, socket.AI_NUMERICHOST],
                         ["www.test", "no-such-service", 0, 0], ["printer.local", 80, 0, 0], ["elsewhere.example", 80, 0, 0])
        self.assertEqual(found[:5], [socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_NONAME, socket.EAI_SERVICE, socket.EAI_NONAME])
        self.assertEqual(found[5], socket.EAI_FAIL)  # dnsmasq has nobody to ask, and refuses

    def test_silence_ends_after_seven_seconds(self):
        begin = time.monotonic()
        self.dnsmasq.send_signal(signal.SIGSTOP)  # the port is open, and nobody answers
        try:
            self.assertEqual(self.ask(["www.test", 80, socket.AF_INET, 0]), [socket.EAI_AGAIN])
        finally:
            self.dnsmasq.send_signal(signal.SIGCONT)
        self.assertGreater(time.monotonic() - begin, 6.9)

if __name__ == "__main__":
    unittest.main(verbosity=2)
