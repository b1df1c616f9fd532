"""What is wrong with a values file: every mistake at once, each with its path, value, reason and nearest remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# A value in a message is cut at this many characters: long enough to recognise it, short enough for one line.
SHOWN_CHARACTERS = 60

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_:.\-]{0,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. ``path`` is such as ``collections[0].dimension``, ``value`` the value as shown in messages.

    ``nearest`` is the nearest thing that works, or empty where there is none.
    """

    path: str
    value: str
    reason: str
    nearest: str = ""

    def __str__(self) -> str:
        text = f"{self.path}: " if self.path else ""
        text += f"{self.value}: {self.reason}" if self.value else self.reason
        return f"{text}, nearest: {self.nearest}" if self.nearest else text

    def to_json(self) -> dict[str, str | None]:
        """The problem as JSON: ``field``, ``value``, ``error``, ``nearest`` (null where there is none)."""
        return {"field": self.path, "value": self.value, "error": self.reason, "nearest": self.nearest or None}


class InvalidValues(ValueError):  # noqa: N818 - it says what is wrong: values
    """The values cannot be used; ``problems`` holds every reason, in the order of the file where it is known."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse_together(problems: Iterable[Problem]) -> None:
    """Raise one ``ValueError`` with all problems, as pydantic expects it; do nothing where there are none."""
    text = "; ".join(str(problem) for problem in problems)
    if text:
        raise ValueError(text)


def key_in_path(key: object) -> str:
    """A key as a part of a path: as it is where it is a plain word, else quoted and shortened."""
    return key if isinstance(key, str) and _PLAIN_KEY.fullmatch(key) else shown(key)


def shown(value: object) -> str:
    """A value for a message: one line, at most 60 characters, printable, whatever the value is."""
    try:
        text = _text(value, depth=0)
    except Exception:  # a value with a broken repr must not break its own error message
        text = f"<{type(value).__name__}>"
    text = "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text[:400])
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."


def _text(value: object, depth: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return repr(value[:SHOWN_CHARACTERS])
    if isinstance(value, int) and value.bit_length() > 200:  # printing a huge int is slow, and refused from 4300 digits
        return f"a whole number of about {int(value.bit_length() * 0.30103)} digits"
    if isinstance(value, dict):
        if depth > 1:
            return "{...}"
        first = [f"{_text(key, depth + 1)}: {_text(item, depth + 1)}" for key, item in list(value.items())[:3]]
        return "{" + ", ".join(first) + (", ..." if len(value) > 3 else "") + "}"
    if isinstance(value, list | tuple):
        if depth > 1:
            return "[...]"
        first = [_text(item, depth + 1) for item in value[:3]]
        return "[" + ", ".join(first) + (", ..." if len(value) > 3 else "") + "]"
    return repr(value)
