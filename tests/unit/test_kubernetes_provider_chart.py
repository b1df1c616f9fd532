"""The one chart of the stand-in Kubernetes provider: what it consists of, and what is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from kubernetes_provider.constructing import chart_objects
from kubernetes_provider.errors import ProviderError
from kubernetes_provider.operator_chart import operator_objects
from pulumi_milvus.kubernetes.operator import chart_values

ASKED: dict[str, Any] = {
    "chart": "milvus-operator",
    "name": "milvus-operator",
    "namespace": "operators",
    "version": "1.3.10",
    "resourcePrefix": "operator-chart",
}


def test_children_are_named_as_the_official_provider_names_them() -> None:
    found = sorted((name, item["kind"]) for name, item in chart_objects("chart", ASKED))
    assert found == [
        ("operator-chart:milvus-operator-manager-role", "ClusterRole"),
        ("operator-chart:milvus-operator-manager-rolebinding", "ClusterRoleBinding"),
        ("operator-chart:milvuses.milvus.io", "CustomResourceDefinition"),
        ("operator-chart:operators/milvus-operator", "Deployment"),
        ("operator-chart:operators/milvus-operator", "ServiceAccount"),
        ("operator-chart:operators/milvus-operator-leader-election-role", "Role"),
        ("operator-chart:operators/milvus-operator-leader-election-rolebinding", "RoleBinding"),
        ("operator-chart:operators/milvus-operator-metrics-service", "Service"),
    ]


def test_without_a_prefix_it_is_the_component_s_name_and_an_empty_one_is_none() -> None:
    given = {key: value for key, value in ASKED.items() if key != "resourcePrefix"}
    assert chart_objects("chart", given)[0][0] == "chart:milvuses.milvus.io"
    assert chart_objects("chart", {**given, "resourcePrefix": ""})[0][0] == "milvuses.milvus.io"


def test_values_of_the_component_arrive_in_the_deployment() -> None:
    values = chart_values({"registry": "mirror.example/hub/", "pull_secrets": ["hub"]}, "1.3.10")
    deployment = operator_objects("milvus-operator", "operators", "1.3.10", values)[-1]
    pod = deployment["spec"]["template"]["spec"]
    assert pod["containers"][0]["image"] == "mirror.example/hub/milvusdb/milvus-operator:v1.3.10"
    assert pod["imagePullSecrets"] == [{"name": "hub"}]
    assert pod["securityContext"] == values["podSecurityContext"]
    assert pod["serviceAccountName"] == "milvus-operator"


def test_values_that_the_chart_leaves_unread_reach_nothing() -> None:
    with_and_without = [
        operator_objects("milvus-operator", "operators", "1.3.8", values)[-1]
        for values in ({}, {"securityContext": {"readOnlyRootFilesystem": True}})
    ]
    assert with_and_without[0] == with_and_without[1]


def test_defaults_are_the_chart_s() -> None:
    deployment = operator_objects("vectors", "operators", "", {"resources": {"limits": {"cpu": None}}})[-1]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert deployment["metadata"]["name"] == "vectors-milvus-operator"
    assert container["image"] == "milvusdb/milvus-operator:v1.3.8"
    assert container["resources"]["limits"] == {"memory": "1Gi"}
    assert not any(
        item["kind"] == "CustomResourceDefinition" for item in operator_objects("a", "b", "", {"installCRDs": False})
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"chart": "postgresql"}, "is no Helm and has the objects of one chart only, milvus-operator"),
        ({"skipCrds": True}, "skipCrds: not served"),
        ({"values": {"enableWebhook": True, "rbac": {}}}, "values.enableWebhook, values.rbac: .* these values"),
    ],
)
def test_what_it_has_not_is_an_error_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ProviderError, match=words):
        chart_objects("chart", ASKED | changes)
