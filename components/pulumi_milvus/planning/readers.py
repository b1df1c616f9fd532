"""How one value of a workload is read: strictly, with the reason and the nearest thing that works where it is refused.

Each reader is written beside a type (``Annotated[int, Whole(1, 16)]``); pydantic uses it to validate and to describe
the value in the JSON Schema, and ``reading`` uses it to collect every mistake of a file at once.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from pulumi_milvus.planning.milvus_limits import MAX_NAME_LENGTH, NAME, NAME_PATTERN
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import Problem, key_in_path

# An editor reads YAML 1.2, where 40_000_000 is a text; Pulumi and PyYAML read it as a number.
WHOLE_PATTERN = r"^[0-9]+(_[0-9]+)*$"
NUMBER_PATTERN = r"^[0-9]+(_[0-9]+)*(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_NUMBER = re.compile(r"[+-]?\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_WITH_UNIT = re.compile(r"\s*(\d+(?:[._,]\d+)*)\s*(k|m|b|bn|million|billion|thousand)?\s*", re.IGNORECASE | re.ASCII)
_UNITS = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "b": 10**9, "bn": 10**9, "billion": 10**9}
_LONGEST_NUMBER = 40  # characters; a longer one is no quantity, and Python refuses to read very long ones


class Refused(ValueError):  # noqa: N818 - what happened to the value
    """A value that cannot work: the reason, and the nearest value that does, or an empty text."""

    def __init__(self, reason: str, nearest: str = "") -> None:
        self.reason = reason
        self.nearest = nearest
        super().__init__(f"{reason}, nearest: {nearest}" if nearest else reason)


class Reader(ABC):
    """Reads one value or raises ``Refused``; says its JSON Schema."""

    @abstractmethod
    def read(self, value: object) -> Any:
        """The value as the model holds it; raises ``Refused`` where it cannot work."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of the values that ``read`` accepts."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.json_schema()


def with_null(schema: dict[str, Any], optional: bool = True) -> dict[str, Any]:
    """The JSON Schema, with null as a further choice where the value is optional."""
    if not optional:
        return schema
    choices = schema.get("anyOf", [schema])
    return {"anyOf": [*choices, {"type": "null"}]}


@dataclass(frozen=True, slots=True)
class Whole(Reader):
    """A whole number from ``minimum`` to ``maximum``; also as a text with underscores; 4e7 is whole, 0.5 is not."""

    minimum: int
    maximum: int
    optional: bool = False

    def read(self, value: object) -> int | None:
        if value is None and self.optional:
            return None
        number = _as_number(value)
        if number is None:
            raise Refused(self._range(), _guess(value, self.minimum, self.maximum))
        if number != math.floor(number):
            raise Refused(self._range(), f"{self._clamp(round(number)):_}")
        if not self.minimum <= number <= self.maximum:
            raise Refused(self._range(), f"{self._clamp(int(number)):_}")
        return int(number)

    def json_schema(self) -> dict[str, Any]:
        whole = {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}
        return with_null({"anyOf": [whole, {"type": "string", "pattern": WHOLE_PATTERN}]}, self.optional)

    def _clamp(self, number: int) -> int:
        return min(max(number, self.minimum), self.maximum)

    def _range(self) -> str:
        return f"a whole number from {self.minimum:_} to {self.maximum:_} is needed"


@dataclass(frozen=True, slots=True)
class Number(Reader):
    """A number from ``minimum`` to ``maximum``, or above ``minimum`` where ``above`` is set; never NaN or infinite."""

    minimum: float
    maximum: float
    above: bool = False
    share: bool = False
    optional: bool = False

    def read(self, value: object) -> float | None:
        if value is None and self.optional:
            return None
        number = _as_number(value)
        if number is None:
            raise Refused(self._range(), "" if self.share else _guess(value, self.minimum, self.maximum))
        too_low = number <= self.minimum if self.above else number < self.minimum
        if too_low or number > self.maximum:
            if self.share and 1 < number <= 100:  # 95 means 95 percent
                raise Refused(self._range(), f"{number / 100:g}")
            raise Refused(
                self._range(), "" if too_low and self.above else f"{self.minimum if too_low else self.maximum:g}"
            )
        return float(number)

    def json_schema(self) -> dict[str, Any]:
        low = {"exclusiveMinimum": self.minimum} if self.above else {"minimum": self.minimum}
        number = {"type": "number", **low, "maximum": self.maximum}
        return with_null({"anyOf": [number, {"type": "string", "pattern": NUMBER_PATTERN}]}, self.optional)

    def _range(self) -> str:
        low = f"above {self.minimum:g}" if self.above else f"from {self.minimum:g}"
        high = f"{self.maximum:_.0f}" if self.maximum > 1 else f"{self.maximum:g}"
        return f"a {'share' if self.share else 'number'} {low} to {high} is needed"


@dataclass(frozen=True, slots=True)
class Flag(Reader):
    """true or false and nothing else: 1, "yes" and "true" are refused."""

    def read(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        yes = value == 1 or (isinstance(value, str) and value.strip().lower() in ("true", "yes", "on", "y", "1"))
        raise Refused("true or false is needed, without quotes", "true" if yes else "false")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class OneOf(Reader):
    """One of some words, spelt exactly."""

    words: tuple[str, ...]
    optional: bool = False

    def read(self, value: object) -> str | None:
        if value is None and self.optional:
            return None
        if isinstance(value, str) and value in self.words:
            return value
        listed = ", ".join(self.words[:8]) + (f" and {len(self.words) - 8} more" if len(self.words) > 8 else "")
        near = nearest_word(value, self.words, 0.5) if isinstance(value, str) else None
        raise Refused(f"one of {listed} is needed", near or "")

    def json_schema(self) -> dict[str, Any]:
        return with_null({"type": "string", "enum": list(self.words)}, self.optional)


@dataclass(frozen=True, slots=True)
class Name(Reader):
    """A name as Milvus takes it: letters, digits and underscores, no digit first, at most 255 characters."""

    optional: bool = False

    def read(self, value: object) -> str | None:
        if value is None and self.optional:
            return None
        if isinstance(value, str) and len(value) <= MAX_NAME_LENGTH and NAME.fullmatch(value):
            return value
        reason = (
            "a name of letters, digits and underscores is needed, a letter or underscore first, "
            f"at most {MAX_NAME_LENGTH} characters"
        )
        raise Refused(reason, _name_like(value))

    def json_schema(self) -> dict[str, Any]:
        return with_null({"type": "string", "pattern": NAME_PATTERN, "maxLength": MAX_NAME_LENGTH}, self.optional)


@dataclass(frozen=True, slots=True)
class Text(Reader):
    """A text that is not empty, in one line, of at most ``longest`` characters."""

    longest: int

    def read(self, value: object) -> str:
        if isinstance(value, str) and value.strip() and value.isprintable() and len(value) <= self.longest:
            return value
        near = str(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 else ""
        raise Refused(f"a text of 1 to {self.longest} characters is needed", f'"{near}"' if near else "")

    def json_schema(self) -> dict[str, Any]:
        # One character at least is no space.
        return {"type": "string", "minLength": 1, "maxLength": self.longest, "pattern": r"\S"}


@dataclass(frozen=True, slots=True)
class Texts(Reader):
    """A list of texts, none of them twice; kept in the order given."""

    longest: int

    def read(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise Refused("a list of texts is needed", "[a, b, c]")
        texts = tuple(Text(self.longest).read(item) for item in value)
        once = tuple(dict.fromkeys(texts))
        if once != texts:
            raise Refused("each may stand there once", f"[{', '.join(once)}]"[:200])
        return texts

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": Text(self.longest).json_schema(), "minItems": 1, "uniqueItems": True}


def unknown_key(key: object, known: Collection[str], path: str, elsewhere: str = "") -> Problem:
    """The problem of a key that is not ``known``, with the key that was meant or the right place, ``elsewhere``."""
    name = "<<" if key == "<<" else key_in_path(key)
    where = f"{path}.{name}" if path else name
    if not isinstance(key, str):
        return Problem(where, "", "every key must be a text")
    if key == "<<":
        return Problem(where, "", "YAML merge keys are not supported here; repeat the keys")
    return Problem(where, "", "unknown key", elsewhere or nearest_word(key, known) or "")


def _as_number(value: object) -> float | int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value):
        plain = value.replace("_", "")
        number = float(plain)
        return int(plain) if plain.lstrip("+-").isdigit() else number if math.isfinite(number) else None
    return None


def _guess(value: object, minimum: float, maximum: float) -> str:
    """What a text such as "40M" or "40,000,000" was meant to be."""
    match = _WITH_UNIT.fullmatch(value) if isinstance(value, str) and len(value) <= _LONGEST_NUMBER else None
    if match is None:
        return ""
    digits, unit = match.groups()
    factor = _UNITS.get((unit or "").lower(), 1)
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits) and not (unit and len(digits) < 6)
    text = re.sub(r"[.,_]", "", digits) if grouped else digits.replace(",", ".").replace("_", "")
    try:
        number = round(float(text) * factor)
    except (ValueError, OverflowError):
        return ""
    return f"{number:_}" if minimum <= number <= maximum else ""


def _name_like(value: object) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool) or (isinstance(value, int) and abs(value) > 10**15):
        return ""
    text = re.sub(r"[^A-Za-z0-9_]+", "_", str(value)[: MAX_NAME_LENGTH - 1], flags=re.ASCII)
    if not text.strip("_"):
        return ""
    return text if NAME.fullmatch(text) else f"_{text}"
