"""Passwords from a seed and a number: the same again on every run."""

from __future__ import annotations

from pulumi_milvus.resources.letters_from_seed import letters_from_seed, new_seed

__all__ = ["LENGTH", "new_seed", "password"]

LENGTH = 40
"""Characters: 238 bits. Milvus takes 6 to 72 (docs v3.0.x, adminGuide/authenticate.md, `defaultRootPassword`)."""


def password(seed: str, rotation: int) -> str:
    """The password of one rotation; of one, nothing can be told about another."""
    return letters_from_seed(seed, f"root password {rotation}", LENGTH)
