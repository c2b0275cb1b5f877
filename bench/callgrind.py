"""Counts instructions of a program within one of its functions, by valgrind's callgrind.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
import collections
import pathlib
import re
import subprocess
import tempfile

NAME = re.compile(r"\((\d+)\)(?: (.*))?")


def count(command, within):
    """Instructions of `command` while it is within the function `within`: {(object's file name, function): instructions}."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "callgrind.out"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", "--compress-pos=no",
                        f"--toggle-collect={within}", *map(str, command)],
                       check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return parse(output.read_text(encoding="utf-8"))


def parse(text):
    names = {"ob": {}, "fn": {}}
    counts = collections.Counter()
    here = {"ob": "", "fn": ""}
    is_call = False
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and key in ("ob", "cob", "fn", "cfn"):
            kind = key[-2:]
            number, name = NAME.match(value).groups()
            if name:
                names[kind][number] = name
            if not key.startswith("c"):
                here[kind] = names[kind][number]
        elif key == "calls":
            is_call = True  # the next line is the cost of what was called, counted there
        elif re.match(r"[0-9+*-]", line):
            if not is_call:
                counts[pathlib.Path(here["ob"]).name, here["fn"]] += int(line.split()[1])
            is_call = False
    return counts


def outside_libc(counts):
    return sum(number for (file, _), number in counts.items() if not file.startswith(("libc.", "libc-", "ld-")))
