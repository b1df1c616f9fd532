"""The stand-in language host, started as the engine starts it and called over its own protocol."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from pulumi_cli import CLONE

HOST = CLONE / "tests" / "standins" / "language_python"


@contextlib.contextmanager
def running_host(
    exec_script: Path | None = None, environment: dict[str, str] | None = None, generator: Path | None = None
) -> Iterator[tuple[language_pb2_grpc.LanguageRuntimeStub, subprocess.Popen[str]]]:
    """A started host and its process; ended by the block's end."""
    options = ["--exec-script", str(exec_script)] if exec_script else []
    options += ["--generator", str(generator)] if generator else []
    process = subprocess.Popen(
        [sys.executable, str(HOST), *options, "127.0.0.1:1"],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    try:
        yield language_pb2_grpc.LanguageRuntimeStub(channel), process
    finally:
        channel.close()
        process.terminate()
        process.wait(20)
        process.stdout.close()
        if process.stderr is not None:
            process.stderr.close()


def info(root: Path, options: dict[str, Any] | None = None, *, program: Path | None = None) -> Any:
    """What the engine says about a program or a plugin."""
    values = struct_pb2.Struct()
    values.update(options or {})
    return language_pb2.ProgramInfo(
        root_directory=str(root), program_directory=str(program or root), entry_point=".", options=values
    )


CLONES_VENV = {"toolchain": "pip", "virtualenv": str(CLONE / ".venv")}
