"""The official installer, where its host can be reached."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

from pulumi_milvus.engine.locations import cache, installed_key
from pulumi_milvus.engine.lock import Slot
from pulumi_milvus.engine.progress import Progress, say
from pulumi_milvus.engine.versions import PULUMI

SKIP = "PULUMI_MILVUS_SKIP_INSTALLER"
_HOST = "https://get.pulumi.com"
_PROBE_SECONDS = 2.5
_INSTALL_SECONDS = 600

# In a process of its own: it imports the whole SDK, and can then be ended when it takes too long.
_INSTALL = """
import sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def installed() -> Path | None:
    """The bin folder that the installer filled earlier, if it did."""
    folder = cache() / installed_key() / "bin"
    return folder if (folder / "pulumi").is_file() else None


def install() -> tuple[Path | None, str]:
    """The installer's bin folder, or None and the reason."""
    found = installed()
    if found is not None:
        return found, ""
    if os.environ.get(SKIP) == "1":
        return None, f"the official installer is switched off ({SKIP}=1)"
    slot = Slot(cache(), installed_key())
    with slot.locked(f"Pulumi {PULUMI}"):
        found = installed()
        if found is not None:
            return found, ""
        if not _reachable():
            return None, f"the official installer's host does not answer ({_HOST})"
        with slot.draft() as draft:
            reason = _run(draft)
            if reason:
                # The draft's folder must not become the slot's.
                raise _FailedError(reason)
    return slot.folder / "bin", ""


def try_install() -> tuple[Path | None, str]:
    """As ``install``, with every failure turned into a reason: there is another way left."""
    try:
        return install()
    except (_FailedError, OSError) as error:
        say(f"The official installer failed: {error}")
        return None, f"the official installer failed: {error}"


class _FailedError(Exception):
    pass


def _run(root: Path) -> str:
    with Progress(f"Official installer of Pulumi {PULUMI}"):
        try:
            done = subprocess.run(
                [sys.executable, "-c", _INSTALL, str(root), PULUMI],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=_INSTALL_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"no result after {_INSTALL_SECONDS} s"
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or ["no reason given"])[-1]


def _reachable() -> bool:
    """Whether the host answers at all; in a thread, since looking up a name has no time limit of its own."""
    answers: list[bool] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(urllib.request.Request(_HOST, method="HEAD"), timeout=_PROBE_SECONDS):
                answers.append(True)
        except urllib.error.HTTPError:
            answers.append(True)
        except (OSError, ValueError):
            pass

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_PROBE_SECONDS)
    return bool(answers)
