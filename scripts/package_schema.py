"""Writes components/schema.json, the schema of the package `milvus` as programs of every language see it.

python scripts/package_schema.py            # write it; refused where it breaks programs and the version stays
python scripts/package_schema.py --check    # exit 1 where it is stale
python scripts/package_schema.py --accept   # before the first release: write it although it breaks what is committed
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from pulumi_milvus.provider.package_schema import package_schema
from pulumi_milvus.provider.schema_changes import breaking_changes

ROOT: Final = Path(__file__).resolve().parents[1]
FILE: Final = "components/schema.json"


def text() -> str:
    """The schema of today, one property a line."""
    return json.dumps(json.loads(package_schema()), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def released(root: Path = ROOT) -> dict[str, Any] | None:
    """The schema of the newest release, a tag vX.Y.Z of this repository; None where none has one."""
    tags = _git(root, "tag", "--list", "v[0-9]*", "--sort=-version:refname", "--merged").split()
    for tag in tags:
        found = _git(root, "show", f"{tag}:{FILE}")
        if found:
            schema: dict[str, Any] = json.loads(found)
            return schema
    return None


def baseline(root: Path = ROOT) -> dict[str, Any] | None:
    """What may not be broken: the last release, or, before the first one, what is committed; None where neither is."""
    found = released(root)
    if found is not None:
        return found
    committed = _git(root, "show", f"HEAD:{FILE}")
    return json.loads(committed) if committed else None


def broken(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The breaking changes that the version does not announce: X of X.Y.Z does, before 1.0.0 Y does."""
    return [] if _line(before["version"]) != _line(after["version"]) else breaking_changes(before, after)


def _line(version: str) -> tuple[str, ...]:
    parts = version.split(".")
    return tuple(parts[:2]) if parts[0] == "0" else (parts[0],)


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def main(arguments: list[str]) -> int:
    """Write the file, or say what is wrong with it."""
    file, wanted = ROOT / FILE, text()
    before = baseline()
    changes = broken(before, json.loads(wanted)) if before else []
    if "--accept" in arguments and released() is None:
        changes = []
    for change in changes:
        sys.stderr.write(f"breaks programs: {change}\n")
    if changes:
        sys.stderr.write("Keep what was there, or raise the version (docs/sharing.md).\n")
        return 1
    if "--check" in arguments:
        if not file.is_file() or file.read_text(encoding="utf-8") != wanted:
            sys.stderr.write(f"{FILE} is stale: make schema\n")
            return 1
        return 0
    file.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
