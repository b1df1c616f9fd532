"""The parts of an image's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_RELEASE: Final = re.compile(r"v?\d+\.\d+\.\d+[^-]*(?:-(?!gpu)[\w.]+)*")


@dataclass(frozen=True, slots=True)
class ImageName:
    """``registry/repository:tag@digest``; ``tag`` and ``digest`` None where they are not said."""

    repository: str
    tag: str | None
    digest: str | None

    @classmethod
    def of(cls, text: str) -> ImageName:
        """The parts of a name as it stands in a container."""
        name, _, digest = text.strip().partition("@")
        folder, slash, last = name.rpartition("/")
        # A colon before the last slash belongs to the registry's port.
        last, _, tag = last.partition(":")
        return cls(f"{folder}{slash}{last}", tag or None, digest or None)

    @property
    def release(self) -> str | None:
        """The release of a Milvus image without its build (``v2.6.24`` of ``v2.6.24-gpu``); None where none is told."""
        if self.tag is None or not (found := _RELEASE.match(self.tag)):
            return None
        return "v" + found.group(0).removeprefix("v")
