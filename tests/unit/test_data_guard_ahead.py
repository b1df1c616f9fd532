"""What a DataGuard asks of the cluster when it is made, before anything else of the environment is."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.resources.data_guard.ahead import judge_cluster
from pulumi_milvus.resources.data_guard.handler import DataGuardHandler
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import Scene
from pulumi_milvus.resources.lite_file import LiteFiles

SERVED = {"resources": [{"name": "milvuses", "kind": "Milvus"}, {"name": "milvuses/status", "kind": "Milvus"}]}
KINDS = "/apis/milvus.io/v1beta1"
STORE: dict[str, Any] = {
    "object_store": {"kind": "s3", "bucket": "vectors"},
    "etcd": {"kind": "in_cluster"},
}


class Asked:
    """A cluster that answers each question with what stands next for its path; the last one stays."""

    def __init__(self, kinds: list[dict[str, Any] | int], operators: list[dict[str, Any]] | int = 403) -> None:
        self.answers = {KINDS: kinds, "/version": kinds}
        self.operators = operators
        self.questions: list[str] = []

    def __str__(self) -> str:
        return "the cluster at https://127.0.0.1:6443"

    def get(self, path: str) -> dict[str, Any]:
        self.questions.append(path)
        answers = self.answers[path]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, int):
            raise ClusterError(f"{self} says {answer}", answer)
        return answer

    def items(self, path: str, selector: str = "") -> list[dict[str, Any]]:
        self.questions.append(f"{path}?{selector}")
        if isinstance(self.operators, int):
            raise ClusterError("no", self.operators)
        return self.operators


def spec(variant: str = "operator") -> DataGuardSpec:
    return DataGuardSpec.model_validate(
        {
            "namespace": "search",
            "name": "vec",
            "topology": "standalone",
            "variant": variant,
            "milvus_version": "2.6.24",
            "wal": "woodpecker",
            **(STORE if variant == "operator" else {}),
        },
        by_name=True,
    )


def judged(cluster: Asked, variant: str = "operator") -> tuple[str, int]:
    """What it warns of, and how often it paused."""
    pauses: list[None] = []
    return judge_cluster(cluster, spec(variant), lambda: pauses.append(None)), len(pauses)


def test_a_cluster_with_the_operator_is_asked_once() -> None:
    cluster = Asked([SERVED], operators=[{"metadata": {"name": "milvus-operator"}}])
    assert judged(cluster) == ("", 0)
    assert cluster.questions == [KINDS, "/apis/apps/v1/deployments?app.kubernetes.io/name=milvus-operator"]


def test_a_definition_that_was_just_made_is_waited_for() -> None:
    assert judged(Asked([404, {"resources": []}, SERVED])) == ("", 2)


def test_without_the_definition_it_is_refused_with_what_to_do() -> None:
    cluster = Asked([404])
    with pytest.raises(ResourceError) as told:
        judged(cluster)
    said = str(told.value)
    assert "the Milvus Operator is not in the cluster at https://127.0.0.1:6443" in said
    assert "Milvus search/vec needs it. Nothing was made." in said
    assert "operator: install in the settings (milvus:kubernetes) of exactly one stack" in said
    assert "helm install milvus-operator" in said
    assert cluster.questions == [KINDS] * 4


def test_a_definition_without_its_operator_is_warned_of() -> None:
    warning, _ = judged(Asked([SERVED], operators=[]))
    assert "no Deployment with the label app.kubernetes.io/name=milvus-operator is there" in warning


def test_an_account_that_may_not_ask_is_let_through() -> None:
    assert judged(Asked([403])) == ("", 0)


@pytest.mark.parametrize("variant", ["operator", "self_contained"])
@pytest.mark.parametrize("status", [0, 401, 503])
def test_no_answer_is_no_environment(variant: str, status: int) -> None:
    with pytest.raises(
        ResourceError, match=r"says \d+\. Nothing was made; set milvus:cluster or kubernetes:kubeconfig"
    ):
        judged(Asked([status]), variant)


def test_what_is_self_contained_needs_no_operator() -> None:
    cluster = Asked([{"major": "1"}])
    assert judged(cluster, "self_contained") == ("", 0)
    assert cluster.questions == ["/version"]


@pytest.mark.parametrize("preview", [True, False])
def test_a_preview_needs_no_cluster_and_neither_does_a_guard_without_one(preview: bool) -> None:
    cluster = ClusterAccess(kubeconfig="/nowhere/config", namespace="search") if preview else ClusterAccess()
    scene = Scene("urn:pulumi:a::b::c::d", None, LiteFiles(), lambda *_: None, 1.0, cluster=cluster)
    inputs = spec().model_dump(by_alias=True, exclude_none=True)
    identifier, state = DataGuardHandler().create(scene, inputs, preview=preview)
    assert (identifier, state) == ("" if preview else "search/vec", inputs)


def test_an_unusable_kubeconfig_stops_it() -> None:
    cluster = ClusterAccess(kubeconfig="/nowhere/config", namespace="search")
    scene = Scene("urn:pulumi:a::b::c::d", None, LiteFiles(), lambda *_: None, 1.0, cluster=cluster)
    inputs = spec().model_dump(by_alias=True, exclude_none=True)
    with pytest.raises(ResourceError, match="the kubeconfig /nowhere/config cannot be read"):
        DataGuardHandler().create(scene, inputs, preview=False)
