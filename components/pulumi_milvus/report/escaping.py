"""Quoted text in Markdown: names and messages come from files that anybody may have written."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# The longest piece that is quoted; what is longer says so.
MOST_CHARACTERS: Final = 600
# What has a meaning to the code hosts wherever it stands, or at the start of a line (GitHub Flavored Markdown 0.29,
# 2.4: every ASCII punctuation character may be escaped).
_MARKUP: Final = re.compile(r"([\\`*\[\]|~$])")
_UNDERSCORE: Final = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_AT_START: Final = re.compile(r"^(\s*)([-+#=>])")
_NUMBER_AT_START: Final = re.compile(r"^(\s*\d+)([.)])")
# A character without width between: mentions, issue numbers and addresses are not made links of. It has no meaning of
# its own, and an entity is written so that it can be seen in the source.
_BREAK: Final = "&#8203;"
_MENTION: Final = re.compile(r"@(?=\w)")
_NUMBER: Final = re.compile(r"(?i)(#|\bGH-)(?=\d)")
_ADDRESS: Final = re.compile(r"(?i)(?<=[a-z]):(?=//)")
_WWW: Final = re.compile(r"(?i)\bwww\.")
# A name of a property, role or type that nothing of the above is in.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_ .,:;/$=()+%<>-]{1,200}", re.ASCII)


def one_line(value: object, most: int = MOST_CHARACTERS) -> str:
    """A text in one line, printable, at most ``most`` characters; what steers the direction of writing is dropped."""
    words = " ".join(str(value).split())
    shown = "".join(item if not unicodedata.category(item).startswith("C") else "\ufffd" for item in words[: most + 1])
    return shown if len(shown) <= most else shown[: most - 3] + "..."


def quoted(value: object, most: int = MOST_CHARACTERS) -> str:
    """A text that stands for itself anywhere in a line of Markdown, in a table too."""
    text = one_line(value, most).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _UNDERSCORE.sub(r"\\_", _MARKUP.sub(r"\\\1", text))
    text = _NUMBER_AT_START.sub(r"\1\\\2", _AT_START.sub(r"\1\\\2", text))
    # Numbers first: the entity of the break has one itself.
    text = _MENTION.sub(f"@{_BREAK}", _NUMBER.sub(rf"\1{_BREAK}", text))
    return _ADDRESS.sub(f":{_BREAK}", _WWW.sub(f"www{_BREAK}.", text))


def code(value: object, most: int = MOST_CHARACTERS) -> str:
    """A name in the letters of code, or quoted where it is none that code could hold."""
    text = one_line(value, most)
    return f"`{text}`" if _PLAIN.fullmatch(text) and text == text.strip() else quoted(text, most)


def fenced(lines: list[str], language: str = "") -> list[str]:
    """Lines as a block of code whose fence is longer than any row of backticks in them."""
    longest = max((len(row) for line in lines for row in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *lines, fence]
