"""Start the host: print the port, serve until told to end, end quietly."""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import sys
import threading
import types
from pathlib import Path

_PARENT_POLL_SECONDS = 0.2


def _import_messages_only() -> None:
    """Let ``pulumi.runtime.proto`` be imported without the rest of the SDK, which costs every operation 0.3 s."""
    spec = importlib.util.find_spec("pulumi")
    if spec is None or spec.origin is None:
        sys.exit("The Python language host of pulumi-milvus needs the package `pulumi` in its own environment.")
    root = Path(spec.origin).parent
    for name, folder in (("pulumi", root), ("pulumi.runtime", root / "runtime")):
        module = types.ModuleType(name)
        module.__path__ = [str(folder)]
        sys.modules[name] = module


def _main() -> int:
    parser = argparse.ArgumentParser(prog="pulumi-language-python")
    parser.add_argument("--exec-script", type=Path, help="the SDK's pulumi-language-python-exec")
    parser.add_argument("--generator", type=Path, help="the command that writes a program from PCL")
    parser.add_argument("engine_address", nargs="?", default="")
    # The engine may add logging and tracing options, which have no meaning here.
    asked, _ = parser.parse_known_args()

    inherited = dict(os.environ)
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    parent = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    _import_messages_only()
    from language_python.server import serve

    port, shut_down = serve(asked.engine_address, asked.exec_script, asked.generator, inherited)
    print(port, flush=True)
    # An engine that was killed cannot say so.
    while not stop.wait(_PARENT_POLL_SECONDS) and os.getppid() == parent:
        pass
    shut_down()
    sys.stdout.flush()
    # Threads that still wait for a vanished engine must not hold the process up.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(_main())
