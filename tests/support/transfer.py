"""Large transfers in both directions between the kernel and stint, byte-exact.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
import hashlib
import subprocess

from network import get, pattern, settled, url

LENGTH = 100_000_000


def digest_of_pattern(length):
    digest = hashlib.sha256()
    block = 251 * 4000
    for start in range(0, length, block):
        digest.update(pattern(min(block, length - start)))
    return digest.hexdigest()


def download(length, seconds, *options):
    """What stint sends: the digest of /dl/<length>. The options are curl's."""
    digest = hashlib.sha256()
    received = 0
    with subprocess.Popen(["curl", "--silent", "--show-error", "--fail", "--max-time", str(seconds), *options, url(f"/dl/{length}")],
                          stdout=subprocess.PIPE) as curl:
        for block in iter(lambda: curl.stdout.read(1 << 16), b""):
            digest.update(block)
            received += len(block)
    if curl.returncode != 0 or received != length:
        raise AssertionError(f"curl ended with {curl.returncode} after {received} of {length} bytes")
    return digest.hexdigest()


def upload(length, seconds):
    """What stint receives: the digest that /up answers for the same bytes."""
    with subprocess.Popen(["curl", "--silent", "--show-error", "--fail", "--max-time", str(seconds), "-H", "Expect:", "-T", "-", url("/up")],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False) as curl:
        block = 251 * 4000
        for start in range(0, length, block):
            curl.stdin.write(pattern(min(block, length - start)))
        curl.stdin.close()
        answer = curl.stdout.read().decode().strip()
    if curl.returncode != 0:
        raise AssertionError(f"curl ended with {curl.returncode}")
    return answer


def check_both_ways(test, seconds):
    """100 MB each way with the same digests, after which nothing is left behind."""
    test.assertEqual(get("/dl/1000"), pattern(1000))
    before = settled()["memory"]["buffer_bytes"]["in_use"]
    wanted = digest_of_pattern(LENGTH)
    test.assertEqual(download(LENGTH, seconds), wanted)
    test.assertEqual(upload(LENGTH, seconds), wanted)
    after = settled()
    test.assertLessEqual(after["memory"]["buffer_bytes"]["in_use"], before)
    return after
