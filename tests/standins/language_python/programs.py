"""Programs written from PCL, by the generator that the official host calls, compiled into a command of its own."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from pulumi.runtime.proto import language_pb2

from language_python.children import Children
from language_python.errors import HostError


def generate(
    request: Any, generator: Path | None, children: Children, env: Mapping[str, str], context: grpc.ServicerContext
) -> Any:
    """Hand the request to the generator and its answer back."""
    if generator is None or not generator.is_file():
        raise HostError(
            "writing a program needs the official Python language host (pulumi-language-python, part of a complete "
            "Pulumi installation) or the generator that `make engine` builds where no `pulumi` is on PATH; "
            "neither is here. What was imported is in the stack's state all the same."
        )
    # A file, not a pipe: nobody has to feed it while the answer is read.
    with tempfile.TemporaryFile() as asked:
        asked.write(json_format.MessageToJson(request).encode())
        asked.seek(0)
        child = children.start([str(generator)], cwd="/", env=env, pipes=True, farewell=signal.SIGTERM, stdin=asked)
    context.add_callback(lambda: children.end(child))
    answer, words = child.communicate()
    children.forget(child)
    if child.returncode != 0:
        raise HostError(f"writing the program failed: {words.decode(errors='replace').strip()}")
    return json_format.Parse(answer, language_pb2.GenerateProgramResponse())
