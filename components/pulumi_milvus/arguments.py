"""From component arguments to a workload and a plan, with every mistake told at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi

from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.settings import Settings, settings_problems
from pulumi_milvus.planning.workload import Workload


def planned(args: Mapping[str, Any], topology: str) -> tuple[Workload, Plan]:
    """The workload of a component's arguments and its plan.

    Raises InputPropertiesError with every mistake and every error that the rules find, each with its property path,
    before anything is created.
    """
    workload = workload_of(args, topology)
    wrong = [(f"workload.{path}", reason) for path, reason in _wrong_topology(workload, topology)]
    wrong += misnamed(args, workload)
    plan = make_plan(workload)
    wrong += [
        (f"workload.{finding.subject}", f"{finding.message}; {finding.fix} ({finding.rule})")
        for finding in plan.findings
        if finding.level == "error"
    ]
    if wrong:
        raise as_input_errors(wrong)
    return workload, plan


def workload_of(args: Mapping[str, Any], topology: str | None = None) -> Workload:
    """The workload of a component's arguments; ``topology`` is the one that it creates, where there is only one.

    Raises InputPropertiesError with every mistake.
    """
    declared = args["workload"]
    if topology is not None and isinstance(declared, Mapping) and declared.get("topology") is None:
        declared = {**declared, "topology": topology}
    try:
        return read_workload(declared)
    except InvalidValues as error:
        told = [(f"workload.{problem.path}", str(replace(problem, path=""))) for problem in error.problems]
        raise as_input_errors(told) from None


def _wrong_topology(workload: Workload, topology: str) -> list[tuple[str, str]]:
    if workload.topology in (None, topology):
        return []
    return [("topology", f"this component creates {topology}, not {workload.topology}; write topology: {topology}")]


def misnamed(args: Mapping[str, Any], workload: Workload) -> list[tuple[str, str]]:
    """Aliases and acknowledgements that name no collection, judged where a values file's are."""
    named = Settings(
        aliases=dict(args.get("aliases") or {}),
        acknowledge_search_gap=tuple(args.get("acknowledge_search_gap") or ()),
    )
    return [
        (
            problem.path.removeprefix("config.milvus:"),
            f"{problem.value}: {problem.reason}" + (f"; did you mean {problem.nearest}?" if problem.nearest else ""),
        )
        for problem in settings_problems(named, workload)
    ]


def as_input_errors(wrong: list[tuple[str, str]]) -> pulumi.InputPropertiesError:
    """The error of a component: every property path with its reason, and all of them in the message too."""
    count = f"{len(wrong)} things" if len(wrong) > 1 else "one thing"
    lines = "".join(f"\n  {path}: {reason}" for path, reason in wrong)
    return pulumi.InputPropertiesError(
        f"the values cannot be deployed, {count} to mend:{lines}",
        [{"property_path": path, "reason": reason} for path, reason in wrong],
    )
