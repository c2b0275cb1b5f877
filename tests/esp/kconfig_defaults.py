#!/usr/bin/python3
"""Writes what the defaults of Kconfig files make of sdkconfig.h, and refuses symbols that sources use and no file defines.

SPDX-License-Identifier: Apache-2.0 OR MIT

    kconfig_defaults.py [--preset SYMBOL] HEADER KCONFIG...

Reads the part of the language that our files use: config, choice, int, bool, string, range, default with an if of one symbol.
"""
import pathlib
import re
import sys

CONFIG = re.compile(r"^\s*config (\w+)$")
CHOICE = re.compile(r"^\s*choice (\w+)$")
TYPE = re.compile(r"^\s*(int|bool|string|hex)\b")
DEFAULT = re.compile(r"^\s*default (\"[^\"]*\"|\S+)(?: if (\w+))?$")
RANGE = re.compile(r"^\s*range (\S+) (\S+)$")


def read(path):
    """Symbols in order, as {name: {"type", "defaults", "range"}}, and the default of each choice."""
    symbols, chosen, name, in_choice = {}, set(), None, False
    for line in path.read_text(encoding="utf-8").splitlines():
        if CHOICE.match(line):
            in_choice, name = True, None
        elif match := CONFIG.match(line):
            name = match.group(1)
            symbols[name] = {"type": None, "defaults": [], "range": None}
        elif match := DEFAULT.match(line):
            if name is None and in_choice:
                chosen.add(match.group(1))
            elif name is not None:
                symbols[name]["defaults"].append(match.groups())
        elif name is not None and (match := TYPE.match(line)):
            symbols[name]["type"] = symbols[name]["type"] or match.group(1)
        elif name is not None and (match := RANGE.match(line)):
            symbols[name]["range"] = tuple(int(bound, 0) for bound in match.groups())
        elif line.strip() == "endchoice":
            in_choice, name = False, None
    return symbols, chosen


def value_of(name, symbols, chosen):
    symbol = symbols[name]
    for value, condition in symbol["defaults"]:
        if condition is None or condition in chosen:
            break
    else:
        value = "n" if symbol["type"] == "bool" else None
    if symbol["type"] == "bool":
        return name in chosen or value == "y"
    if value is None:
        sys.exit(f"{name}: no default")
    if symbol["range"] and not symbol["range"][0] <= int(value, 0) <= symbol["range"][1]:
        sys.exit(f"{name}: its default {value} is out of its range")
    return value


def used_symbols(folder):
    for source in sorted([*folder.rglob("*.c"), *folder.rglob("*.h")]):
        for symbol in re.findall(r"\bCONFIG_(ESP_STINT_\w+)", source.read_text(encoding="utf-8")):
            yield source, symbol


def main():
    arguments = sys.argv[1:]
    preset = None
    if arguments[0] == "--preset":
        preset, arguments = arguments[1], arguments[2:]
    header, files = pathlib.Path(arguments[0]), [pathlib.Path(name) for name in arguments[1:]]
    symbols, chosen = {}, set()
    for path in files:
        more, default_choices = read(path)
        symbols.update(more)
        chosen |= {preset} if preset in more else default_choices
    for path in files:
        for source, symbol in used_symbols(path.parent):
            if symbol not in symbols:
                sys.exit(f"{source}: no Kconfig file defines {symbol}")
    lines = ["/* Defaults of Kconfig files. SPDX-License-Identifier: Apache-2.0 OR MIT */", "#pragma once"]
    for name in symbols:
        value = value_of(name, symbols, chosen)
        if value is True:
            lines.append(f"#define CONFIG_{name} 1")
        elif value is not False:
            lines.append(f"#define CONFIG_{name} {value}")
    header.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
