"""Start the provider: print the port, serve until the engine ends."""

from __future__ import annotations

import sys
from pathlib import Path


def _main() -> None:
    # Behind the standard library: neither this folder nor a stand-in beside it may hide a module of that.
    del sys.path[0]
    standins = Path(__file__).resolve().parents[1]
    # The Kubernetes stand-in, whose servicer this one uses, imports the operator's by its full name.
    sys.path += [str(standins), str(standins.parents[1])]
    from aws_provider.serve import main

    main(sys.argv[1:])


if __name__ == "__main__":
    _main()
