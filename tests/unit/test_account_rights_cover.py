"""The rights in examples/kubernetes-account cover every object of any environment, and open nothing wholesale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from manifest_cases import CLONE, GOLDEN, S3, VARIANTS, kept_plan, made_variant, settings_of
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.secrets import needed_secrets
from pulumi_milvus.manifests.settings import ClusterSettings
from pulumi_milvus.manifests.surroundings import namespace

RIGHTS: Final = CLONE / "examples" / "kubernetes-account"
FILES: Final = ("environment.yaml", "operator.yaml")
# What a Role cannot give.
CLUSTER_WIDE: Final = {"Namespace", "StorageClass", "PriorityClass"}
STAYS: Final = {"Namespace", "StorageClass"}
_CLASSES: Final = {
    "object_store": S3,
    "storage_classes": [{"name": "milvus-ssd", "provisioner": "ebs.csi.aws.com"}],
    "etcd": {"storage_class": "milvus-ssd"},
    "priority_class": {"name": "milvus", "value": 1},
}


def documents(file: str) -> list[dict[str, Any]]:
    return [item for item in yaml.safe_load_all((RIGHTS / file).read_text()) if item]


def rights(kind: str) -> set[tuple[str, str, str]]:
    """Group, resource and verb of each right of the roles of a kind in the environment's file."""
    return {
        (group, resource, verb)
        for document in documents("environment.yaml")
        if document["kind"] == kind
        for rule in document["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def every_manifest() -> Iterator[Manifest]:
    for stack, declared in GOLDEN.values():
        yield from deployment_manifests(kept_plan(stack), settings_of(declared))
    for variant in VARIANTS:
        yield from made_variant(variant)[0]
    yield from deployment_manifests(kept_plan("distributed"), settings_of(_CLASSES))


def plural(kind: str) -> str:
    name = kind.lower()
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"


def test_each_object_that_is_made_is_covered_and_no_other_kind_is() -> None:
    wanted = set()
    for manifest in every_manifest():
        group = manifest.body["apiVersion"].rpartition("/")[0]
        verbs = {"get", "create", "patch"} | (set() if manifest.kind in STAYS else {"delete"})
        wanted |= {(manifest.kind in CLUSTER_WIDE, group, plural(manifest.kind), verb) for verb in verbs}
    # It is there already when the account comes, since its Role stands in it.
    wanted.remove((True, "", "namespaces", "create"))
    assert any(needed_secrets(kept_plan(stack), settings_of(declared)) for stack, declared in GOLDEN.values())
    wanted |= {(False, "", "secrets", verb) for verb in ("get", "create", "patch")}
    found = {(False, *right) for right in rights("Role")} | {(True, *right) for right in rights("ClusterRole")}
    assert wanted <= found
    writing = {right for right in found if right[3] in ("create", "patch", "delete")}
    assert writing - wanted == {(False, "", "pods/portforward", "create")}


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_open_wholesale(file: str) -> None:
    for document in documents(file):
        for rule in document.get("rules") or []:
            assert "*" not in rule["apiGroups"] + rule["resources"] + rule["verbs"]
            # Over the whole cluster, only looking is without a name.
            named = "resourceNames" in rule or document["kind"] == "Role"
            assert named or rule["verbs"] == ["list"], rule


def test_a_namespace_that_the_administrator_makes_has_the_labels_of_the_one_that_is_made_here() -> None:
    first = documents("environment.yaml")[0]
    assert first == namespace(ClusterSettings()).body
