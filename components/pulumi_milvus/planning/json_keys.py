"""Reads the keys of a JSON mapping whose content is not trusted; every mistake is noted with its path, none raises."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import Problem, key_in_path, shown

# Larger than any quantity in bytes, and as large as other languages' whole numbers.
_MOST = 2**63 - 1


class JsonKeys:
    """A mapping, its path, and the list that mistakes go to. A value that is wrong reads as one that is harmless."""

    def __init__(self, data: object, path: str, problems: list[Problem]) -> None:
        self.path, self._problems = path, problems
        self._is_mapping = isinstance(data, dict)
        if not self._is_mapping:
            problems.append(Problem(path, shown(data), "a mapping is needed", "{...}"))
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that are there."""
        return tuple(self.data)

    def only(self, known: Sequence[str]) -> None:
        """Note every key that is not known."""
        for key in self.data:
            if key not in known:
                self._note(key_in_path(key), "", "unknown key", nearest_word(key, known) or "")

    def value(self, key: str) -> Any:
        """The value as it is."""
        return self.data.get(key)

    def wrong(self, key: str, reason: str, nearest: str = "") -> None:
        """Note a mistake in the value of a key."""
        self._note(key, shown(self.data.get(key)), reason, nearest)

    def words(self, key: str) -> str:
        """A text, which may be empty."""
        value = self._needed(key)
        if isinstance(value, str):
            return value
        if value is not None:
            self.wrong(key, "a text is needed")
        return ""

    def text(self, key: str, choices: Sequence[str] = ()) -> str:
        """A text that is not empty, one of ``choices`` where there are some."""
        value = self._needed(key)
        if value is None:
            return ""
        if not isinstance(value, str) or not value:
            self.wrong(key, "a text is needed", choices[0] if choices else "")
            return ""
        if choices and value not in choices:
            self.wrong(key, f"one of {', '.join(choices)} is needed", nearest_word(value, choices) or choices[0])
            return ""
        return value

    def optional_text(self, key: str) -> str | None:
        """A text, or null."""
        return None if self._is_null(key) else self.text(key) or None

    def texts(self, key: str) -> Iterator[str]:
        """A list of texts."""
        for position, item in enumerate(self._list(key)):
            if isinstance(item, str):
                yield item
            else:
                self._note(f"{key}[{position}]", shown(item), "a text is needed")

    def whole(self, key: str, least: int = 0) -> int:
        """A whole number from ``least`` on."""
        value = self._needed(key)
        if value is None:
            return least
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MOST:
            near = str(max(least, round(value))) if isinstance(value, float) and 0 <= value < _MOST else str(least)
            self.wrong(key, f"a whole number from {least} on is needed", near)
            return least
        return value

    def optional_whole(self, key: str) -> int | None:
        """A whole number from 0 on, or null."""
        return None if self._is_null(key) else self.whole(key)

    def number(self, key: str) -> float:
        """A number that is not negative."""
        value = self._needed(key)
        if value is None:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
            self.wrong(key, "a number from 0 on is needed")
            return 0.0
        return value

    def optional_number(self, key: str) -> float | None:
        """A number that is not negative, or null."""
        return None if self._is_null(key) else self.number(key)

    def inner(self, key: str) -> JsonKeys:
        """The mapping at a key."""
        if self._needed(key) is None:
            return JsonKeys({}, self._at(key), [])
        return JsonKeys(self.data[key], self._at(key), self._problems)

    def items(self, key: str) -> list[JsonKeys]:
        """The mappings in the list at a key."""
        listed = enumerate(self._list(key))
        return [JsonKeys(item, self._at(f"{key}[{position}]"), self._problems) for position, item in listed]

    def _list(self, key: str) -> list[Any]:
        value = self._needed(key)
        if value is None or isinstance(value, list):
            return value or []
        self.wrong(key, "a list is needed", "[]")
        return []

    def _is_null(self, key: str) -> bool:
        return key in self.data and self.data[key] is None

    def _needed(self, key: str) -> Any:
        """The value; None with a note where it is missing or null."""
        if key not in self.data:
            if self._is_mapping:
                self._note(key, "", "is missing")
        elif self.data[key] is None:
            self._note(key, "null", "a value is needed")
        return self.data.get(key)

    def _note(self, key: str, value: str, reason: str, nearest: str = "") -> None:
        self._problems.append(Problem(self._at(key), value, reason, nearest))

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def finite_problems(value: object, path: str = "") -> Iterator[Problem]:
    """A problem for each NaN or infinity, which Python's JSON reader takes and no other does."""
    if isinstance(value, float) and not math.isfinite(value):
        yield Problem(path, shown(value), "is no number")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from finite_problems(item, f"{path}.{key_in_path(key)}" if path else key_in_path(key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from finite_problems(item, f"{path}[{position}]")
