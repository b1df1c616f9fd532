"""From component arguments to a workload and a plan, with every mistake told at once."""

from collections.abc import Mapping
from typing import Any

import pulumi

from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.workload import Workload


def planned(args: Mapping[str, Any], topology: str) -> tuple[Workload, Plan]:
    """The workload of a component's arguments and its plan.

    Raises InputPropertiesError with every mistake and every error that the rules find, each with its property path,
    before anything is created.
    """
    declared = args["workload"]
    if isinstance(declared, Mapping) and declared.get("topology") is None:
        declared = {**declared, "topology": topology}
    try:
        workload = read_workload(declared)
    except InvalidValues as error:
        raise _as_input_errors([(f"workload.{problem.path}", _reason(problem)) for problem in error.problems]) from None
    wrong = [(f"workload.{path}", reason) for path, reason in _wrong_topology(workload, topology)]
    wrong += _unknown_collections(args, workload)
    plan = make_plan(workload)
    wrong += [
        (f"workload.{finding.subject}", f"{finding.message}; {finding.fix} ({finding.rule})")
        for finding in plan.findings
        if finding.level == "error"
    ]
    if wrong:
        raise _as_input_errors(wrong)
    return workload, plan


def _reason(problem: Any) -> str:
    text = f"{problem.value}: {problem.reason}" if problem.value else problem.reason
    return f"{text}, nearest: {problem.nearest}" if problem.nearest else text


def _wrong_topology(workload: Workload, topology: str) -> list[tuple[str, str]]:
    if workload.topology in (None, topology):
        return []
    return [("topology", f"this component creates {topology}, not {workload.topology}; write topology: {topology}")]


def _unknown_collections(args: Mapping[str, Any], workload: Workload) -> list[tuple[str, str]]:
    known = [collection.name for collection in workload.collections]
    named = [(f"aliases.{alias}", target) for alias, target in (args.get("aliases") or {}).items()]
    named += [
        (f"acknowledgeSearchGap[{position}]", name)
        for position, name in enumerate(args.get("acknowledge_search_gap") or [])
    ]
    wrong = [(path, _no_such(name, known)) for path, name in named if name not in known]
    taken = [alias for alias in args.get("aliases") or {} if alias in known]
    return wrong + [(f"aliases.{alias}", f"{alias} is a collection's own name; choose another") for alias in taken]


def _no_such(name: str, known: list[str]) -> str:
    nearest = nearest_word(name, known)
    return f"no collection {name} is declared; " + (
        f"did you mean {nearest}?" if nearest else f"known: {', '.join(known)}"
    )


def _as_input_errors(wrong: list[tuple[str, str]]) -> pulumi.InputPropertiesError:
    count = f"{len(wrong)} things" if len(wrong) > 1 else "one thing"
    lines = "".join(f"\n  {path}: {reason}" for path, reason in wrong)
    return pulumi.InputPropertiesError(
        f"the values cannot be deployed, {count} to mend:{lines}",
        [{"property_path": path, "reason": reason} for path, reason in wrong],
    )
