"""The environment in which a plain ``pulumi`` works on this clone."""

from __future__ import annotations

import os
import secrets
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pulumi_milvus.engine import values_files
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import Clone

PASSPHRASE = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


def variables(clone: Clone, *, official_host: bool, outer: Mapping[str, str] | None = None) -> dict[str, str]:
    """What to add to the user's environment; their own choice of backend, home and passphrase stays."""
    present = os.environ if outer is None else outer
    ours = [str(clone.bin), str(clone.root / ".venv" / "bin")]
    rest = [part for part in present.get("PATH", os.defpath).split(os.pathsep) if part not in ours]
    added = {
        "PATH": os.pathsep.join([*ours, *rest]),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    if not official_host:
        # The engine would try to download a host at every operation, although it has ours.
        added["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    if not any(name in present for name in PASSPHRASE):
        added[PASSPHRASE[1]] = str(passphrase_file(clone))
    return added


def exports(added: Mapping[str, str]) -> str:
    """``export`` lines for ``eval``."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in added.items())


def passphrase_file(clone: Clone) -> Path:
    """The file with this clone's random passphrase, made on first use and readable by its owner only."""
    file = clone.state / "passphrase"
    clone.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    if file.exists():
        return file
    salted = [values for values in values_files.all_of(clone) if values_files.has_salt(values)]
    for values in salted:
        if values_files.has_secrets(values):
            raise EngineError(
                f"{values.relative_to(clone.root)} holds secrets that another passphrase encrypted, "
                f"and {file.relative_to(clone.root)} is missing.",
                "Set PULUMI_CONFIG_PASSPHRASE to that passphrase, or remove the `secure:` values and the "
                "`encryptionsalt:` line from the file and set the secrets anew.",
            )
    with tempfile.TemporaryDirectory(prefix=".new-", dir=clone.state) as draft:
        new = Path(draft) / file.name
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(32) + "\n")
        try:
            # Unlike a rename, a link fails when another process was faster; then that one's stays.
            os.link(new, file)
        except FileExistsError:
            return file
    for values in salted:
        values_files.drop_salt(values)
    return file
