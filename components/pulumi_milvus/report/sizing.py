"""The sizes before and after with the reason of the new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_milvus.report.amounts import size_words
from pulumi_milvus.report.roles import in_order, role_words
from pulumi_milvus.report.systems import System, decisions_of

_FIGURES: Final = ("pods", "memory_bytes", "peak_bytes_per_pod", "cpu_cores")
_ACCEPTED: Final = "not by the plan of what is declared, as after a release that plans otherwise"


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One role: its size before and after, empty where there is none, and why it has the new one."""

    role: str
    before: str
    after: str
    because: str

    def to_json(self) -> dict[str, str | None]:
        """The row as plain data."""
        return {
            "role": self.role,
            "before": self.before or None,
            "after": self.after or None,
            "because": self.because or None,
        }


def sizing_of(before: Mapping[str, System], after: Mapping[str, System]) -> tuple[SizeRow, ...]:
    """A row for every role of every Milvus, also for those that stay."""
    names = sorted(before.keys() | after.keys())
    several = len([name for name in names if name]) > 1
    found = []
    for name in names:
        old, new = before.get(name), after.get(name)
        roles = dict.fromkeys([*(old.roles if old else ()), *(new.roles if new else ())])
        for role in in_order(roles):
            was = old.roles.get(role) if old else None
            becomes = new.roles.get(role) if new else None
            shown = f"{name}: {role_words(role)}" if several and name else role_words(role)
            because = _because(role, new) if becomes else ""
            found.append(
                SizeRow(shown, size_words(was) if was else "", size_words(becomes) if becomes else "", because)
            )
    return tuple(found)


def _because(role: str, system: System | None) -> str:
    if system is None or system.plan is None:
        return ""
    if not system.as_planned:
        return _ACCEPTED
    reasons = decisions_of(system)
    found = [reasons[path] for figure in _FIGURES if (path := f"roles.{role}.{figure}") in reasons]
    return "; ".join(dict.fromkeys(found))
