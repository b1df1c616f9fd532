"""The file with root's password beside a Compose file: made once, for its owner alone, and never written again."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from pulumi_milvus.manifests.compose.compose_file import PASSWORD_VARIABLE
from pulumi_milvus.planning.problems import InvalidValues, Problem

# 32 random bytes, 43 characters: within the 72 that Milvus takes, and none of them means something to Compose.
_RANDOM_BYTES: Final = 32
_OWNER_ALONE: Final = 0o600


def keep_or_make_password(path: Path) -> bool:
    """Make the file with a new password; False where it is there, since Milvus keeps the password it began with.

    Raises ``InvalidValues`` where it cannot be written.
    """
    text = f"{PASSWORD_VARIABLE}={secrets.token_urlsafe(_RANDOM_BYTES)}\n"
    try:
        # Never there with more rights, not even for a moment; and never through a link that somebody put there.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE)
    except FileExistsError:
        return False
    except OSError as error:
        reason = f"cannot be written: {error.strerror or type(error).__name__}"
        raise InvalidValues([Problem("--output", str(path), reason, "a folder of yours")]) from None
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    return True
