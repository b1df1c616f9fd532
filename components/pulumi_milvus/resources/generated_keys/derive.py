"""An access key and a secret key from a seed and a number: the same again on every run."""

from __future__ import annotations

from pulumi_milvus.resources.letters_from_seed import letters_from_seed, new_seed

__all__ = ["ACCESS_KEY_LENGTH", "SECRET_KEY_LENGTH", "access_key", "new_seed", "secret_key"]

ACCESS_KEY_LENGTH = 20
"""Characters, as MinIO's own generated ones have; it takes no fewer than 3 (minio, internal/auth/credentials.go)."""
SECRET_KEY_LENGTH = 40
"""Characters: 238 bits, as MinIO's own generated ones have; it takes no fewer than 8 (the same file)."""


def access_key(seed: str, rotation: int) -> str:
    """The access key of one rotation, letters and digits."""
    return letters_from_seed(seed, f"access key {rotation}", ACCESS_KEY_LENGTH)


def secret_key(seed: str, rotation: int) -> str:
    """The secret key of one rotation, letters and digits; the access key tells nothing about it."""
    return letters_from_seed(seed, f"secret key {rotation}", SECRET_KEY_LENGTH)
