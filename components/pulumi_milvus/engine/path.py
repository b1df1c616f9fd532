"""What is on PATH already: a pulumi that fits, an official Python language host."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pulumi_milvus.engine.versions import misfit

HOST = "pulumi-language-python"

# A folder with this file holds links and shims of ours, of this clone or another; it is no installation.
MARK = ".made-by-pulumi-milvus"

_ANSWER_SECONDS = 20


@dataclass(frozen=True)
class OnPath:
    """The first fitting ``pulumi`` on PATH, and why those before it are passed over."""

    cli: Path | None
    passed_over: tuple[str, ...]


def candidates(name: str) -> Iterator[Path]:
    """Every executable called ``name`` on PATH, in order, less our own folders."""
    seen: set[Path] = set()
    for part in os.environ.get("PATH", os.defpath).split(os.pathsep):
        folder = Path(part or ".").absolute()
        file = folder / name
        if folder in seen or (folder / MARK).exists():
            continue
        seen.add(folder)
        if file.is_file() and os.access(file, os.X_OK):
            yield file


def find_cli() -> OnPath:
    """Look at each ``pulumi`` on PATH until one fits."""
    passed_over: list[str] = []
    for file in candidates("pulumi"):
        reason = _misfit(file)
        if reason is None:
            return OnPath(file, tuple(passed_over))
        passed_over.append(f"{file} is passed over: {reason}")
    return OnPath(None, tuple(passed_over))


def official_host(cli: Path) -> Path | None:
    """The official Python language host that ``cli`` would use: on PATH, or beside the executable itself."""
    beside = cli.resolve().parent / HOST
    if beside.is_file() and not (beside.parent / MARK).exists():
        return beside
    return next(candidates(HOST), None)


def _misfit(file: Path) -> str | None:
    try:
        done = subprocess.run(
            [file, "version"],
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"`pulumi version` gave no answer in {_ANSWER_SECONDS} s"
    except OSError as error:
        return f"it cannot be started ({error.strerror})"
    if done.returncode != 0:
        return f"`pulumi version` ended with {done.returncode}"
    return misfit(done.stdout)
