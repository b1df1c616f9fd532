"""The ordinary ``go`` client: is it here, is it new enough, and how it is called."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import GO_MODULE, target
from pulumi_milvus.engine.versions import PULUMI

OTHER_WAYS = (
    f"Or install Pulumi {PULUMI} or newer yourself (https://www.pulumi.com/docs/install) so that `pulumi` is on PATH."
)

# What the go client and the network say when the modules cannot be fetched.
_UNREACHABLE = re.compile(
    r"dial tcp|no such host|connection refused|i/o timeout|TLS handshake|proxyconnect|connection reset"
    r"|network is unreachable|module lookup disabled|x509:|: 40[37] |: 50[0234] ",
    re.IGNORECASE,
)


def needed(modules: Path = GO_MODULE) -> tuple[int, ...]:
    """The oldest Go that the pinned modules accept, from their go.mod."""
    found = re.search(r"^go ([\d.]+)$", (modules / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise ValueError(f"{modules.name}/go.mod has no go line")
    return tuple(int(part) for part in found.group(1).split("."))


def environment(outer: Mapping[str, str] | None = None) -> dict[str, str]:
    """The user's environment, less what would make this build another one."""
    kept = dict(os.environ if outer is None else outer)
    for name in ("GOFLAGS", "GOWORK", "GOOS", "GOARCH", "GOBIN", "GOEXPERIMENT", "GO111MODULE"):
        kept.pop(name, None)
    system, machine = target()
    return {
        **kept,
        # Set, not emptied: an empty value lets a `go env -w GOFLAGS=...` of the user's through.
        "GOFLAGS": "-mod=readonly",
        "GOWORK": "off",
        "GO111MODULE": "on",
        "GOOS": system,
        "GOARCH": machine,
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }


def find(modules: Path = GO_MODULE, what: str = "the Pulumi engine", other_ways: str = OTHER_WAYS) -> Path:
    """The ``go`` on PATH, if it is new enough to compile ``what`` from ``modules``."""
    wanted = ".".join(str(part) for part in needed(modules))
    remedy = f"Install Go {wanted} or newer (https://go.dev/doc/install) and run this again.\n{other_ways}".rstrip()
    found = shutil.which("go")
    if found is None:
        name = what[0].upper() + what[1:]
        raise EngineError(f"{name} is not on this machine yet, and building it needs Go: no `go` on PATH.", remedy)
    said = subprocess.run(
        [found, "env", "GOVERSION"], env=environment(), capture_output=True, text=True, check=False, cwd=modules
    )
    version = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", said.stdout.strip())
    if said.returncode != 0 or version is None:
        raise EngineError(f"`{found} env GOVERSION` failed:\n{said.stderr.strip() or said.stdout.strip()}", remedy)
    if tuple(int(part or 0) for part in version.groups()) < needed(modules):
        raise EngineError(
            f"Building {what} needs Go {wanted}; {found} is {said.stdout.strip().removeprefix('go')}.",
            remedy,
        )
    return Path(found)


def ask(go: Path, *arguments: str, modules: Path = GO_MODULE) -> str:
    """Run ``go`` among the pinned modules and return what it prints."""
    done = subprocess.run([go, *arguments], env=environment(), capture_output=True, text=True, check=False, cwd=modules)
    if done.returncode != 0:
        raise failure(f"`go {arguments[0]}` failed", done.stderr or done.stdout)
    return done.stdout.strip()


def failure(what: str, output: str, other_ways: str = OTHER_WAYS) -> EngineError:
    """The error for a ``go`` call that failed, with the likely remedy."""
    tail = "\n".join(output.strip().splitlines()[-15:])
    if "no space left on device" in output:
        return EngineError(f"{what}: the disk is full.\n{tail}", "Free some space and run this again.")
    if _UNREACHABLE.search(output):
        return EngineError(
            f"{what}: Go modules could not be fetched.\n{tail}",
            "Check the network; behind a proxy set HTTPS_PROXY, and with a module proxy of your own set GOPROXY "
            f"(`go env GOPROXY` shows the present one). Then run this again.\n{other_ways}".rstrip(),
        )
    remedy = f"Run this again; if it fails the same way, please report it.\n{other_ways}"
    return EngineError(f"{what}:\n{tail}", remedy.rstrip())
