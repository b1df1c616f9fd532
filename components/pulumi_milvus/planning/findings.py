"""What a rule says, and what a plan decided: two small frozen values that every part shows in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "advice"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found.

    ``subject`` is the path of what is judged (``collections[0].index``), ``message`` says why it cannot work, ``fix``
    the nearest thing that does, ``source`` where the reason comes from.
    """

    rule: str
    level: Level
    subject: str
    message: str
    fix: str
    source: str = ""

    def to_json(self) -> dict[str, str]:
        """The finding in the design's keys."""
        return {
            "rule": self.rule,
            "level": self.level,
            "subject": self.subject,
            "message": self.message,
            "fix": self.fix,
        }

    def __str__(self) -> str:
        return f"{self.level}: {self.subject}: {self.message}; {self.fix} ({self.rule})"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a plan: what was decided, the choice, the reason with its numbers, and the source."""

    what: str
    choice: str
    because: str
    source: str

    def to_json(self) -> dict[str, str]:
        """The decision in the design's keys."""
        return {"what": self.what, "choice": self.choice, "because": self.because, "source": self.source}
