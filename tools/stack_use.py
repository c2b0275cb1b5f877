"""How much stack the functions of some RISC-V objects use, alone and with all that they call, read from their disassembly.

SPDX-License-Identifier: Apache-2.0 OR MIT

A function whose address is taken is called by whoever calls through a pointer, somewhere below the one that took it. A device's
own functions, interrupts and the C library are not counted.
"""
import re
import subprocess

LABEL = re.compile(r"^[0-9a-f]+ <([^.>][^>]*)>:")
FRAME = re.compile(r"\tadd\s+sp,sp,-(\d+)")
CALL = re.compile(r"R_RISCV_(?:CALL|CALL_PLT|JAL|RVC_JUMP)\s+(?:\.text\.)?([A-Za-z_]\w*)")
ADDRESS = re.compile(r"R_RISCV_(?:HI20|PCREL_HI20)\s+(?:\.text\.)?([A-Za-z_]\w*)")
THROUGH_POINTER = re.compile(r"\t(?:jalr|jr)\s+(?!ra\b|t0\b)\w+")
SAVE = re.compile(r"__riscv_save_(\d+)")


class Function:
    def __init__(self, module, name):
        self.module, self.name = module, name
        self.frame, self.calls, self.taken, self.through_pointer = 0, set(), set(), False


def saved(registers):
    """Bytes that __riscv_save_N takes: ra and s0 to s(N-1), in 16s."""
    return (4 * (int(registers) + 1) + 15) // 16 * 16


def read(objdump, objects):
    """{(module, function): Function}; `objects` are pairs of a module's name and its path."""
    functions = {}
    for module, path in objects:
        listing = subprocess.run([objdump, "-dr", "--no-show-raw-insn", str(path)], check=True, stdout=subprocess.PIPE,
                                 universal_newlines=True).stdout
        function = None
        for line in listing.splitlines():
            label, frame, call, address = (pattern.search(line) for pattern in (LABEL, FRAME, CALL, ADDRESS))
            if label:
                function = functions.setdefault((module, label[1]), Function(module, label[1]))
            elif frame:
                function.frame += int(frame[1])
            elif call and SAVE.fullmatch(call[1]):
                function.frame += saved(SAVE.fullmatch(call[1])[1])
            elif call:
                function.calls.add(call[1])
            elif address:
                function.taken.add(address[1])
            elif THROUGH_POINTER.search(line):
                function.through_pointer = True
    return functions


class Stack:
    """The deepest paths; a function that is under way already (recursion) is not entered again."""

    def __init__(self, functions):
        self.functions = functions
        self.globals = {name: function for (_, name), function in functions.items()}
        self.known = {}

    def find(self, module, name):
        return self.functions.get((module, name)) or self.globals.get(name)

    def below(self, function, names, under_way):
        found = (self.find(function.module, name) for name in sorted(names))
        return [callee for callee in found if callee is not None and callee not in under_way]

    def way_to_pointer(self, function, under_way=()):
        """The path to the deepest call through a pointer, or None."""
        ways = [self.way_to_pointer(callee, (*under_way, function)) for callee in self.below(function, function.calls, under_way)]
        ways = [way for way in ways if way is not None] + ([[]] if function.through_pointer else [])
        return [function, *max(ways, key=bytes_of)] if ways else None

    def deepest(self, function, under_way=()):
        if function in self.known:
            return self.known[function]
        inside = (*under_way, function)
        paths = [[]] + [self.deepest(callee, inside) for callee in self.below(function, function.calls, inside)]
        for target in self.below(function, function.taken, inside):
            ways = [self.way_to_pointer(callee) for callee in self.below(function, function.calls, inside)]
            way = max((way for way in ways if way is not None), key=bytes_of, default=[])
            paths.append(way + self.deepest(target, inside))
        self.known[function] = [function, *max(paths, key=bytes_of)]
        return self.known[function]


def bytes_of(path):
    return sum(function.frame for function in path)


def report(objdump, objects, largest):
    """{"largest_frames": …, "deepest": …, "poll": …}"""
    functions = read(objdump, objects)
    stack = Stack(functions)
    frames = sorted(functions.values(), key=lambda function: -function.frame)[:largest]
    deepest = max((stack.deepest(function) for function in functions.values()), key=bytes_of)

    def described(path):
        return {"bytes": bytes_of(path), "path": [f"{function.name} {function.frame}" for function in path]}

    poll = stack.find("stack/poll", "stint_stack_poll")
    return {"largest_frames": [{"function": function.name, "module": function.module, "bytes": function.frame} for function in frames],
            "deepest": described(deepest), "poll": described(stack.deepest(poll)) if poll else None}
