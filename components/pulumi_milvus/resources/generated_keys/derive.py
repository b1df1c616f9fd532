"""An access key and a secret key from a seed and a number: the same again on every run."""

from __future__ import annotations

from pulumi_milvus.resources.letters_from_seed import letters_from_seed, new_seed

__all__ = [
    "ACCESS_KEY_LENGTH",
    "SECRET_KEY_LENGTH",
    "access_key",
    "is_access_key",
    "is_secret_key",
    "new_seed",
    "secret_key",
]

ACCESS_KEY_LENGTH = 20
"""Characters, as MinIO's own generated ones have; see SHORTEST_ACCESS_KEY."""
SECRET_KEY_LENGTH = 40
"""Characters: 238 bits, as MinIO's own generated ones have; see SHORTEST_SECRET_KEY."""
SHORTEST_ACCESS_KEY = 3
"""Characters that MinIO takes (minio, internal/auth/credentials.go)."""
SHORTEST_SECRET_KEY = 8
"""Characters that MinIO takes (the same file)."""


def access_key(seed: str, rotation: int) -> str:
    """The access key of one rotation, letters and digits."""
    return letters_from_seed(seed, f"access key {rotation}", ACCESS_KEY_LENGTH)


def secret_key(seed: str, rotation: int) -> str:
    """The secret key of one rotation, letters and digits; the access key tells nothing about it."""
    return letters_from_seed(seed, f"secret key {rotation}", SECRET_KEY_LENGTH)


def is_access_key(text: str) -> bool:
    """Whether MinIO takes an access key."""
    return len(text) >= SHORTEST_ACCESS_KEY


def is_secret_key(text: str) -> bool:
    """Whether MinIO takes a secret key."""
    return len(text) >= SHORTEST_SECRET_KEY
