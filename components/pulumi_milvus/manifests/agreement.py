"""Whether the settings of a cluster go with the plan: every problem at once, before anything is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.manifests.backup_target import backup_obstacle, backup_target, folder_problems
from pulumi_milvus.manifests.outside import WOODPECKER, dependency, makes_log_service, planned_wal, wal_of
from pulumi_milvus.manifests.plan_defaults import variant_of, with_plan
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown
from pulumi_milvus.rules import wal_allowed
from pulumi_milvus.rules.facts import EnvironmentFacts

__all__ = ["PATH", "refuse_disagreement", "settings_against_plan", "variant_of"]

PATH: Final = "config.milvus:kubernetes"
_S3_EXAMPLE: Final = "object_store: {kind: s3, bucket: vectors, region: us-east-1}"


def settings_against_plan(plan: Plan, settings: ClusterSettings, path: str = PATH) -> list[Problem]:
    """What of the settings cannot go with the plan; empty where all is well."""
    if plan.topology not in ("standalone", "distributed") or not plan.roles:
        why = "was not sized: see its findings" if plan.topology in ("standalone", "distributed") else "has no pods"
        reason = f"a plan with topology {plan.topology} {why}"
        return [Problem(path, "", reason, "topology: standalone or distributed")]
    settings = with_plan(plan, settings)
    problems = [*_figures(plan, settings, path)]
    problems += [*_variant(plan, settings, path), *_store(plan, settings, path), *_wal(plan, settings, path)]
    problems += [*_scaling(plan, settings, path), *_groups(plan, settings, path), *_pools(plan, settings, path)]
    problems += _backup(plan, settings, path)
    return problems


def refuse_disagreement(plan: Plan, settings: ClusterSettings, path: str = PATH) -> None:
    """Raise ``InvalidValues`` with every problem between plan and settings."""
    problems = settings_against_plan(plan, settings, path)
    if problems:
        raise InvalidValues(problems)


def _figures(plan: Plan, settings: ClusterSettings, path: str) -> Iterator[Problem]:
    """What is made needs its figures in the plan; the workload says what is planned, and a plan may be edited."""
    store = settings.object_store
    inside = variant_of(plan, settings) == "self_contained"
    needed: dict[str, tuple[str, ...]] = {}
    if inside:
        # Which ``_variant`` refuses otherwise.
        if plan.workload.object_store == "local":
            needed = {"etcd": ("quota_bytes",), "object store": ("volume_bytes",)}
            standalone = plan.roles.get("standalone")
            if standalone is not None and standalone.local_disk_bytes:
                # A plan written before it was a part of the volume lacks it; its volume would be too small.
                needed["object store"] = ("volume_bytes", "local_disk_bytes")
    elif plan.workload.object_store != "local":  # which ``_variant`` refuses
        if settings.etcd.kind == "in_cluster":
            if plan.workload.etcd == "external":
                reason = "the workload says etcd: external, and endpoints are missing"
                yield Problem(f"{path}.etcd", "", reason, "{kind: external, endpoints: [etcd.example.com:2379]}")
            else:
                needed["etcd"] = ("pods", "cpu_cores", "memory_bytes", "volume_bytes", "quota_bytes")
        if store is not None and store.kind == "in_cluster":
            if plan.workload.object_store != "in_cluster":
                reason = f"the plan has no pods for it: the workload says object_store: {plan.workload.object_store}"
                yield Problem(
                    f"{path}.object_store.kind", shown(store.kind), reason, "object_store: in_cluster there too"
                )
            else:
                needed["object store"] = ("pods", "cpu_cores", "memory_bytes", "volume_bytes")
        if makes_log_service(plan, settings):
            needed[WOODPECKER] = ("pods", "cpu_cores", "memory_bytes", "volume_bytes")
    for name, keys in needed.items():
        found = dependency(plan, name)
        for key in keys:
            if not isinstance(found.get(key), int | float) or found[key] <= 0:
                reason = f"the plan does not say {key} of {name}"
                yield Problem(
                    f"dependencies.{name}.{key}", shown(found.get(key)), reason, "pulumi-milvus plan --update FILE"
                )


def _variant(plan: Plan, settings: ClusterSettings, path: str) -> Iterator[Problem]:
    if settings.variant == "self_contained" and plan.topology != "standalone":
        reason = f"one pod holds all of it, and the plan is {plan.topology}"
        yield Problem(f"{path}.variant", shown("self_contained"), reason, "leave it out")
        return
    if variant_of(plan, settings) != "self_contained":
        if plan.workload.object_store == "local":
            reason = "the workload says object_store: local, which is the volume of a self-contained pod"
            yield Problem(f"{path}.variant", shown(settings.variant), reason, "object_store: external in the workload")
        return
    if plan.workload.object_store != "local":
        reason = f"the workload says object_store: {plan.workload.object_store}, so the plan has no volume for the pod"
        yield Problem(f"{path}.variant", shown(settings.variant), reason, "object_store: local in the workload")
        return
    if plan.hardware == "nvme":
        reason = "local disks are lost with their node, and a self-contained Milvus keeps its data on the same path"
        yield Problem(f"{path}.variant", shown(settings.variant), reason, f"variant: operator, {_S3_EXAMPLE}")
    if settings.object_store is not None:
        reason = "a self-contained Milvus keeps its files on its own volume"
        yield Problem(f"{path}.object_store", shown(settings.object_store.kind), reason, "variant: operator")
    if settings.etcd.kind == "external":
        reason = "a self-contained Milvus has etcd in its own process"
        yield Problem(f"{path}.etcd.kind", shown("external"), reason, "variant: operator")


def _store(plan: Plan, settings: ClusterSettings, path: str) -> Iterator[Problem]:
    store = settings.object_store
    if store is None:
        if variant_of(plan, settings) == "operator" and plan.workload.object_store != "local":
            reason = f"is missing: the workload says object_store: {plan.workload.object_store}, and all is kept there"
            inside = " here, or object_store: local in the workload" if plan.topology == "standalone" else ""
            yield Problem(f"{path}.object_store", "", reason, f"{_S3_EXAMPLE}{inside}")
        return
    if plan.workload.object_store == "in_cluster" and store.kind != "in_cluster":
        reason = "the workload says object_store: in_cluster, and the plan has pods for it"
        yield Problem(f"{path}.object_store.kind", shown(store.kind), reason, "object_store: external in the workload")
    if store.kind == "in_cluster" and plan.workload.production:
        reason = "a MinIO of our own is for trials, nobody watches over it, and production is true"
        yield Problem(f"{path}.object_store.kind", shown("in_cluster"), reason, _S3_EXAMPLE)


def _wal(plan: Plan, settings: ClusterSettings, path: str) -> Iterator[Problem]:
    wal = wal_of(plan, settings)
    where = f"{path}.wal"
    if variant_of(plan, settings) == "self_contained":
        if settings.wal is not None and wal.kind != "woodpecker":
            yield Problem(f"{where}.kind", shown(wal.kind), "a self-contained Milvus has its log inside", "woodpecker")
        return
    # Whether a log goes with mode and version is the rule's to say.
    facts = EnvironmentFacts(topology=plan.topology, wal=wal.kind.replace("_", "-"), milvus_version=plan.milvus_version)
    findings = wal_allowed.check(facts)
    planned, named = planned_wal(plan), plan.workload.wal
    if settings.wal is None and wal.kind not in ("woodpecker", "woodpecker_service"):
        near = f"wal: {{kind: {wal.kind}, addresses: [...]}}"
        yield Problem(path, "", f"the plan's log is {plan.wal}, and wal does not say where it is", near)
    elif wal.kind != planned and named is not None:
        yield Problem(f"{where}.kind", shown(wal.kind), f"the workload says wal: {named}", planned)
    elif wal.kind != planned and not findings:
        reason = f"the plan was made for {plan.wal}, since the workload names no log"
        yield Problem(f"{where}.kind", shown(wal.kind), reason, f"wal: {facts.wal} in the workload, or {planned}")
    for finding in findings:
        yield Problem(f"{where}.kind", shown(wal.kind), finding.message, finding.fix)


def _scaling(plan: Plan, settings: ClusterSettings, path: str) -> Iterator[Problem]:
    for name, scale in settings.autoscale.items():
        where = f"{path}.autoscale.{name}"
        role = plan.roles.get(name)
        if role is None:
            yield Problem(where, "", f"a {plan.topology} plan has no such role", "leave it out")
            continue
        if scale.min_pods is not None and scale.min_pods < role.pods:
            reason = f"the data needs {role.pods} pods"
            yield Problem(f"{where}.min", shown(scale.min_pods), reason, str(role.pods))
        if scale.max_pods < role.pods:
            yield Problem(f"{where}.max", shown(scale.max_pods), f"the plan has {role.pods} pods", str(role.pods))


def _groups(plan: Plan, settings: ClusterSettings, path: str) -> Iterator[Problem]:
    if not settings.resource_groups:
        return
    where = f"{path}.resource_groups"
    nodes = plan.roles.get("query_node")
    if nodes is None:
        yield Problem(where, "", f"a {plan.topology} plan has no query nodes to divide", "leave it out")
        return
    pods = sum(group.pods for group in settings.resource_groups)
    if pods != nodes.pods:
        yield Problem(where, str(pods), "pods of all groups together are not the plan's query nodes", str(nodes.pods))
    if "query_node" in settings.autoscale:
        reason = "with resource groups every group has pods of its own"
        yield Problem(f"{path}.autoscale.query_node", "", reason, "leave one of them out")


def _backup(plan: Plan, settings: ClusterSettings, path: str) -> Iterator[Problem]:
    target = backup_target(plan, settings)
    if target is not None:
        yield from folder_problems(target, f"{path}.backup.root_path")
    obstacle = backup_obstacle(plan, settings)
    if settings.backup is not None and settings.backup.enabled and obstacle is not None:
        yield Problem(f"{path}.backup", "", obstacle, "enabled: false, with instead: what brings the data back")


def _pools(plan: Plan, settings: ClusterSettings, path: str) -> Iterator[Problem]:
    known = [str(pool["name"]) for pool in plan.node_pools]
    for name in settings.node_pools:
        if name not in known:
            near = nearest_word(name, known) or ", ".join(known)
            yield Problem(f"{path}.node_pools.{name}", "", "the plan has no pool of this name", near)
