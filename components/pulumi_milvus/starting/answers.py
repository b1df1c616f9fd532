"""What `pulumi-milvus init` asks, and what is wrong with the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.problems import Problem, shown

PLACES: Final = ("lite", "kubernetes")
# A name of a project and of a stack, as Pulumi accepts both (sdk/go/common/tokens, 3.259); it is a folder's name too.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a team has said of its project.

    ``project``: its name; ``environment``: the first stack's. ``runs_on``: one of ``PLACES``. ``vectors`` counts those
    of the first ``collection``, which has an ``embedding_model`` or a ``dimension``. ``bucket`` and ``region``: of an
    object store of S3, for a Milvus of several pods. Numbers are what was said, a text too: the workload's reader
    judges them.
    """

    project: str
    environment: str
    runs_on: str
    collection: str
    vectors: Any
    embedding_model: str | None = None
    dimension: Any = None
    queries_per_second: Any = 0
    production: bool = False
    bucket: str | None = None
    region: str | None = None

    def problems(self) -> Iterator[Problem]:
        """What no project can be written from; what the workload itself does not allow is told by its reader."""
        for option, text in (("--project", self.project), ("--environment", self.environment)):
            if not _NAME.fullmatch(text):
                reason = "letters, digits, dots, dashes and underscores make a name"
                yield Problem(option, shown(text), reason, re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-._") or "dev")
        if self.runs_on not in PLACES:
            yield Problem("--runs-on", shown(self.runs_on), "is none of the places", " or ".join(PLACES))
        if (self.embedding_model is None) == (self.dimension is None):
            reason = "one of --model and --dimension says how long a vector is"
            yield Problem("--model", shown(self.embedding_model), reason, "--model BAAI/bge-base-en-v1.5")
        if self.runs_on == "lite" and self.production:
            reason = "Milvus Lite is for development and tests"
            yield Problem("--production", "true", reason, "--runs-on kubernetes")
        if (self.bucket is None) != (self.region is None):
            yield Problem(
                "--bucket", shown(self.bucket), "a bucket and its region are said together", "--region REGION"
            )
