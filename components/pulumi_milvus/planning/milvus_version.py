"""Which Milvus a workload runs: the newest 2.6 unless it names another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.readers import Reader, Refused, with_null

# The newest releases when this was written: github.com/milvus-io/milvus releases, 2.6.24 of 2026-09-16 and 3.0.2 of
# 2026-09-20. 3.0 is chosen, not slipped in.
DEFAULT_VERSION: Final = "2.6.24"
NEWEST_3_0: Final = "3.0.2"
SOURCE: Final = "github.com/milvus-io/milvus releases, 2026-09-20"
# Streaming nodes and mixcoord, which every plan has, came with 2.6 (Milvus 2.6 release notes).
_OLDEST: Final = (2, 6, 0)
# Its segments are not loadable by later 3.0 builds once Vortex is on (milvus-io/milvus#52340), and the documentation
# advises 3.0.1 for Woodpecker as a service (Milvus 3.0 docs, adminGuide/woodpecker.md).
_REFUSED: Final = (3, 0, 0)
_NEWEST_KNOWN: Final = (3, 0)
_VERSION: Final = re.compile(r"v?(\d{1,3})\.(\d{1,3})\.(\d{1,3})", re.ASCII)
_PATTERN: Final = r"^v?[0-9]+\.[0-9]+\.[0-9]+$"


@dataclass(frozen=True, slots=True)
class MilvusVersion(Reader):
    """A release from 2.6.0 on, as ``2.6.24`` or ``v2.6.24``; null: the default."""

    def read(self, value: object) -> str | None:
        if value is None:
            return None
        match = _VERSION.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            raise Refused("a release of Milvus with three numbers is needed, as a text", _nearest(value))
        version = tuple(int(part) for part in match.groups())
        if version < _OLDEST:
            reason = "plans are for Milvus 2.6 and newer, which have streaming nodes and one coordinator"
            raise Refused(reason, DEFAULT_VERSION)
        if version == _REFUSED:
            raise Refused("segments that 3.0.0 wrote may not load in later releases", NEWEST_3_0)
        if version[:2] > _NEWEST_KNOWN:
            raise Refused("newer than what sizes and rules are known for", NEWEST_3_0)
        return ".".join(map(str, version))

    def json_schema(self) -> dict[str, Any]:
        return with_null({"type": "string", "pattern": _PATTERN})


def _nearest(value: object) -> str:
    text = str(value)
    return NEWEST_3_0 if re.match(r"\D{0,2}3", text) else DEFAULT_VERSION
