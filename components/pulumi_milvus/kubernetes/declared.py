"""From component arguments to what shall stand in the cluster, with every mistake told at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.arguments import as_input_errors, misnamed, workload_of
from pulumi_milvus.manifests.agreement import settings_against_plan
from pulumi_milvus.manifests.backup_target import backup_facts
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.secrets import NeededSecret, needed_secrets
from pulumi_milvus.manifests.settings import ClusterSettings, read_cluster_settings
from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_facts import written_plan_facts
from pulumi_milvus.planning.written_plan_reader import read_written_plan
from pulumi_milvus.planning.written_use import plan_in_use
from pulumi_milvus.rules import check_backup

_PLAN: Final = "acceptedPlan"
SERVER_TOPOLOGIES: Final = ("standalone", "distributed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a component was asked for, judged."""

    workload: Workload
    plan: Plan
    settings: ClusterSettings
    manifests: tuple[Manifest, ...]
    secrets: tuple[NeededSecret, ...]


def declared(
    args: Mapping[str, Any],
    topologies: tuple[str, ...] = SERVER_TOPOLOGIES,
    catalogue: Catalogue | None = None,
) -> Declared:
    """What the arguments declare, for a component that creates ``topologies``.

    ``catalogue``: the nodes that a plan made here chooses from; None: those of the workload, or the packaged ones. A
    component has no values file that could name another: who has one gives ``accepted_plan``, as the stacks do.
    Raises InputPropertiesError with every mistake and every error that the rules find, before anything is created.
    """
    only = topologies[0] if len(topologies) == 1 else None
    workload = workload_of(args, only)
    plan = _plan(args, workload, catalogue)
    wrong = misnamed(args, workload)
    if plan.topology not in topologies:
        wrong.append((f"workload.{_of(plan)}", _other_topology(plan, topologies)))
    wrong += [
        (f"workload.{finding.subject}", f"{finding.message}; {finding.fix} ({finding.rule})")
        for finding in plan.findings
        if finding.level == "error"
    ]
    problems: list[Problem] = []
    settings = read_cluster_settings(args.get("kubernetes"), "kubernetes", problems)
    if not problems and not wrong:
        problems += settings_against_plan(plan, settings, "kubernetes")
    if not problems and not wrong:
        wrong += [
            (f"kubernetes.{finding.subject}", f"{finding.message}; {finding.fix} ({finding.rule})")
            for finding in check_backup(backup_facts(plan, settings))
            if finding.level == "error"
        ]
    wrong += [(problem.path, _words(problem)) for problem in problems]
    if wrong:
        raise as_input_errors(wrong)
    return Declared(
        workload=workload,
        plan=plan,
        settings=settings,
        manifests=deployment_manifests(plan, settings),
        secrets=needed_secrets(plan, settings),
    )


def _plan(args: Mapping[str, Any], workload: Workload, catalogue: Catalogue | None) -> Plan:
    text = args.get("accepted_plan")
    if not text:
        return make_plan(workload, None if workload.node_shapes else catalogue)
    try:
        written = read_written_plan(str(text).encode())
    except InvalidValues as error:
        found = [(f"{_PLAN}.{problem.path}".rstrip("."), _words(problem)) for problem in error.problems]
        raise as_input_errors(found) from None
    return plan_in_use(written, workload, written_plan_facts(written, workload, "the accepted plan"))


def _of(plan: Plan) -> str:
    return "topology" if plan.workload.topology is not None else "collections"


def _other_topology(plan: Plan, topologies: tuple[str, ...]) -> str:
    because = next((item.because for item in plan.decisions if item.what == "topology"), "")
    wanted = " or ".join(topologies)
    other = {"lite": "; the component Lite creates it", "managed": "; a managed service is not created here"}
    return f"the plan is {plan.topology} ({because}){other.get(plan.topology, '')}; write topology: {wanted}"


def _words(problem: Problem) -> str:
    shown = f"{problem.value}: " if problem.value else ""
    return f"{shown}{problem.reason}" + (f"; nearest: {problem.nearest}" if problem.nearest else "")
