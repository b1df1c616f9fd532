"""The failures that a call to the host can end with."""

from __future__ import annotations


class HostError(Exception):
    """Told to the engine as the call's error; the text is for the user."""
