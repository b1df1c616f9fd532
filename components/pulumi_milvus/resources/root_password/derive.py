"""Passwords from a seed and a number: the same again on every run."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string

LENGTH = 40
"""Characters: 238 bits. Milvus takes 6 to 72 (docs v3.0.x, adminGuide/authenticate.md, `defaultRootPassword`)."""
_LETTERS = string.ascii_letters + string.digits
"""No character that a shell, a URL, YAML or a `user:password` token would read as anything else."""
_FAIR = 256 - 256 % len(_LETTERS)
"""Bytes from here on are skipped, so that every letter is equally likely."""


def new_seed() -> str:
    """256 random bits, in hex."""
    return secrets.token_hex(32)


def password(seed: str, rotation: int) -> str:
    """The password of one rotation; of one, nothing can be told about another."""
    letters: list[str] = []
    block = 0
    while len(letters) < LENGTH:
        message = f"pulumi-milvus root password {rotation} {block}".encode()
        drawn = hmac.new(bytes.fromhex(seed), message, hashlib.sha512).digest()
        letters += [_LETTERS[byte % len(_LETTERS)] for byte in drawn if byte < _FAIR]
        block += 1
    return "".join(letters[:LENGTH])
