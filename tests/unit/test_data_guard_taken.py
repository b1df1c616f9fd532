"""A place that somebody else's Milvus has is not taken over."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.data_guard.taken import (
    MADE_AS,
    MADE_BY,
    component_of,
    guard_name,
    refuse_what_is_taken,
    stack_of,
)
from pulumi_milvus.resources.errors import ResourceError

MILVUS = "/apis/milvus.io/v1beta1/namespaces/search/milvuses/vec"
SETS = "/apis/apps/v1/namespaces/search/statefulsets"
OURS = "milvus/dev"
URN = "urn:pulumi:dev::milvus::milvus:index:Milvus$milvus:index:DataGuard::milvus-data-guard"


class Standing:
    """A cluster in which certain objects stand: path to the stack that made each, or to a status of refusal."""

    def __init__(self, **standing: str | int | None) -> None:
        self.standing = {PATHS[key]: owner for key, owner in standing.items()}

    def get(self, path: str) -> dict[str, Any]:
        owner = self.standing.get(path, 404)
        if isinstance(owner, int):
            raise ClusterError(f"status {owner}", owner)
        annotations = {"annotations": {MADE_BY: owner}} if owner else {}
        return {"metadata": {"name": path.rpartition("/")[2], **annotations}}

    def items(self, path: str, selector: str = "") -> list[dict[str, Any]]:
        raise AssertionError("what is asked has a name")


PATHS = {"milvus": MILVUS, "etcd": f"{SETS}/vec-etcd", "minio": f"{SETS}/vec-minio", "alone": f"{SETS}/vec-standalone"}


def spec(variant: str = "operator") -> DataGuardSpec:
    outside = {"object_store": {"kind": "s3", "bucket": "vectors"}, "etcd": {"kind": "in_cluster"}}
    return DataGuardSpec.model_validate(
        {
            "namespace": "search",
            "name": "vec",
            "topology": "standalone",
            "variant": variant,
            "milvus_version": "2.6.24",
            "wal": "woodpecker",
            **(outside if variant == "operator" else {}),
        },
        by_name=True,
    )


@pytest.mark.parametrize("standing", [{}, {"milvus": OURS, "etcd": OURS, "minio": OURS}, {"etcd": OURS, "milvus": 403}])
def test_what_is_free_or_our_own_is_used(standing: dict[str, str | int]) -> None:
    refuse_what_is_taken(Standing(**standing), spec(), URN)


@pytest.mark.parametrize("place", ["milvus", "etcd", "minio"])
def test_what_another_stack_or_nobody_made_is_refused(place: str) -> None:
    with pytest.raises(ResourceError) as told:
        refuse_what_is_taken(Standing(**{place: "milvus/prod"}), spec(), URN)
    kind, name = ("milvus", "vec") if place == "milvus" else ("statefulset", f"vec-{place}")
    assert f"{kind} search/{name} is there already, and the stack milvus/prod has made it" in str(told.value)
    assert f"kubectl annotate {kind} {name} --namespace search --overwrite {MADE_BY}={OURS}" in str(told.value)
    with pytest.raises(ResourceError, match="no stack of pulumi-milvus says that it has made it"):
        refuse_what_is_taken(Standing(**{place: None}), spec(), URN)


def test_each_variant_looks_where_it_would_stand() -> None:
    refuse_what_is_taken(Standing(milvus=None, etcd=None), spec("self_contained"), URN)
    refuse_what_is_taken(Standing(alone=None), spec(), URN)
    with pytest.raises(ResourceError, match="statefulset search/vec-standalone is there already"):
        refuse_what_is_taken(Standing(alone=None), spec("self_contained"), URN)


def test_a_cluster_that_does_not_answer_is_said() -> None:
    with pytest.raises(ClusterError, match="status 500"):
        refuse_what_is_taken(Standing(milvus=500), spec(), URN)


def test_stack_and_component_are_read_from_the_urn() -> None:
    assert stack_of(URN) == OURS
    assert component_of(URN) == "milvus"
    assert guard_name("milvus") == "milvus-data-guard"
    assert component_of("urn:pulumi:dev::milvus::milvus:index:DataGuard::kept") == ""


class MadeAs(Standing):
    """A cluster where this stack has made a Milvus, as a component of some name."""

    def __init__(self, component: str) -> None:
        super().__init__(milvus=OURS)
        self.component = component

    def get(self, path: str) -> dict[str, Any]:
        found = super().get(path)
        found["metadata"]["annotations"][MADE_AS] = self.component
        return found


def test_a_component_of_another_name_is_no_second_one() -> None:
    refuse_what_is_taken(MadeAs("milvus"), spec(), URN)
    refuse_what_is_taken(MadeAs("search"), spec(), URN.replace("milvus-data-guard", "kept"))
    with pytest.raises(ResourceError) as told:
        refuse_what_is_taken(MadeAs("search"), spec(), URN)
    for words in (
        "made by this stack as the component search, which the program calls milvus now",
        "aliases=[pulumi.Alias(name='search')]",
        f"kubectl annotate milvus vec --namespace search --overwrite {MADE_AS}=milvus",
    ):
        assert words in str(told.value)
