#!/usr/bin/python3
"""Each check of tools/ passes on a small sound tree and fails on the same tree with one thing planted.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
HEAD = "/* A module that was made to be checked.\n * SPDX-License-Identifier: Apache-2.0 OR MIT\n */\n"
HEADER = HEAD + """#ifndef STINT_BASE_SOUND_H
#define STINT_BASE_SOUND_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

uint8_t stint_sound(uint8_t value);

#ifdef __cplusplus
}
#endif

#endif
"""
SOURCE = HEAD + """#include "stint/base/sound.h"

static const char *const names[] = {"even", "odd"};

uint8_t stint_sound(uint8_t value)
{
    return (uint8_t)names[value % 2u][0];
}
"""
BASE_HEADER = "components/stint/include/stint/base/sound.h"
BASE_SOURCE = "components/stint/src/base/sound.c"


class Planted(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="stint-checks-"))
        self.addCleanup(shutil.rmtree, self.root)
        subprocess.run(["git", "init", "--quiet", self.root], check=True)
        for name in (".clang-format", ".clang-tidy"):
            shutil.copy(PROJECT / name, self.root)
        self.plant(BASE_HEADER, HEADER)
        self.plant(BASE_SOURCE, SOURCE)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def plant_include(self, name, included):
        self.plant(name, HEAD + f"#include {included}\n")

    def run_tool(self, tool, *arguments):
        return subprocess.run([PROJECT / "tools" / tool, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True, check=False)

    def assert_passes(self, tool, *arguments):
        run = self.run_tool(tool, *arguments)
        self.assertEqual(0, run.returncode, run.stdout)

    def assert_refuses(self, expected, tool, *arguments):
        run = self.run_tool(tool, *arguments)
        self.assertNotEqual(0, run.returncode, run.stdout)
        self.assertIn(expected, run.stdout)


class Layers(Planted):
    def test_a_sound_tree_passes(self):
        self.plant_include("components/stint/src/stack/poll.c", '"stint/base/sound.h"')
        self.plant_include("components/stint_sockets/src/wait_posix.c", "<pthread.h>")
        self.plant("components/stint/src/wire/words.c", HEAD + "/* errno, sockaddr */\nint word; // htons\n")
        self.assert_passes("check-layers", self.root)

    def assert_include_is_refused(self, name, included, expected):
        self.plant_include(name, included)
        self.assert_refuses(f"{name}:4: {expected}", "check-layers", self.root)

    def test_a_layer_includes_no_layer_above_it(self):
        self.assert_include_is_refused("components/stint/src/base/up.c", '"stint/wire/udp.h"', "base does not include wire")

    def test_siblings_do_not_include_each_other(self):
        self.assert_include_is_refused(
            "components/stint/include/stint/socket/side.h", '"stint/iface/routes.h"', "socket does not include iface")

    def test_the_core_includes_by_layer_and_module(self):
        self.assert_include_is_refused("components/stint/src/base/near.c", '"sound.h"', '"sound.h" is not of the form')

    def test_sources_of_a_layer_share_a_header_beside_them(self):
        self.plant("components/stint/src/base/shared_internal.h", HEAD)
        self.plant_include("components/stint/src/base/near.c", '"shared_internal.h"')
        self.assert_passes("check-layers", self.root)
        self.assert_include_is_refused("components/stint/src/wire/far.c", '"shared_internal.h"', '"shared_internal.h" is not of')

    def test_the_core_includes_no_header_of_an_operating_system(self):
        self.assert_include_is_refused("components/stint/src/base/clock.c", "<time.h>", "the core does not include <time.h>")

    def test_the_core_includes_no_stdio(self):
        self.assert_include_is_refused("components/stint/src/base/print.c", "<stdio.h>", "the core does not include")

    def test_nothing_includes_through_a_parent_folder(self):
        self.assert_include_is_refused("ports/linux/src/near.c", '"../private.h"', '"../private.h" leaves its folder')

    def test_nothing_includes_a_source_file(self):
        self.assert_include_is_refused("apps/whole.c", '"part.c"', '"part.c" is a source file')

    def test_sockets_name_an_operating_system_in_wait_files_only(self):
        self.assert_include_is_refused("components/stint_sockets/src/sockets.c", "<sys/socket.h>", "only wait_*.c names")

    def test_the_core_does_not_know_posix_names(self):
        self.plant("components/stint/src/wire/names.c", HEAD + "struct sockaddr_in;\n")
        self.assert_refuses("names.c:4: the core does not know sockaddr_in", "check-layers", self.root)

    def test_a_file_outside_every_layer_is_refused(self):
        self.plant("components/stint/src/helpers/odd.c", HEAD)
        self.assert_refuses("odd.c:1: is in no layer", "check-layers", self.root)

    def test_a_component_holds_no_symbolic_link(self):
        (self.root / "components/stint/linked").symlink_to(self.root)
        self.assert_refuses("is a symbolic link", "check-layers", self.root)

    def test_an_empty_tree_is_no_pass(self):
        shutil.rmtree(self.root / "components")
        self.assert_refuses("0 files", "check-layers", self.root)


class Words(Planted):
    def test_a_sound_tree_passes(self):
        self.plant("docs/page.md", "See http://example.net/work/ and tests/work/one.\n")
        self.assert_passes("check-words", self.root)

    def test_a_path_of_a_machine_is_refused(self):
        self.plant("docs/page.md", "Look into /" + "work/notes.\n")
        self.assert_refuses("docs/page.md:1: names a place", "check-words", self.root)

    def test_a_file_without_licence_is_refused(self):
        self.plant(BASE_SOURCE, "/* Purpose. */\n")
        self.assert_refuses("lacks its licence", "check-words", self.root)

    def test_a_file_without_purpose_is_refused(self):
        self.plant(BASE_SOURCE, "#include <stdint.h>\n")
        self.assert_refuses("does not open with a comment", "check-words", self.root)

    def test_a_file_nobody_can_read_is_refused(self):
        self.plant(BASE_SOURCE, HEAD + "\n" * 400)
        self.assert_refuses("has 403 lines", "check-words", self.root)

    def test_a_function_longer_than_a_screen_is_refused(self):
        self.plant(BASE_SOURCE, SOURCE.replace("    return", "    value++;\n" * 60 + "    return"))
        self.assert_refuses("sound.c:8: begins a function of 61 lines", "check-words", self.root)

    def test_a_switch_that_names_many_values_is_no_long_function(self):
        cases = "".join(f"    case {n}:\n        return {n};\n" for n in range(100))
        self.plant(BASE_SOURCE, SOURCE.replace("    return", f"    switch (value) {{\n{cases}    }}\n    return"))
        self.assert_passes("check-words", self.root)


class Format(Planted):
    def test_a_sound_tree_passes(self):
        self.assert_passes("check-format", self.root)

    def test_a_file_laid_out_otherwise_is_refused_until_it_is_fixed(self):
        self.plant(BASE_SOURCE, SOURCE.replace("    return", "  return"))
        self.assert_refuses("sound.c", "check-format", self.root)
        self.assert_passes("check-format", "--fix", self.root)
        self.assertEqual(SOURCE, (self.root / BASE_SOURCE).read_text(encoding="utf-8"))


class Headers(Planted):
    def test_a_sound_tree_passes(self):
        self.assert_passes("check-headers", self.root)

    def assert_line_is_refused(self, line, expected):
        self.plant(BASE_HEADER, HEADER.replace("uint8_t stint_sound", line + "\nuint8_t stint_sound"))
        self.assert_refuses(expected, "check-headers", self.root)

    def test_a_header_that_needs_another_first_is_refused(self):
        self.assert_line_is_refused("size_t stint_count(void);", "does not compile alone: gcc -xc -std=c11")

    def test_a_header_that_is_not_c23_is_refused(self):
        self.assert_line_is_refused("static inline int stint_old(value) int value; { return value; }", "gcc -xc -std=c2x")

    def test_a_header_that_is_not_cpp_is_refused(self):
        self.assert_line_is_refused("int stint_class(int class);", "g++ -xc++ -std=c++17")

    def test_a_header_that_warns_is_refused(self):
        self.assert_line_is_refused("static inline uint8_t stint_low(unsigned v) { return v; }", "[-Werror=conversion]")

    def test_a_header_without_guard_is_refused(self):
        self.plant(BASE_HEADER, HEAD + "struct stint_sound { int value; };\n")
        self.assert_refuses("redefinition", "check-headers", self.root)


class Tidy(Planted):
    def tidy(self, source):
        self.plant(BASE_SOURCE, source)
        path = str(self.root / BASE_SOURCE)
        entry = {"directory": str(self.root), "file": path,
                 "command": f"gcc -std=c11 -Icomponents/stint/include -c {path}"}
        self.plant("compile_commands.json", json.dumps([entry], indent=2))
        return "check-tidy", self.root, self.root

    def test_a_sound_tree_passes(self):
        self.assert_passes(*self.tidy(SOURCE))

    def test_a_null_pointer_that_is_followed_is_refused(self):
        self.assert_refuses("clang-analyzer-core.NullDereference",
                            *self.tidy(SOURCE.replace("    return", "    const char *gone = 0;\n    return (uint8_t)*gone +")))

    def test_a_condition_without_braces_is_refused(self):
        self.assert_refuses("readability-braces-around-statements",
                            *self.tidy(SOURCE.replace("    return", "    if (value > 1)\n        value = 1;\n    return")))

    def test_a_function_of_many_nested_decisions_is_refused(self):
        nest = "    if (value > 1) {\n" * 8 + "value++;" + "}" * 8
        self.assert_refuses("readability-function-cognitive-complexity", *self.tidy(SOURCE.replace("    return", nest + "    return")))


class Symbols(Planted):
    def library(self, source):
        self.plant(BASE_SOURCE, source)
        library = self.root / "libstint.a"
        built = self.root / "sound.o"
        subprocess.run(["gcc", "-std=gnu11", "-O2", "-fPIC", f"-I{self.root}/components/stint/include", "-c", "-o", built,
                        self.root / BASE_SOURCE], check=True)
        subprocess.run(["ar", "rc", library, built], check=True)
        return library

    def test_a_sound_library_passes(self):
        self.assert_passes("check-symbols", self.library(SOURCE))

    def assert_addition_is_refused(self, addition, expected):
        self.assert_refuses(expected, "check-symbols", self.library(SOURCE + addition))

    def test_the_heap_is_refused(self):
        self.assert_addition_is_refused("#include <stdlib.h>\nvoid *stint_get(void) { return malloc(4); }\n",
                                        "uses malloc (the heap)")

    def test_a_clock_is_refused(self):
        self.assert_addition_is_refused("#include <time.h>\nlong stint_now(void) { return time(NULL); }\n",
                                        "uses time (a clock)")

    def test_other_functions_of_the_c_library_are_refused(self):
        self.assert_addition_is_refused("#include <stdio.h>\nvoid stint_say(void) { puts(\"x\"); }\n", "uses puts")

    def test_an_initialised_global_is_refused(self):
        self.assert_addition_is_refused("int stint_level = 3;\n", "stint_level is writable data of 4 bytes")

    def test_a_zeroed_static_is_refused(self):
        self.assert_addition_is_refused("int stint_count(void) { static int seen; return ++seen; }\n", "is writable data")

    def test_a_thread_local_is_refused(self):
        self.assert_addition_is_refused("_Thread_local int stint_mine;\n", "stint_mine is writable data")

    def test_an_empty_library_is_no_pass(self):
        library = self.root / "empty.a"
        subprocess.run(["ar", "rc", library], check=True)
        self.assert_refuses("0 symbols", "check-symbols", library)


class Requirements(unittest.TestCase):
    """A test that cannot run is an error under CI and a skip elsewhere."""

    def run_with(self, ci, *arguments):
        environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", **({"CI": "true"} if ci else {})}
        return subprocess.run([PROJECT / "tests/support/with-requirements", *arguments], env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, check=False)

    def test_a_missing_program_is_a_named_skip(self):
        run = self.run_with(False, "command:no-such-program", "--", "true")
        self.assertEqual((77, "skipped: this test needs the program no-such-program\n"), (run.returncode, run.stdout))

    def test_a_missing_program_is_an_error_under_ci(self):
        self.assertEqual(1, self.run_with(True, "command:no-such-program", "--", "true").returncode)

    def test_a_skip_of_the_test_itself_is_an_error_under_ci(self):
        self.assertEqual(77, self.run_with(False, "command:sh", "--", "sh", "-c", "exit 77").returncode)
        self.assertEqual(1, self.run_with(True, "command:sh", "--", "sh", "-c", "exit 77").returncode)

    def test_the_status_of_the_test_is_kept(self):
        self.assertEqual(0, self.run_with(False, "command:sh", "--", "true").returncode)
        self.assertEqual(3, self.run_with(False, "command:sh", "--", "sh", "-c", "exit 3").returncode)


if __name__ == "__main__":
    unittest.main()
