"""The command line called in this process: what it wrote, and its exit status."""

from __future__ import annotations

import io
import sys

import pytest

from pulumi_milvus.cli import main


class Streams:
    """What one call wrote, and its exit status."""

    def __init__(self, arguments: list[str], stdin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setenv("COLUMNS", "120")
            self.status = main(arguments)
        self.out, self.err = out.getvalue(), err.getvalue()


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: bytes | str = b"") -> Streams:
    """Call the command line with these arguments, 120 columns wide."""
    return Streams(list(arguments), stdin.encode() if isinstance(stdin, str) else stdin, monkeypatch)
