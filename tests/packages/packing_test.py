#!/usr/bin/python3
"""Each component, packed as for the registry into an empty folder, is complete there; what is missing is seen.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
# timeout: 600
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import packing
from packing import COMPONENTS, PROJECT

KCONFIG_DEFAULTS = PROJECT / "tests/esp/kconfig_defaults.py"
COMPILER = ["cc", "-std=c17", "-Wall", "-Wextra", "-Werror"]


def program_of(readme):
    return re.search(r"```c\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL).group(1)


class Packed(unittest.TestCase):
    """A folder with every component, packed."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.packed = self.folder / "packed"
        for name in COMPONENTS:
            packing.pack(PROJECT / "components" / name, self.packed / name)

    def build(self, *targets):
        """Compiles packed components as ESP-IDF would; a completed process."""
        kconfig = sorted(self.packed.glob("*/Kconfig"))
        written = subprocess.run([KCONFIG_DEFAULTS, self.folder / "sdkconfig_components.h", *kconfig],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if written.returncode != 0:
            return written
        built = self.folder / "build"
        configure = ["cmake", "-G", "Ninja", "-S", PROJECT / "tests/packages/idf", "-B", built, f"-DPACKED={self.packed}",
                     f"-DSOURCE={PROJECT}", f"-DSDKCONFIG={self.folder}", "--log-level=ERROR"]
        configured = subprocess.run(configure, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if configured.returncode != 0:
            return configured
        build = ["cmake", "--build", built, "--parallel", str(os.cpu_count()), "--target", *targets]
        return subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def include_options(self, *names):
        return [f"-I{self.packed / name / 'include'}" for name in names]


class Packing(Packed):
    def test_each_is_complete(self):
        self.assertEqual(list(packing.all_lacks(self.packed)), [])

    def test_each_compiles_where_it_was_unpacked(self):
        result = self.build(*COMPONENTS)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_the_programs_of_the_stack_and_of_its_sockets_say_hello(self):
        for name in ("stint", "stint_sockets"):
            sources = [*self.packed.glob("stint/src/*/*.c"), *self.packed.glob("stint_sockets/src/*.c")]
            sources = [source for source in sources if source.name != "wait_freertos.c"]
            (self.folder / "program.c").write_text(program_of(self.packed / name / "README.md"), encoding="utf-8")
            subprocess.run([*COMPILER, *self.include_options("stint", "stint_sockets"), "-pthread", self.folder / "program.c",
                            *sources, "-o", self.folder / "program"], check=True)
            said = subprocess.run([self.folder / "program"], stdout=subprocess.PIPE, check=True, timeout=60)
            self.assertEqual(said.stdout, b"hello\n", name)

    def test_the_programs_with_ethernet_compile(self):
        (self.folder / "ethernet_init.h").write_text(
            '#include "esp_eth_driver.h"\nesp_err_t ethernet_init_all(esp_eth_handle_t **ports, uint8_t *count);\n', encoding="utf-8")
        examples = self.packed / "esp_stint/examples"
        programs = []
        for name in ("esp_stint", "esp_stint_console"):
            programs.append(self.folder / f"{name}.c")
            programs[-1].write_text(program_of(self.packed / name / "README.md"), encoding="utf-8")
        subprocess.run([*COMPILER, "-fsyntax-only", "-D_GNU_SOURCE", "-DHARNESS_IDF_VERSION_MAJOR=6", "-DHARNESS_IDF_VERSION_MINOR=0",
                        *self.include_options("stint", "stint_sockets", "esp_stint", "esp_stint_console"), f"-I{self.folder}",
                        f"-I{PROJECT}/tests/esp/harness/include", *programs, examples / "eth_basic/main/eth_basic.c",
                        examples / "l2_tap/main/l2_tap.c"], check=True)


class Planted(Packed):
    """What each check is for is seen when it happens."""

    def change(self, name, old, new):
        path = self.packed / name
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def assert_seen(self, lack):
        self.assertIn(lack, list(packing.all_lacks(self.packed)))

    def test_a_paper_that_is_missing(self):
        (self.packed / "esp_stint/LICENSE").unlink()
        self.assert_seen("esp_stint: LICENSE is missing")

    def test_a_manifest_without_a_description(self):
        self.change("stint/idf_component.yml", "description", "describes")
        self.assert_seen("stint: idf_component.yml has no description")

    def test_a_version_that_the_changelog_does_not_tell_of(self):
        self.change("stint_sockets/CHANGELOG.md", "## 0.", "## 7.")
        version = packing.read_manifest(self.packed / "stint_sockets")["version"]
        self.assert_seen(f"stint_sockets: CHANGELOG.md does not tell of version {version}")

    def test_a_dependency_without_a_namespace(self):
        self.change("esp_stint/idf_component.yml", "stint/stint_sockets", "stint_sockets")
        self.assert_seen("esp_stint/idf_component.yml: stint_sockets would be looked for as espressif/stint_sockets")

    def test_a_dependency_on_another_version(self):
        self.change("stint/idf_component.yml", 'version: "', 'version: "7')
        version = packing.read_manifest(self.packed / "stint")["version"]
        self.assert_seen(f"stint_sockets/idf_component.yml: stint/stint is {version}, and ~{version[1:]} is asked for")

    def test_an_override_path_that_leads_elsewhere(self):
        self.change("esp_stint/examples/iperf/main/idf_component.yml", "override_path: ../../..", "override_path: ../..")
        self.assert_seen("esp_stint/examples/iperf/main/idf_component.yml: override_path of stint/esp_stint leads elsewhere")

    def test_a_symbol_that_nobody_defines(self):
        self.change("esp_stint/Kconfig", "config ESP_STINT_NEIGHBORS", "config ESP_STINT_NEIGHBOURS")
        self.assert_seen("esp_stint/src/instance.c: nobody defines CONFIG_ESP_STINT_NEIGHBORS")
        self.change("esp_stint/examples/iperf/sdkconfig.defaults", "CONFIG_FREERTOS_HZ", "CONFIG_FREERTOS_HERTZ")
        self.assert_seen("esp_stint/examples/iperf/sdkconfig.defaults: nobody defines CONFIG_FREERTOS_HERTZ")

    def test_a_folder_that_a_build_names(self):
        self.change("stint/CMakeLists.txt", "INCLUDE_DIRS include", "INCLUDE_DIRS include include/generated")
        self.assert_seen("stint: CMakeLists.txt: there is no include/generated")

    def test_a_file_that_a_build_names(self):
        (self.packed / "esp_stint_lwip_compat/src/wrapped_calls.def").unlink()
        self.assert_seen("esp_stint_lwip_compat: CMakeLists.txt: there is no src/wrapped_calls.def")

    def test_a_build_that_reaches_out(self):
        self.change("esp_stint/CMakeLists.txt", "INCLUDE_DIRS include", "INCLUDE_DIRS include ../stint/src")
        self.assert_seen("esp_stint: CMakeLists.txt: reaches out of its component")

    def test_a_file_that_a_readme_names(self):
        (self.packed / "esp_stint/Kconfig").unlink()
        self.assert_seen("esp_stint: README.md: there is no Kconfig")

    def test_an_example_without_its_defaults(self):
        (self.packed / "esp_stint/examples/l2_tap/sdkconfig.defaults").unlink()
        self.assert_seen("esp_stint: examples/l2_tap/sdkconfig.defaults is missing")

    def test_a_header_that_a_manifest_leaves_out(self):
        component = self.folder / "component"
        packing.pack(PROJECT / "components/stint_sockets", component)
        with (component / "idf_component.yml").open("a", encoding="utf-8") as manifest:
            manifest.write('files:\n  exclude:\n    - "src/*.h"\n')
        (self.packed / "stint_sockets").rename(self.folder / "whole")
        packing.pack(component, self.packed / "stint_sockets")
        result = self.build("stint_sockets")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("No such file or directory", result.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
