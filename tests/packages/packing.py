"""Packs ESP-IDF components as its component manager does, and says what a packed component lacks.

SPDX-License-Identifier: Apache-2.0 OR MIT
"""
import pathlib
import re
import shutil

import yaml

PROJECT = pathlib.Path(__file__).resolve().parents[2]
COMPONENTS = ("stint", "stint_sockets", "esp_stint", "esp_stint_lwip_compat", "esp_stint_console")
NAMESPACE = "stint/"

# What the component manager leaves out unless a manifest includes it (idf.py docs: "Default file filters").
LEFT_OUT = ("**/__pycache__", "**/*.pyc", "**/*.pyd", "**/*.pyo", "**/.DS_Store", "**/.git/**/*", "**/.svn/**/*", "**/dist/**/*",
            "**/build/**/*", "**/build_*/**/*", "**/managed_components/**/*", "**/dependencies.lock", "**/.github/**/*",
            "**/.gitlab-ci.yml", "**/.idea/**/*", "**/.vscode/**/*", "**/.settings/**/*", "**/sdkconfig", "**/sdkconfig.old",
            "**/.component_hash")

# Kconfig symbols of ESP-IDF that the components and their examples use.
OF_IDF = {"ESP_NETIF_IP_LOST_TIMER_INTERVAL", "ESP_NETIF_PROVIDE_CUSTOM_IMPLEMENTATION", "ESP_NETIF_USES_TCPIP_WITH_BSD_API",
          "FREERTOS_HZ", "IDF_TARGET_LINUX", "LWIP_IPV6_NUM_ADDRESSES", "LWIP_MAX_SOCKETS", "MBEDTLS_CERTIFICATE_BUNDLE",
          "VFS_SELECT_IN_RAM", "VFS_SUPPORT_IO", "VFS_SUPPORT_SELECT"}

SHOWN_FOLDERS = r"(?:include|src|examples|main)/"


def read_manifest(folder):
    return yaml.safe_load((folder / "idf_component.yml").read_text(encoding="utf-8"))


def pack(component, into):
    """Copies what an archive of the component would hold; `into` is made."""
    files = read_manifest(component).get("files", {})
    chosen = set(component.glob("**/*"))
    for pattern in [*LEFT_OUT, *files.get("exclude", [])]:
        chosen.difference_update(component.glob(pattern))
    for pattern in files.get("include", []):
        chosen.update(component.glob(pattern))
    into.mkdir(parents=True)
    for path in chosen:
        if path.is_symlink():
            raise ValueError(f"{path} is a link")
        if path.is_file():
            target = into / path.relative_to(component)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


# --- what a packed component lacks: each yields sentences ---

def missing_papers(folder):
    manifest = read_manifest(folder)
    for key in ("version", "description", "license", "dependencies"):
        if key not in manifest:
            yield f"idf_component.yml has no {key}"
    for name in ("README.md", "CHANGELOG.md", "LICENSE", "CMakeLists.txt"):
        if not (folder / name).is_file():
            yield f"{name} is missing"
    log = folder / "CHANGELOG.md"
    if log.is_file() and f"## {manifest.get('version')}\n" not in log.read_text(encoding="utf-8"):
        yield f"CHANGELOG.md does not tell of version {manifest.get('version')}"
    readme = folder / "README.md"
    if readme.is_file() and f'idf.py add-dependency "{NAMESPACE}' not in readme.read_text(encoding="utf-8"):
        yield "README.md has no line that installs the component"


def unresolved_dependencies(packed):
    """Of all packed components: one that is neither among them nor another's by its full name."""
    versions = {NAMESPACE + name: read_manifest(packed / name)["version"] for name in COMPONENTS}
    for manifest in sorted(packed.glob("**/idf_component.yml")):
        for name, wanted in yaml.safe_load(manifest.read_text(encoding="utf-8"))["dependencies"].items():
            where = manifest.relative_to(packed)
            if name == "idf" or "${IDF_PATH}" in str(wanted):
                continue
            if "/" not in name:
                yield f"{where}: {name} would be looked for as espressif/{name}"
            elif name.startswith(NAMESPACE) and name not in versions:
                yield f"{where}: nobody publishes {name}"
            elif name in versions:
                yield from (f"{where}: {problem}" for problem in wrong_sibling(packed, manifest, name, wanted, versions[name]))


def wrong_sibling(packed, manifest, name, wanted, version):
    if wanted["version"] != "~" + version:
        yield f"{name} is {version}, and {wanted['version']} is asked for"
    sibling = (manifest.parent / wanted["override_path"]).resolve()
    if sibling != (packed / name.removeprefix(NAMESPACE)).resolve():
        yield f"override_path of {name} leads elsewhere"


def defined_symbols(folder):
    for path in folder.rglob("Kconfig*"):
        yield from re.findall(r"^\s*config (\w+)$", path.read_text(encoding="utf-8"), re.MULTILINE)


def undefined_symbols(packed):
    defined = OF_IDF.union(*(defined_symbols(packed / name) for name in COMPONENTS))
    patterns = ("*.c", "*.h", "CMakeLists.txt", "*.cmake", "sdkconfig.defaults*")
    for path in sorted(path for pattern in patterns for path in packed.rglob(pattern)):
        for symbol in re.findall(r"\bCONFIG_([A-Z]\w+)", path.read_text(encoding="utf-8")):
            if symbol not in defined:
                yield f"{path.relative_to(packed)}: nobody defines CONFIG_{symbol}"


def missing_files(folder):
    """Files and folders that a README or a CMakeLists.txt names."""
    for path in sorted(folder.rglob("README.md")):
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        named = re.findall(r"\]\(([^):#]+)\)", text) + re.findall(rf"`({SHOWN_FOLDERS}[\w./-]+)`", text)
        yield from (f"{path.relative_to(folder)}: there is no {name}" for name in named if not (path.parent / name).exists())
    for path in sorted(folder.rglob("CMakeLists.txt")):
        text = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
        if "../" in text:
            yield f"{path.relative_to(folder)}: reaches out of its component"
        words = re.findall(r"\$\{CMAKE_CURRENT_LIST_DIR\}/([\w./-]+)(?![\w./*-])", text)
        arguments = re.findall(r"idf_component_register\(([^)]*)\)", text)
        words += [word for argument in arguments for word in listed_paths(argument)]
        yield from (f"{path.relative_to(folder)}: there is no {word}" for word in words if not (path.parent / word).exists())


def listed_paths(arguments):
    """The literal paths after SRCS and the INCLUDE_DIRS of idf_component_register()."""
    keyword = None
    for word in arguments.split():
        if word.isupper():
            keyword = word
        elif keyword in ("SRCS", "INCLUDE_DIRS", "PRIV_INCLUDE_DIRS") and "$" not in word:
            yield word.strip('"')


def incomplete_examples(folder):
    for example in sorted(path for path in folder.glob("examples/*") if path.is_dir()):
        for name in ("CMakeLists.txt", "README.md", "sdkconfig.defaults", "main/CMakeLists.txt", "main/idf_component.yml",
                     f"main/{example.name}.c"):
            if not (example / name).is_file():
                yield f"examples/{example.name}/{name} is missing"


def all_lacks(packed):
    yield from unresolved_dependencies(packed)
    yield from undefined_symbols(packed)
    for name in COMPONENTS:
        for look in (missing_papers, missing_files, incomplete_examples):
            yield from (f"{name}: {lack}" for lack in look(packed / name))
