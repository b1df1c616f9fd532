"""The command line `pulumi-milvus`. Only what a command needs is loaded when it runs."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status: 0 fine, 1 findings or failure, 2 bad input, 130 interrupted.

    ``arguments`` defaults to those of the process.
    """
    from pulumi_milvus.cli.run import run

    return run(arguments)
