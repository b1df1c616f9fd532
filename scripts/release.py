"""A release: one place for the version, its copies, and the words of the changelog.

    python scripts/release.py set 0.2.0      before a release: the version, its copies, the changelog's heading
    python scripts/release.py check v0.2.0   in the release: the tag, the version, the copies and the changelog agree
    python scripts/release.py notes v0.2.0   what the changelog says of it
    python scripts/release.py show           the version

Only the standard library.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The one place; pyproject.toml reads it.
VERSION_FILE = "components/pulumi_milvus/version.py"
# Pulumi reads the version of a plugin and of a policy pack from these files alone, SDKs that of the package's schema.
YAML_COPIES = ("components/PulumiPlugin.yaml", "policies/PulumiPolicy.yaml")
SCHEMA = "components/schema.json"
CHANGELOG = "CHANGELOG.md"
UNRELEASED = "## [Unreleased]"

_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
_ONE_PLACE = re.compile(r'(?<=^PACKAGE_VERSION: Final = ")[^"]+(?="$)', re.MULTILINE)
_YAML_COPY = re.compile(r"(?<=^version: )\S+$", re.MULTILINE)
# At the top level, as scripts/package_schema.py indents it.
_JSON_COPY = re.compile(r'(?<=^ "version": ")[^"]+(?=",?$)', re.MULTILINE)


def main() -> int:
    """0 done, 1 something does not agree, 2 a wrong argument."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("set", "check", "notes", "show"))
    parser.add_argument("version", nargs="?", default="", help="0.2.0, or a tag v0.2.0")
    parser.add_argument("--root", type=Path, default=ROOT, help="the clone; by default this one")
    asked = parser.parse_args()
    if asked.command == "show":
        print(said(asked.root, VERSION_FILE, _ONE_PLACE))
        return 0
    version = asked.version.removeprefix("v")
    if _VERSION.fullmatch(version) is None:
        parser.error(f"{asked.version!r} is no version; a SemVer is needed, such as 0.2.0")
    if asked.command == "set":
        set_version(asked.root, version)
        return 0
    wrong = disagreements(asked.root, version)
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong and asked.command == "notes":
        print(notes(asked.root, version))
    return 1 if wrong else 0


def set_version(root: Path, version: str) -> None:
    """Write the version and its copies, and give what is unreleased its heading."""
    for name, pattern in _places().items():
        file = root / name
        file.write_text(pattern.sub(version, file.read_text()))
    changelog = root / CHANGELOG
    text = changelog.read_text()
    if f"## [{version}]" not in text:
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        changelog.write_text(text.replace(UNRELEASED, f"{UNRELEASED}\n\n## [{version}] - {today}", 1))


def disagreements(root: Path, version: str) -> list[str]:
    """What does not say that this is ``version``, one line each."""
    found = []
    for name, pattern in _places().items():
        stands = said(root, name, pattern)
        if stands != version:
            found.append(f"{name} says {stands}, not {version}: scripts/release.py set {version}")
    if not notes(root, version):
        found.append(f"{CHANGELOG} says nothing of {version}: scripts/release.py set {version}")
    return found


def said(root: Path, name: str, pattern: re.Pattern[str]) -> str:
    """The version that a file says."""
    found = pattern.search((root / name).read_text())
    return found[0] if found else "no version"


def notes(root: Path, version: str) -> str:
    """The changelog's section of a version, without its heading; empty where there is none."""
    text = (root / CHANGELOG).read_text()
    found = re.search(rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## \[|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


def _places() -> dict[str, re.Pattern[str]]:
    return {VERSION_FILE: _ONE_PLACE, **dict.fromkeys(YAML_COPIES, _YAML_COPY), SCHEMA: _JSON_COPY}


if __name__ == "__main__":
    sys.exit(main())
