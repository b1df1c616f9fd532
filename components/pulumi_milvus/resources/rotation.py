"""What is made here and rotates: given by nobody, and its rotation only goes up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_milvus.resources.problems import PropertyProblem
from pulumi_milvus.resources.wire import Plain


def rotation_problems(
    rotation: int, old: Plain, new: Plain, outputs: Sequence[str], words: tuple[str, str, str]
) -> Iterator[PropertyProblem]:
    """Problems of new inputs. ``words``: what does not come back, what is kept, and what a higher rotation gives."""
    for key in outputs:
        if key in new:
            yield PropertyProblem(key, "it is made here and cannot be given; leave it out")
    before = old.get("rotation", 1) if old else 1
    if isinstance(before, int) and rotation < before:
        gone, kept, anew = words
        yield PropertyProblem(
            "rotation",
            f"{rotation}: it was {before} already, and {gone} back; write {before} to keep {kept}, {before + 1} for "
            f"{anew}",
        )
