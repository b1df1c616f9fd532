"""Letters and digits from a seed and a purpose: the same again on every run."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string

_LETTERS = string.ascii_letters + string.digits
"""No character that a shell, a URL, YAML or a `user:password` token would read as anything else."""
_FAIR = 256 - 256 % len(_LETTERS)
"""Bytes from here on are skipped, so that every letter is equally likely."""


def new_seed() -> str:
    """256 random bits, in hex."""
    return secrets.token_hex(32)


def letters_from_seed(seed: str, purpose: str, count: int) -> str:
    """`count` letters and digits; those of one purpose tell nothing about those of another. `seed` is in hex."""
    letters: list[str] = []
    block = 0
    while len(letters) < count:
        message = f"pulumi-milvus {purpose} {block}".encode()
        drawn = hmac.new(bytes.fromhex(seed), message, hashlib.sha512).digest()
        letters += [_LETTERS[byte % len(_LETTERS)] for byte in drawn if byte < _FAIR]
        block += 1
    return "".join(letters[:count])
