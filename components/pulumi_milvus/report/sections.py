"""Parts of a comment that give way to each other where it would be too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# The limit of a comment's body on GitHub. What is added to a report (a mark that finds it again) has its own room.
COMMENT_CHARACTERS: Final = 65_536
OTHERS_CHARACTERS: Final = 512
MOST_CHARACTERS: Final = COMMENT_CHARACTERS - OTHERS_CHARACTERS


@dataclass(frozen=True, slots=True)
class Section:
    """``head`` and ``foot`` stand around the ``blocks``, of which the last ones give way.

    ``noun``: what a block is. ``importance``: sections with a smaller number take their room first.
    """

    importance: int
    head: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...] = ()
    foot: tuple[str, ...] = ()
    noun: str = "lines"
    after_foot: tuple[str, ...] = ()

    def lines(self, kept: int) -> list[str]:
        """The section with its first ``kept`` blocks."""
        left = len(self.blocks) - kept
        note = [] if not left else ["", _note(left, self.noun)]
        return [
            *self.head,
            *(line for block in self.blocks[:kept] for line in block),
            *self.foot,
            *note,
            *self.after_foot,
        ]

    def size(self, kept: int) -> int:
        """Characters of ``lines(kept)`` with their ends."""
        return sum(len(line) + 1 for line in self.lines(kept))


def _note(left: int, noun: str) -> str:
    return f"_{left:,} more {noun} are left out: a comment holds at most {COMMENT_CHARACTERS:,} characters._"


def fitted(sections: Sequence[Section], most_characters: int) -> list[str]:
    """The sections in their order, with as many blocks as there is room for; empty where not even the heads have it."""
    kept = [0] * len(sections)
    room = most_characters - sum(section.size(0) for section in sections)
    if room < 0:
        return []
    for position in sorted(range(len(sections)), key=lambda place: (sections[place].importance, place)):
        section = sections[position]
        # The note on what is left out is counted in already, and is no longer needed when all is kept.
        whole = section.size(len(section.blocks)) - section.size(0)
        if whole <= room:
            kept[position], room = len(section.blocks), room - whole
            continue
        for block in section.blocks:
            size = sum(len(line) + 1 for line in block)
            if size > room:
                break
            kept[position], room = kept[position] + 1, room - size
    return [line for section, count in zip(sections, kept, strict=True) for line in section.lines(count)]
