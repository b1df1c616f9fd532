"""What `render` shows of a stack that is made on AWS: the same settings, machine and objects that `up` has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_milvus.cloud_aws.declared import Environment
    from pulumi_milvus.manifests.manifest import Manifest
    from pulumi_milvus.manifests.settings import ClusterSettings
    from pulumi_milvus.planning.plan import Plan
    from pulumi_milvus.planning.values_file import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAws:
    """``settings``: those of Milvus's cluster; ``before``: what stands in it first; ``compose``: of a machine."""

    settings: ClusterSettings
    before: tuple[Manifest, ...] = ()
    compose: str | None = None


def on_aws(values: Values, plan: Plan, file: Path, *, compose: bool) -> OnAws:
    """What AWS's part adds to the values of a file. Raises ``InvalidValues`` with everything that cannot be."""
    from pulumi_milvus.cloud_aws.declared import declared
    from pulumi_milvus.manifests.settings import ClusterSettings
    from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    settings = values.settings.aws
    assert settings is not None
    region = settings.region or values.settings.region
    problems: list[Problem] = []
    types = _types(values, file) or aws_catalogue(region or "us-east-1").types
    found = declared(plan, settings, values.settings.kubernetes, region, types, problems)
    if found is None or problems:
        raise InvalidValues(problems)
    if settings.run_on == "virtual_machine":
        if not compose:
            reason = "one machine runs a Compose file, and nothing in Kubernetes"
            raise InvalidValues([Problem("config.milvus:aws.run_on", "virtual_machine", reason, "render --compose")])
        return OnAws(settings=ClusterSettings(), compose=_compose(plan, found, types))
    if compose:
        # A person's own machine has neither bucket nor role of the cluster.
        return OnAws(settings=values.settings.kubernetes or ClusterSettings())
    return _in_cluster(values, found, file)


def _in_cluster(values: Values, found: Environment, file: Path) -> OnAws:
    from pulumi_milvus.cloud_aws.cluster_manifests import cluster_manifests
    from pulumi_milvus.cloud_aws.kubernetes_settings import kubernetes_settings
    from pulumi_milvus.manifests.settings import read_cluster_settings
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    problems: list[Problem] = []
    told = kubernetes_settings(
        _said_of_kubernetes(file),
        found.groups,
        bucket=found.bucket,
        region=found.region,
        role_arn=found.role_arn,
        problems=problems,
    )
    settings = read_cluster_settings(told, "config.milvus:kubernetes", problems)
    if problems:
        raise InvalidValues(problems)
    registry = values.settings.kubernetes.registry if values.settings.kubernetes is not None else None
    return OnAws(settings=settings, before=cluster_manifests(found, registry))


def _compose(plan: Plan, found: Environment, types: Any) -> str:
    """The Compose file of the machine."""
    from pulumi_milvus.cloud_aws.virtual_machine import machine
    from pulumi_milvus.manifests.settings import ClusterSettings
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    problems: list[Problem] = []
    kind = next(item for item in types if item.name == plan.node_pools[0]["instance_type"])
    made = machine(plan, kind, ClusterSettings(), open_to_clients=bool(found.settings.clients), problems=problems)
    if made is None:
        raise InvalidValues(problems)
    return made.compose


def _types(values: Values, file: Path) -> Any:
    """The types of the catalogue that is chosen; None where nothing is said."""
    import os

    from pulumi_milvus.planning.catalogue_choice import chosen_catalogue

    chosen = chosen_catalogue(values.settings, file.parent, os.environ)
    return None if chosen is None else chosen.types


def _said_of_kubernetes(file: Path) -> Mapping[str, Any]:
    """``milvus:kubernetes`` as it was written; it was read once without a mistake."""
    from pulumi_milvus.planning.yaml_text import parse

    said = parse(file.read_bytes(), str(file))["config"].get("milvus:kubernetes") or {}
    told: Mapping[str, Any] = json.loads(said) if isinstance(said, str) else said
    return told
