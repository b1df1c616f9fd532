"""Small scripts in the place of ``go`` and ``pulumi``, for tests of how an engine is found and made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pulumi_milvus.engine.versions import PULUMI

_GO = """\
#!/bin/bash
# What the build asks of the go client, answered without compiling anything.
case "$1 $2" in
"env GOVERSION") echo go1.99.0 ;;
"env GOCACHE") echo {folder}/gocache; echo {folder}/gomodcache ;;
"list -deps") echo "go: downloading example.org/a v1.0.0" >&2; echo a; echo b; echo c ;;
"list -m") echo {folder}/sdk ;;
"mod download") ;;
"build -v")
    echo "$$" >> {folder}/builds
    while [ "$1" != -o ]; do shift; done
    printf 'half' > "$2pulumi"
    for package in a b c; do echo "$package" >&2; sleep {pause}; done
    [ -z "{failure}" ] || {{ echo "{failure}" >&2; exit 1; }}
    printf '#!/bin/sh\\necho {version}\\n' > "$2pulumi"
    printf '#!/bin/sh\\n' > "$2generate_program"
    chmod +x "$2"*
    ;;
*) echo "fake go does not know: $*" >&2; exit 2 ;;
esac
"""


class FakeGo:
    """A ``go`` that takes ``3 * pause`` seconds to build an engine that says ``version``."""

    def __init__(self, folder: Path, *, pause: float = 0, version: str = f"v{PULUMI}", failure: str = "") -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True, exist_ok=True)
        script = folder / "sdk" / "python" / "cmd" / "pulumi-language-python-exec"
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text("# the SDK's script\n")
        executable(self.bin / "go", _GO.format(folder=folder, pause=pause, version=version, failure=failure))

    @property
    def builds(self) -> int:
        """How many builds were started."""
        log = self.folder / "builds"
        return len(log.read_text().splitlines()) if log.exists() else 0

    def environment(self, cache: Path) -> dict[str, str]:
        """Variables under which only this ``go`` and ``cache`` are seen."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")},
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "PULUMI_MILVUS_CACHE": str(cache),
            "PULUMI_MILVUS_SKIP_INSTALLER": "1",
        }


def start_build(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Build in a process of its own; it prints the bin folder."""
    code = (
        "from pulumi_milvus.engine.build import build\n"
        "from pulumi_milvus.engine.errors import EngineError\n"
        "try:\n    print(build())\n"
        "except EngineError as error:\n    raise SystemExit(str(error))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def fake_pulumi(folder: Path, says: str, *, status: int = 0) -> Path:
    """A ``pulumi`` that answers every call with ``says``."""
    return executable(folder / "pulumi", f"#!/bin/sh\necho '{says}'\nexit {status}\n")


def executable(file: Path, text: str) -> Path:
    """A script that can be run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)
    return file
