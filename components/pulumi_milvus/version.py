"""The version of this package, as Pulumi writes it."""

from __future__ import annotations

from typing import Final

PACKAGE_VERSION: Final = "0.1.0"
"""Held equal to pyproject.toml and PulumiPlugin.yaml by a test."""
