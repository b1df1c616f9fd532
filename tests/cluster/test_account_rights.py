"""The rights that examples/kubernetes-account gives: enough for an environment's whole life, and nothing to spare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.standins.operator.crd import milvus_crd

from changed_environment import holds, refused, words
from control_plane import ControlPlane, Object
from control_plane.accounts import Account, Asked, account
from environments_on_kubernetes import ARTICLES, S3, answers, values
from kubernetes_environment import kubernetes_environment
from pulumi_cli import CLONE

RIGHTS = CLONE / "examples" / "kubernetes-account"
SETTINGS: Mapping[str, Any] = {
    "operator": "existing",
    "object_store": S3,
    "storage_classes": [{"name": "milvus-ssd", "provisioner": "ebs.csi.aws.com"}],
    "etcd": {"storage_class": "milvus-ssd"},
    "priority_class": {"name": "milvus", "value": 1000},
    "backup": {"schedule": "0 3 * * *"},
}


@pytest.fixture
def milvus_is_defined(control_plane: ControlPlane) -> Iterator[None]:
    with control_plane.keeping(milvus_crd()):
        yield


def given(plane: ControlPlane, folder: Path, *files: str) -> Account:
    """The account for which a cluster's administrator has applied these files."""
    for file in files:
        plane.kubectl("apply", "--filename", str(RIGHTS / file))
    return account(plane, "pulumi", "deployer", folder)


@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("milvus_is_defined")
def test_an_environment_lives_with_these_rights(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    who = given(control_plane, tmp_path, "environment.yaml")
    declared = values(ARTICLES, SETTINGS, topology="standalone")
    with kubernetes_environment(control_plane, engine, tmp_path, declared, account=who.kubeconfig) as place:
        place.up()
        assert answers(place)
        place.up("--expect-no-changes")
        place.pulumi.run("refresh", "--yes", "-s", place.stack)
        place.destroy()
        assert not place.pods()
    asked = who.asked()
    assert [one for one in asked if one.status == 403] == []
    assert granted("environment.yaml") - used(asked) - SOMETIMES == SPARE


# What this life of one environment does not show the need of.
AUTOSCALER = "autoscaling/horizontalpodautoscalers"
WATCHED = (
    *(
        "milvus.io/milvuses",
        "/configmaps",
        "/serviceaccounts",
        "apps/statefulsets",
        "scheduling.k8s.io/priorityclasses",
    ),
    *("networking.k8s.io/networkpolicies", "policy/poddisruptionbudgets", "batch/cronjobs", "/endpoints"),
)
SPARE = {
    # A standalone is not scaled, and has one pod of each kind.
    *((AUTOSCALER, verb) for verb in ("get", "create", "patch", "delete")),
    *(("policy/poddisruptionbudgets", verb) for verb in ("get", "create", "patch", "delete")),
    # The official kubernetes package watches what it waits for; where a stand-in takes its place, that one asks again.
    *((resource, verb) for resource in (*WATCHED, AUTOSCALER) for verb in ("list", "watch")),
    *((resource, "watch") for resource in ("/services", "discovery.k8s.io/endpointslices")),
    ("discovery.k8s.io/endpointslices", "get"),
    # Newer releases of Kubernetes ask for it where older ones ask for `get`.
    ("/pods/portforward", "create"),
}


# Asked for where a Service is not found at once, to name those that are there.
SOMETIMES = {("/services", "list")}


def granted(file: str) -> set[tuple[str, str]]:
    """Each right of the roles of a file: group/resource and verb."""
    return {
        (f"{group}/{resource}", verb)
        for document in yaml.safe_load_all((RIGHTS / file).read_text())
        for rule in document.get("rules") or []
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def used(asked: set[Asked]) -> set[tuple[str, str]]:
    """The rights that an account has used. What makes an object by a patch needs the right to create it too."""
    made = {(f"{one.group}/{one.resource}", "create") for one in asked if one.status == 201}
    return made | {(f"{one.group}/{one.resource}", one.verb) for one in asked}


# In the order in which `up` needs them.
NEEDED = (("secrets", "get", ""), ("secrets", "create", ""), ("statefulsets", "patch", "apps"), ("pods", "list", ""))


@pytest.mark.timeout(900)
def test_each_missing_right_is_named_and_in_a_namespace_that_is_there_the_role_is_enough(
    control_plane: ControlPlane, engine: Path, tmp_path: Path
) -> None:
    """One right after the other is granted; each `up` goes on with what the one before has made."""
    who = given(control_plane, tmp_path, "environment.yaml")
    declared = values(ARTICLES, {"create_namespace": False}, object_store="local")
    with kubernetes_environment(
        control_plane, engine, tmp_path, declared, defined=False, account=who.kubeconfig
    ) as place:
        for number, (resource, verb, api_group) in enumerate(NEEDED):
            the_role_alone(control_plane, but=NEEDED[number:])
            if number == 0:
                place.preview()
            said = refused(place, command="up")
            holds(said, f'cannot {verb} resource "{resource}" in API group "{api_group}" in the namespace "milvus"')
            assert "Traceback" not in said
        the_role_alone(control_plane)
        place.up()
        assert answers(place)
        place.up("--expect-no-changes")
        place.destroy()
        assert not place.pods()
    refusals = {(one.resource, one.verb) for one in who.asked() if one.status == 403}
    assert refusals == {("secrets", "get"), ("secrets", "patch"), ("statefulsets", "patch"), ("pods", "list")}


def the_role_alone(plane: ControlPlane, but: Sequence[tuple[str, str, str]] = ()) -> None:
    """Nothing that is not in the namespace, and of its Role all but these rights."""
    plane.kubectl("apply", "--filename", str(RIGHTS / "environment.yaml"))
    for kind in ("ClusterRoleBinding", "ClusterRole"):
        plane.api.delete(kind, "milvus-environment")
    for resource, verb, _ in but:
        without(plane, resource, verb)


def without(
    plane: ControlPlane, resource: str, verb: str, kind: str = "Role", name: str = "milvus-environment"
) -> None:
    """Take one verb on one resource from the account."""
    namespace = "milvus" if kind == "Role" else None
    role = plane.api.get(kind, name, namespace)
    assert role is not None
    rules: list[Object] = []
    for rule in role["rules"]:
        if resource in rule["resources"]:
            rest = [one for one in rule["resources"] if one != resource]
            rules += [rule | {"resources": rest}] if rest else []
            kept = [one for one in rule["verbs"] if one != verb]
            rules += [rule | {"resources": [resource], "verbs": kept}] if kept else []
        else:
            rules.append(rule)
    assert rules != role["rules"]
    plane.api.patch(kind, name, namespace, {"rules": rules})


@pytest.mark.timeout(900)
def test_the_operator_is_installed_with_these_rights(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    who = given(control_plane, tmp_path, "environment.yaml", "operator.yaml")
    without(control_plane, "clusterroles", "escalate", "ClusterRole", "milvus-operator-stack")
    declared = values(ARTICLES, {"operator": "install", "object_store": S3}, topology="standalone")
    declared["milvus:createCollections"] = False
    with kubernetes_environment(
        control_plane, engine, tmp_path, declared, defined=False, answering=False, account=who.kubeconfig
    ) as place:
        done = place.up(check=False)
        assert done.returncode != 0
        holds(
            words(done),
            '"milvus-operator-manager-role" is forbidden',
            "attempting to grant RBAC permissions not curren",
        )
        control_plane.kubectl("apply", "--filename", str(RIGHTS / "operator.yaml"))
        place.up()
        place.up("--expect-no-changes")
        place.destroy()
    asked = {one for one in who.asked() if one.namespace != "milvus"}
    assert {(one.resource, one.verb) for one in asked if one.status == 403} == {("clusterroles", "patch")}
    # The rest is for the official kubernetes package, which watches what it waits for.
    spare = {right for right in granted("operator.yaml") - used(asked) if right[1] not in ("list", "watch")}
    assert spare == {
        # The server asks for these by itself: the refusal above is the one, and nobody has the rights that are bound.
        *(
            (f"rbac.authorization.k8s.io/{kind}", verb)
            for kind in ("roles", "clusterroles")
            for verb in ("escalate", "bind")
        ),
        # Another release of the operator brings other definitions.
        *(("apiextensions.k8s.io/customresourcedefinitions", verb) for verb in ("get", "update")),
        ("discovery.k8s.io/endpointslices", "get"),
    }
