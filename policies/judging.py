"""A stack's resources, through the same readers and rules as `pulumi-milvus check`."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from collected import Asked

if TYPE_CHECKING:
    from pulumi_milvus.planning.findings import Finding
    from pulumi_milvus.planning.workload import Workload


# Kinds whose settings rules read in depth.
_READ: Final = frozenset({"Milvus", "Deployment", "StatefulSet", "Service"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding and the resource that it is about, where there is one. ``level``: error, warning or advice.

    A finding whose very value is not known yet is advice.
    """

    finding: Finding
    level: str
    message: str
    urn: str | None


def judge(asked: Sequence[Asked], workload: Workload | None, *, production: bool) -> list[Judged]:
    """Every finding on a stack. A stack without a Milvus is judged by what stands beside any Milvus."""
    from pulumi_milvus.inspection.check_files import all_findings
    from pulumi_milvus.inspection.inspect import inspect

    export = {"deployment": {"resources": [item.state() for item in asked]}}
    inspection = inspect([("stack", json.dumps(export).encode())], workload, production=production)
    by_subject = subjects(asked)
    return [_judged(finding, by_subject) for finding in all_findings(inspection) if not _is_of_a_collection(finding)]


def _is_of_a_collection(finding: Finding) -> bool:
    """Whether the policies on collections, which see each by itself, report it."""
    return finding.level != "advice" and finding.subject.startswith("milvus:index:Collection ")


def not_known(asked: Sequence[Asked]) -> Iterator[tuple[str, str]]:
    """(URN, words) of the objects around a Milvus with values that are not known yet: a rule may be silent for them."""
    for item in asked:
        if item.type.rpartition(":")[2] in _READ and item.type.startswith("kubernetes:") and item.unknown:
            paths = ", ".join(dict.fromkeys(item.unknown))
            yield item.urn, f"not known yet: {paths}; what they decide is judged once they are known"


def subjects(asked: Sequence[Asked]) -> dict[str, Asked]:
    """Resources by the names that findings give them."""
    from pulumi_milvus.inspection.cluster_reader import subject_of

    found: dict[str, Asked] = {}
    for item in asked:
        state = item.state()
        is_object = "kind" in state["inputs"] and item.type.startswith("kubernetes:")
        found[subject_of(state["inputs"]) if is_object else f"{item.type} {item.urn.rsplit('::', 1)[-1]}"] = item
    return found


def _judged(finding: Finding, by_subject: Mapping[str, Asked]) -> Judged:
    about = [subject for subject in by_subject if finding.subject.startswith(subject)]
    item = by_subject[max(about, key=len)] if about else None
    message = f"{finding.subject}: {finding.message}; {finding.fix}"
    level: str = finding.level
    if item is not None and level != "advice" and (name := _not_known(finding, item)):
        level, message = "advice", f"{finding.subject}: {name} is not known yet, so this is not judged"
    return Judged(finding, level, message, item.urn if item else None)


def _not_known(finding: Finding, item: Asked) -> str | None:
    """The value that a finding takes for missing, while it is only not known yet."""
    for path in item.unknown:
        if re.search(rf"\b{re.escape(path.rsplit('.', 1)[-1])}\b", f"{finding.subject} {finding.message}"):
            return path
    return None


def stored(config: Mapping[str, Any], pack: Path) -> tuple[Workload | None, bool]:
    """(what is stored, whether it is for production), by the pack's configuration or else the stack's own.

    Raises ``InvalidValues`` where a file that the configuration names cannot be used.
    """
    import pulumi

    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.values_file import read_values

    named = config.get("workload")
    workload = None
    if named:
        workload = read_values(pack / str(named)).workload
    elif pulumi.Config("milvus").get("workload") is not None:
        from pulumi_milvus.program import stack_values

        with contextlib.suppress(InvalidValues):  # the program names what is wrong with the values
            workload = stack_values().workload
    return workload, bool(config.get("production")) or (workload is not None and workload.production)
