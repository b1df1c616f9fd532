"""``python -m control_plane``: build what the control plane is made of, and say where it is."""

from __future__ import annotations

import json
import signal
import sys

from control_plane.binaries import ensure
from pulumi_milvus.engine.errors import EngineError


def main() -> int:
    """0 fine, 1 failure with words on standard error, 130 interrupted."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        print(json.dumps({name: str(path) for name, path in ensure().items()}))
    except EngineError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    return 0


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
