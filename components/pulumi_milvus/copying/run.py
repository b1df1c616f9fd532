"""A whole copy: connect, compare, copy, verify, switch."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from pulumi_milvus.copying.aliases import alias_targets, switch
from pulumi_milvus.copying.checkpoint import opened
from pulumi_milvus.copying.collection_copy import copy_collection
from pulumi_milvus.copying.pairs import judge
from pulumi_milvus.copying.reading import count
from pulumi_milvus.copying.request import CopyRequest
from pulumi_milvus.copying.verify import Verified, verify
from pulumi_milvus.resources.connection import Connected, connect
from pulumi_milvus.resources.lite_file import LiteFiles

_WAIT_SECONDS = 30.0


class Progress(Protocol):
    """Hears how far a copy is."""

    def copied(self, collection: str, rows: int, all_rows: int) -> None:
        """So many of so many rows are copied, those of `collection` at the moment."""

    def verifying(self, collection: str) -> None:
        """A collection is compared from now on."""


@dataclass(frozen=True)
class Outcome:
    """What a copy did."""

    collections: list[Verified]
    aliases: dict[str, str]
    """Aliases that were switched, and where they lead."""
    seconds: float
    """Reading and writing, without verification."""

    @property
    def is_whole(self) -> bool:
        """Whether everything arrived as it was."""
        return not any(each.findings for each in self.collections)

    @property
    def rows_copied(self) -> int:
        """By this run."""
        return sum(each.rows_copied for each in self.collections)

    def to_json(self) -> dict[str, Any]:
        """As a plain dict."""
        rate = round(self.rows_copied / self.seconds) if self.seconds and self.rows_copied else None
        return {
            "complete": self.is_whole,
            "collections": [each.to_json() for each in self.collections],
            "aliases": self.aliases,
            "seconds": round(self.seconds, 3),
            "rows_per_second": rate,
        }


def run_copy(request: CopyRequest, progress: Progress) -> Outcome:
    """Copy, verify, and where all is well switch the aliases.

    Raises InvalidValues with everything that keeps it from beginning, ResourceError where a Milvus does not answer or
    refuses a call.
    """
    with opened(request.checkpoint) as checkpoint, _both(request) as (source, target):
        pairs = judge(request, source, target)
        aliases = alias_targets(request, source, target, pairs)
        known = {} if request.from_start else {each.pair: checkpoint.pair(str(each.pair)).rows for each in pairs}
        total = sum(max(0, count(source, each.pair.source) - known.get(each.pair, 0)) for each in pairs)
        done = 0
        states, copied_by_pair = [], []
        begun = time.monotonic()
        for each in pairs:
            at_first = done

            def copied(rows: int, name: str = str(each.pair)) -> None:
                nonlocal done
                done += rows
                progress.copied(name, done, total)

            states.append(copy_collection(request, source, target, each, checkpoint, copied))
            copied_by_pair.append(done - at_first)
        seconds = time.monotonic() - begun
        verified = []
        for each, state, rows in zip(pairs, states, copied_by_pair, strict=True):
            progress.verifying(str(each.pair))
            verified.append(verify(source, target, each, state, rows))
        if any(each.findings for each in verified):
            return Outcome(verified, {}, seconds)
        switch(target, aliases)
        return Outcome(verified, aliases, seconds)


@contextlib.contextmanager
def _both(request: CopyRequest) -> Iterator[tuple[Connected, Connected]]:
    files = LiteFiles()
    try:
        with (
            connect(request.source.endpoint, request.source.database, files, _WAIT_SECONDS) as source,
            connect(request.target.endpoint, request.target.database, files, _WAIT_SECONDS) as target,
        ):
            yield source, target
    finally:
        files.close_all()
