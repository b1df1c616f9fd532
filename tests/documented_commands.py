"""The shell commands that README and docs/ show, and what becomes of each: it is run, or it is said why not.

Every command is run by ``engine/test_documented_commands`` unless ``commands_not_run`` has a line for it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pulumi_cli import CLONE

PAGES: Final = [CLONE / "README.md", *sorted((CLONE / "docs").rglob("*.md"))]
# The first words of a line of shell. A line of a block that begins with none of them is no command.
_PROGRAMS: Final = (
    *("aws", "cd", "cp", "curl", "docker", "eval", "export", "gh", "git", "go", "helm", "jq", "kubectl", "make"),
    *("mkdocs", "npm", "pip", "pre-commit", "pulumi", "pulumi-milvus", "python", "python3", "sudo", "wsl"),
)
_COMMAND: Final = re.compile(rf"\s*((?:[A-Z_]+=\S+ )*(?:{'|'.join(map(re.escape, _PROGRAMS))}) .*)")
_COMMENT: Final = re.compile(r"\s{2,}#.*$")


@dataclass(frozen=True)
class Command:
    """One command, its comment taken off and its continued lines joined."""

    page: str
    line: int
    text: str


def commands(pages: list[Path] | None = None) -> list[Command]:
    """All commands, in the order of the pages."""
    return [command for page in pages or PAGES for command in _of(page)]


def _of(page: Path) -> Iterator[Command]:
    name = page.relative_to(CLONE).as_posix() if page.is_relative_to(CLONE) else page.name
    lines = page.read_text(encoding="utf-8").splitlines()
    fence = ""
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        opened = re.match(r"\s*```(\w*)", line)
        if opened is not None:
            fence = "" if fence else opened[1] or "text"
            continue
        in_block = fence in ("sh", "bash", "console") if fence else line.startswith("    ")
        found = _COMMAND.match(line) if in_block else None
        if found is None:
            continue
        first, text = number, _COMMENT.sub("", found[1]).rstrip()
        while number < len(lines) and (_is_quoted(text) or text.endswith(("\\", "|", "&&"))):
            joint = "\n" if _is_quoted(text) else " "
            text = text.removesuffix("\\") + joint + _COMMENT.sub("", lines[number]).strip()
            number += 1
        yield Command(name, first, text)


def _is_quoted(text: str) -> bool:
    """Whether a quote is open at its end."""
    try:
        shlex.split(text.removesuffix("\\"))
    except ValueError:
        return True
    return False
