"""What the rules say of what will be there, and which of it is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.inspection.check_files import all_findings
from pulumi_milvus.inspection.shapes import mappings
from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.report.systems import States, System, inspection_of

_LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "advice")


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding; ``is_new``: it comes with this change."""

    finding: Finding
    is_new: bool


def judged(
    before: States, after: States, systems_before: Mapping[str, System], systems_after: Mapping[str, System]
) -> tuple[Judged, ...]:
    """The findings on what will be there: errors first, the new ones before those that stand already."""
    old = {(item.rule, item.subject, item.level) for item in _findings(before, systems_before)}
    found = [Judged(item, (item.rule, item.subject, item.level) not in old) for item in _findings(after, systems_after)]
    return tuple(
        sorted(
            dict.fromkeys(found),
            key=lambda one: (
                _LEVELS.index(one.finding.level),
                not one.is_new,
                one.finding.rule,
                one.finding.subject,
                one.finding.message,
            ),
        )
    )


def _findings(states: States, systems: Mapping[str, System]) -> list[Finding]:
    declared = [system.workload for system in systems.values() if system.workload is not None]
    workload = declared[0] if len(declared) == 1 else None
    found = all_findings(inspection_of(states, workload))
    for name, system in systems.items():
        found += _planned(name, system)
    return list(dict.fromkeys(found))


def _planned(name: str, system: System) -> Iterable[Finding]:
    """What the planner found; where there are resources to judge, the rules on them say the same again."""
    if system.facts:
        return
    for item in mappings((system.plan or {}).get("findings")):
        if item.get("level") in _LEVELS:
            subject = f"{name}: {item.get('subject')}"
            words = [str(item.get(key, "")) for key in ("message", "fix", "source")]
            yield Finding(str(item.get("rule")), item["level"], subject, *words)
