"""The one kind of failure that getting an engine can end with."""

from __future__ import annotations


class EngineError(Exception):
    """What failed, and what to do about it; shown to the user without a traceback."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}\n\n{self.remedy}"
