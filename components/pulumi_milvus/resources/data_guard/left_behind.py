"""What the operator leaves in place of settings that are taken away, told when they are."""

from __future__ import annotations

from pulumi_milvus.manifests.traces import TRACES
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec


def left_behind(before: DataGuardSpec, after: DataGuardSpec) -> list[str]:
    """A line for each trace of an earlier run that is not declared any more."""
    now = after.traces or []
    return [f"traces.{name}: {TRACES[name]}" for name in before.traces or [] if name in TRACES and name not in now]
