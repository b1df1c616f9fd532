"""What stands around Milvus: images, etcd, log, secrets, services, budgets, volumes, buckets and roles."""

from __future__ import annotations

import base64
from typing import Any

from .case import Case, Objects, changed, without
from .right_systems import HNSW_WORKLOAD, IMAGE, hnsw

COMPONENTS = "spec/components"
SECURITY = "spec/config/common/security"


def service(**spec: Any) -> dict[str, Any]:
    """A Service in front of the proxy."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "vectors-front", "namespace": "search", "annotations": spec.pop("annotations", {})},
        "spec": {
            "selector": {"app.kubernetes.io/instance": "vectors", "milvus.io/service": "true"},
            "ports": [{"name": "milvus", "port": 19530, "targetPort": 19530}],
            **spec,
        },
    }


def etcd(replicas: int = 3, storage_class: str = "gp3") -> Objects:
    """etcd as the operator's Helm dependency asks for it, and its storage class."""
    values = {"replicaCount": replicas, "persistence": {"storageClass": storage_class, "size": "20Gi"}}
    return changed(hnsw(), "spec/dependencies/etcd", {"inCluster": {"values": values, "deletionPolicy": "Retain"}})


def storage_class(name: str, provisioner: str, **parameters: str) -> dict[str, Any]:
    """A StorageClass."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": provisioner,
        "parameters": parameters,
    }


def keys(access: str, secret: str) -> Objects:
    """MinIO by keys of a Secret instead of a role."""
    start = changed(hnsw(), "spec/config/minio/useIAM", False)
    start = changed(start, "spec/dependencies/storage/secretRef", "keys")
    data = {
        "accesskey": base64.b64encode(access.encode()).decode(),
        "secretkey": base64.b64encode(secret.encode()).decode(),
    }
    metadata = {"name": "keys", "namespace": "search"}
    return [*start, {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": data}]


GP3 = storage_class("gp3", "ebs.csi.aws.com", type="gp3", encrypted="true")
EFS = storage_class("gp3", "efs.csi.aws.com", provisioningMode="efs-ap")
INTERNAL = {
    "service.beta.kubernetes.io/aws-load-balancer-type": "external",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
}
INTERNET = INTERNAL | {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing"}


def hnsw_case(name: str, files: Objects, expected: dict[str, str], environment: str | None = None) -> Case:
    """A case with the vectors of the right system."""
    return Case(name, files, expected, HNSW_WORKLOAD, environment)


_no_proxy_budget = [item for item in hnsw() if item["metadata"]["name"] != "vectors-proxy"]
_other_namespace = changed(hnsw(), "metadata/namespace", "elsewhere", kind="PodDisruptionBudget")
_twin = changed(hnsw(), "metadata/name", "other")[:1]
_twin_apart = changed(
    changed(changed(_twin, "spec/config/minio/rootPath", "b"), "spec/config/etcd/rootPath", "b"),
    "spec/components/proxy/replicas",
    1,
)

CASES = [
    hnsw_case(
        "image-latest", changed(hnsw(), f"{COMPONENTS}/image", "milvusdb/milvus:latest"), {"image-pinned": "error"}
    ),
    hnsw_case(
        "image-without-tag", changed(hnsw(), f"{COMPONENTS}/image", "milvusdb/milvus"), {"image-pinned": "error"}
    ),
    hnsw_case(
        "image-of-one-component-differs",
        changed(hnsw(), f"{COMPONENTS}/queryNode/image", "milvusdb/milvus:v2.6.20"),
        {"image-pinned": "error"},
    ),
    hnsw_case(
        "image-of-another-registry",
        changed(hnsw(), f"{COMPONENTS}/image", "123456789012.dkr.ecr.us-east-1.amazonaws.com/milvus/milvus:v2.6.24"),
        {},
    ),
    hnsw_case(
        "image-with-digest",
        changed(hnsw(), f"{COMPONENTS}/image", IMAGE + "@sha256:" + "ab" * 32),
        {"image-pinned": "error"},
    ),
    hnsw_case(
        "message-stream-left-out",
        changed(hnsw(), "spec/dependencies/msgStreamType", remove=True),
        {"pulsar-by-accident": "error"},
    ),
    hnsw_case(
        "pulsar-named",
        changed(
            changed(hnsw(), "spec/dependencies/msgStreamType", "pulsar"),
            "spec/dependencies/pulsar",
            {"external": True, "endpoint": "pulsar.search.svc:6650"},
        ),
        {},
    ),
    hnsw_case("etcd-three-on-gp3", [*etcd(), GP3], {}),
    hnsw_case("etcd-three-on-gp3-prod", [*etcd(), GP3], {}, "prod"),
    hnsw_case("etcd-one", [*etcd(1), GP3], {}),
    hnsw_case("etcd-two", [*etcd(2), GP3], {"etcd-count": "warning"}),
    hnsw_case("etcd-two-prod", [*etcd(2), GP3], {"etcd-count": "error"}, "prod"),
    hnsw_case("etcd-on-efs", [*etcd(), EFS], {"etcd-disk": "warning"}),
    hnsw_case(
        "volumes-not-encrypted",
        [*etcd(), storage_class("gp3", "ebs.csi.aws.com", type="gp3", encrypted="false")],
        {"encryption": "error"},
    ),
    hnsw_case(
        "authorization-off", changed(hnsw(), f"{SECURITY}/authorizationEnabled", False), {"authorization": "warning"}
    ),
    hnsw_case(
        "authorization-off-prod",
        changed(hnsw(), f"{SECURITY}/authorizationEnabled", False),
        {"authorization": "error"},
        "prod",
    ),
    hnsw_case(
        "authorization-left-out-prod",
        changed(hnsw(), "spec/config/common", remove=True),
        {"authorization": "error"},
        "prod",
    ),
    hnsw_case(
        "root-password-milvus",
        changed(hnsw(), f"{SECURITY}/defaultRootPassword", "Milvus"),
        {"default-credentials": "error"},
    ),
    hnsw_case(
        "minioadmin", keys("minioadmin", "minioadmin"), {"default-credentials": "error", "static-keys": "warning"}
    ),
    hnsw_case("static-keys", keys("AKIAEXAMPLE", "s3cr3t-0123456789"), {"static-keys": "warning"}),
    hnsw_case("static-keys-prod", keys("AKIAEXAMPLE", "s3cr3t-0123456789"), {"static-keys": "error"}, "prod"),
    hnsw_case(
        "load-balancer-internal", [*hnsw(), service(type="LoadBalancer", annotations=INTERNAL)], {"tls": "warning"}
    ),
    hnsw_case(
        "load-balancer-world",
        [*hnsw(), service(type="LoadBalancer", annotations=INTERNET)],
        {"public-endpoint": "error", "tls": "warning"},
    ),
    hnsw_case(
        "load-balancer-world-ranges",
        [*hnsw(), service(type="LoadBalancer", annotations=INTERNET, loadBalancerSourceRanges=["0.0.0.0/0"])],
        {"public-endpoint": "error", "tls": "warning"},
    ),
    hnsw_case(
        "load-balancer-some",
        [*hnsw(), service(type="LoadBalancer", annotations=INTERNET, loadBalancerSourceRanges=["203.0.113.0/24"])],
        {"tls": "warning"},
    ),
    hnsw_case("cluster-ip-prod", [*hnsw(), service(type="ClusterIP")], {}, "prod"),
    hnsw_case(
        "node-port-field",
        changed(hnsw(), f"{COMPONENTS}/proxy/serviceType", "NodePort"),
        {"public-endpoint": "error", "tls": "warning"},
    ),
    hnsw_case("proxy-without-budget", _no_proxy_budget, {"disruption-budget": "warning"}),
    hnsw_case("proxy-without-budget-prod", _no_proxy_budget, {"disruption-budget": "error"}, "prod"),
    hnsw_case("budgets-of-another-namespace", _other_namespace, {"disruption-budget": "warning"}),
    hnsw_case("budgets-none", without(hnsw(), "PodDisruptionBudget"), {"disruption-budget": "warning"}),
    hnsw_case("shared-bucket-and-path", [*hnsw(), *_twin], {"shared-path": "error", "disruption-budget": "warning"}),
    hnsw_case("bucket-shared-paths-apart", [*hnsw(), *_twin_apart], {"disruption-budget": "warning"}),
    hnsw_case("versions-3-with-2.6-workload", changed(hnsw(), f"{COMPONENTS}/image", "milvusdb/milvus:v3.0.2"), {}),
]
