"""What Pulumi writes into a stack's values file, kept to what is needed.

With a passphrase Pulumi stores a salt in the file, and it rewrites the whole file to do so: `40_000_000` becomes
`40000000` and comments move. So the text is put back, with the salt alone added; and the salt goes with the stack.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pulumi_milvus.engine.locations import Clone

_SALT = re.compile(r"^encryptionsalt:.*\n?", re.MULTILINE)
_SECRET = re.compile(r"^\s*-?\s*secure:", re.MULTILINE)


def all_of(clone: Clone) -> list[Path]:
    """Every stack's values file."""
    return sorted((clone.root / "stacks").glob("Pulumi.*.yaml"))


def of(clone: Clone, stack: str) -> Path:
    """One stack's values file."""
    return clone.root / "stacks" / f"Pulumi.{stack}.yaml"


def has_salt(values: Path) -> bool:
    """Whether some passphrase has left its mark."""
    return _SALT.search(values.read_text()) is not None


def has_secrets(values: Path) -> bool:
    """Whether something in the file is encrypted."""
    return _SECRET.search(values.read_text()) is not None


def drop_salt(values: Path) -> None:
    """Take the salt out, unless a secret in the file still needs it."""
    if values.is_file() and has_salt(values) and not has_secrets(values):
        _write(values, _SALT.sub("", values.read_text()))


@contextlib.contextmanager
def only_salt_added(values: Path) -> Iterator[None]:
    """Undo how the block rewrites the file, but for a salt that was not there before.

    A file that says something else afterwards was edited, and is left alone.
    """
    before = values.read_text() if values.is_file() else None
    try:
        yield
    finally:
        after = values.read_text() if values.is_file() else None
        if before is not None and after is not None and before != after and _says(before) == _says(after):
            salt = _SALT.search(after)
            if salt is not None and not _SALT.search(before):
                before += ("" if before.endswith("\n") or not before else "\n") + salt.group().rstrip("\n") + "\n"
            _write(values, before)


def _says(text: str) -> object:
    import yaml

    try:
        return _plain(yaml.safe_load(_SALT.sub("", text)) or {})
    except yaml.YAMLError:
        # Not comparable with anything.
        return object()


def _plain(value: object) -> object:
    """Pulumi turns a top-level number or truth value into a string; that says the same."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    with contextlib.suppress(TypeError, ValueError):
        return float(value)  # type: ignore[arg-type]  # whatever else there is, is refused
    return value


def _write(file: Path, text: str) -> None:
    with tempfile.TemporaryDirectory(prefix=".new-", dir=file.parent) as draft:
        new = Path(draft) / file.name
        new.write_text(text)
        new.chmod(file.stat().st_mode & 0o777)
        os.replace(new, file)
