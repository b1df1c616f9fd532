"""Components of AWS and Kubernetes from a program in YAML: what a program in Python makes, resource by resource."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from aws_provider.official import provided
from kubernetes_provider.official import provided as with_kubernetes
from moto_server import AwsOnLoopback
from pulumi_cli import PLUGINS, Pulumi, environment_for, program
from yaml_host import with_yaml

# A preview asks no cluster.
KUBECONFIG = "apiVersion: v1\nkind: Config\nclusters: []\n"
PYTHON = """\
import pulumi
from pulumi_milvus import Backup, EksCluster, Milvus, Network, NodePool, ObjectStore, WorkloadIdentity

kubeconfig = pulumi.Config().require_secret("kubeconfig")
network = Network("network", {"cidr": "10.0.0.0/16", "nat": "per_zone"})
cluster = EksCluster("cluster", {
    "cluster_name": "milvus", "kubernetes_version": "1.33", "subnet_ids": network.private_subnet_ids,
})
NodePool("pool", {
    "cluster_name": cluster.cluster_name, "subnet_ids": network.private_subnet_ids, "pool": "general",
    "instance_type": "m7i.xlarge", "nodes": 3, "max_nodes": 4, "root_volume_gib": 50, "labels": {"team": "search"},
})
store = ObjectStore("store", {"bucket": "vectors-of-search"})
WorkloadIdentity("identity", {
    "bucket": "vectors-of-search", "key_arn": store.key_arn, "service_accounts": ["search:milvus"],
    "oidc_issuer": cluster.oidc_issuer, "oidc_provider_arn": cluster.oidc_provider_arn,
})
milvus = Milvus("milvus", {
    "workload": {
        "topology": "standalone",
        "collections": [
            {"name": "articles", "vectors": 1_000_000, "dimension": 768, "index": "HNSW", "index_params": {"M": 16}},
        ],
    },
    "kubernetes": {
        "namespace": "search",
        "operator": "existing",
        "object_store": {
            "kind": "s3", "bucket": "vectors-of-search", "region": "us-east-1",
            "service_account_annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/milvus"},
        },
    },
    # Not known yet: that cluster is made here.
    "cluster": {"kubeconfig": cluster.kubeconfig},
})
Backup("backup", {
    "name": "older", "namespace": "older", "address": "older.older.svc:19530", "password_secret": "older-root",
    "object_store": {
        "kind": "s3", "bucket": "older", "region": "us-east-1", "root_path": "files",
        "credentials_secret": "older-keys",
    },
    "cluster": {"kubeconfig": kubeconfig},
})
pulumi.export("endpoint", milvus.endpoint)
"""
YAML = """\
name: test
runtime: yaml
config:
  kubeconfig: {type: string, secret: true}
resources:
  network:
    type: milvus:index:Network
    properties: {cidr: 10.0.0.0/16, nat: per_zone}
  cluster:
    type: milvus:index:EksCluster
    properties: {clusterName: milvus, kubernetesVersion: "1.33", subnetIds: "${network.privateSubnetIds}"}
  pool:
    type: milvus:index:NodePool
    properties:
      clusterName: ${cluster.clusterName}
      subnetIds: ${network.privateSubnetIds}
      pool: general
      instanceType: m7i.xlarge
      nodes: 3
      maxNodes: 4
      rootVolumeGib: 50
      labels: {team: search}
  store:
    type: milvus:index:ObjectStore
    properties: {bucket: vectors-of-search}
  identity:
    type: milvus:index:WorkloadIdentity
    properties:
      bucket: vectors-of-search
      keyArn: ${store.keyArn}
      serviceAccounts: ["search:milvus"]
      oidcIssuer: ${cluster.oidcIssuer}
      oidcProviderArn: ${cluster.oidcProviderArn}
  milvus:
    type: milvus:index:Milvus
    properties:
      workload:
        topology: standalone
        collections:
          - {name: articles, vectors: 1000000, dimension: 768, index: HNSW, indexParams: {M: 16}}
      kubernetes:
        namespace: search
        operator: existing
        objectStore:
          kind: s3
          bucket: vectors-of-search
          region: us-east-1
          serviceAccountAnnotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::123456789012:role/milvus"}
      cluster: {kubeconfig: "${cluster.kubeconfig}"}
  backup:
    type: milvus:index:Backup
    properties:
      name: older
      namespace: older
      address: older.older.svc:19530
      passwordSecret: older-root
      objectStore: {kind: s3, bucket: older, region: us-east-1, rootPath: files, credentialsSecret: older-keys}
      cluster: {kubeconfig: "${kubeconfig}"}
outputs:
  endpoint: ${milvus.endpoint}
"""
COMPONENTS = ("Backup", "EksCluster", "Milvus", "Network", "NodePool", "ObjectStore", "WorkloadIdentity")


def previewed(pulumi: Pulumi, aws: AwsOnLoopback) -> dict[str, Any]:
    """What a preview makes, by the end of each URN: inputs, whether they are secret, and how it is kept."""
    pulumi = with_kubernetes(provided(pulumi)).with_environment(**aws.environment)
    pulumi.run("stack", "init", "dev")
    pulumi.run("config", "set", "--secret", "kubeconfig", KUBECONFIG, "-s", "dev")
    pulumi.run("config", "set", "aws:region", "us-east-1", "-s", "dev")
    shown = pulumi.json("preview", "--json", "-s", "dev")
    found = {}
    for step in shown["steps"]:
        state = step["newState"]
        if "::default" not in step["urn"] and state["type"] != "pulumi:pulumi:Stack":
            kept = {key: state.get(key) for key in ("inputs", "protect", "retainOnDelete", "ignoreChanges", "aliases")}
            found[step["urn"].split("::", 2)[2]] = _without_random_names(kept)
    return found


def _without_random_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_random_names(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_random_names(item) for item in value]
    return re.sub(r"-[0-9a-f]{7}$", "-RANDOM", value) if isinstance(value, str) else value


def test_yaml_makes_the_network_the_cluster_and_milvus_that_python_makes(
    engine: Path, tmp_path: Path, aws: AwsOnLoopback
) -> None:
    for name in ("python", "yaml"):
        (tmp_path / name).mkdir()
    in_python = program(engine, tmp_path / "python", PYTHON, main_yaml=f"plugins: {json.dumps(PLUGINS)}\n")
    folder = tmp_path / "yaml" / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({**yaml.safe_load(YAML), "plugins": PLUGINS}))
    in_yaml = with_yaml(Pulumi(folder, environment_for(engine, tmp_path / "yaml")))
    expected, found = previewed(in_python, aws), previewed(in_yaml, aws)
    assert set(found) == set(expected)
    for urn, state in expected.items():
        assert found[urn] == state, urn
    made = {urn.partition("::")[0].removeprefix("milvus:index:") for urn in found if urn.count("$") == 0}
    assert made == set(COMPONENTS)
    assert len(found) > 80, "each component made what is in it"
