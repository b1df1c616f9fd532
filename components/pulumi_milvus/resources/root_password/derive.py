"""Passwords from a seed and a number: the same again on every run."""

from __future__ import annotations

import itertools
import string

from pulumi_milvus.resources.letters_from_seed import letters_from_seed, new_seed

__all__ = ["LENGTH", "LIMITS", "is_password", "new_seed", "password"]

LENGTH = 40
"""Characters: 238 bits."""
LIMITS = (6, 72)
"""Characters that Milvus takes, at least and at most (docs v3.0.x, adminGuide/authenticate.md)."""
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
"""Each occurs: three of the four kinds that Zilliz Cloud asks for (API reference v2.5.x of pymilvus)."""


def password(seed: str, rotation: int) -> str:
    """The password of one rotation; of one, nothing can be told about another."""
    for attempt in itertools.count(1):
        found = letters_from_seed(seed, f"root password {rotation}", LENGTH * attempt)[-LENGTH:]
        if all(set(kind).intersection(found) for kind in _KINDS):
            return found
    raise AssertionError("unreachable")


def is_password(text: str) -> bool:
    """Whether Milvus takes a password."""
    shortest, longest = LIMITS
    return shortest <= len(text) and len(text.encode()) <= longest
