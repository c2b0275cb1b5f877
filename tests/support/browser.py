"""A headless Chromium that looks at a page.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
import subprocess
import tempfile

FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars").split()


def chromium(page, *words, seconds=5):
    """Lets the page live for so many virtual seconds, in which its timers run; what Chromium prints then."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        result = subprocess.run(["chromium", *FLAGS, f"--user-data-dir={profile}", f"--virtual-time-budget={seconds * 1000}", *words, page],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=90, check=False)
    if result.returncode != 0:
        raise AssertionError(f"chromium ended with {result.returncode}: {result.stderr}")
    return result.stdout


def document(page, **options):
    """The document as it is after a while."""
    return chromium(page, "--dump-dom", **options)


def picture(page, file, width, height, **options):
    """Leaves a screenshot in `file`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    chromium(page, f"--window-size={width},{height}", f"--screenshot={file}", **options)
    if not file.read_bytes().startswith(b"\x89PNG"):
        raise AssertionError(f"{file} is no picture")
