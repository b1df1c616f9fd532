"""JSON text to plain data, strictly: no duplicate keys, and every failure in words."""

from __future__ import annotations

import json
from typing import Any, Final

from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

# 65,536 collections of some 150 bytes each are 10 MB; a larger file is not a values file.
MOST_BYTES: Final = 20_000_000


def parse_json(data: bytes) -> Any:
    """The plain data of one line of JSON. Raises ``InvalidValues`` with the column of what cannot be read."""
    text = decoded(data, "the line")
    if not text.strip():
        raise invalid("the line", "is empty; one JSON object is needed")
    try:
        return read_json(text)
    except json.JSONDecodeError as error:
        raise invalid(f"column {error.pos + 1}", f"cannot be read as JSON: {error.msg}") from None
    except RecursionError:
        raise invalid("the line", "is nested too deeply") from None
    except ValueError as error:
        raise invalid("the line", shown(str(error))[1:-1]) from None


def decoded(data: bytes, name: str) -> str:
    """The text of UTF-8 bytes. Raises ``InvalidValues``; ``name`` names them in messages."""
    if len(data) > 4 * MOST_BYTES:
        raise invalid(name, f"is larger than {MOST_BYTES // 1_000_000} MB, which no values file is")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise invalid(f"line {line}", "is not UTF-8 text; save the file as UTF-8") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is written twice")
    return made


read_json: Final = json.JSONDecoder(object_pairs_hook=_once).decode
"""The plain data of a JSON text. Raises ValueError, also for a key written twice, or RecursionError."""


def invalid(path: str, reason: str) -> InvalidValues:
    """The error of a text that cannot be read at all."""
    return InvalidValues([Problem(path or "the text", "", reason)])
