"""Storage classes that are made here: as declared, before what uses them, and told where one does not fit its use."""

from __future__ import annotations

from typing import Any

import pytest

from manifest_cases import S3, kept_plan, settings_of
from pulumi_milvus.manifests.deployment import deployment_manifests
from pulumi_milvus.manifests.manifest import Manifest
from pulumi_milvus.manifests.notes import notes
from pulumi_milvus.manifests.settings import read_cluster_settings
from pulumi_milvus.planning.problems import Problem

EBS: dict[str, Any] = {"name": "ssd", "provisioner": "ebs.csi.aws.com"}


def declared(*classes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"object_store": S3, "etcd": {"storage_class": "ssd"}, "storage_classes": list(classes)} | more


def made(settings: dict[str, Any]) -> dict[str, Manifest]:
    return {item.key: item for item in deployment_manifests(kept_plan("distributed"), settings_of(settings))}


def said(settings: dict[str, Any]) -> list[str]:
    problems: list[Problem] = []
    read_cluster_settings(settings, "k", problems)
    return [str(problem) for problem in problems]


def told(settings: dict[str, Any]) -> str:
    return "\n".join(notes(kept_plan("distributed"), settings_of(settings)))


def test_a_class_of_ebs_is_encrypted_kept_and_grows_and_comes_first() -> None:
    found = made(declared(EBS))
    assert found["storage-class-ssd"].body == {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "ssd", "labels": {"app.kubernetes.io/managed-by": "pulumi-milvus"}},
        "provisioner": "ebs.csi.aws.com",
        "parameters": {"type": "gp3", "encrypted": "true"},
        "reclaimPolicy": "Retain",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
    }
    assert "storage-class-ssd" in found["etcd"].after
    assert list(found).index("storage-class-ssd") < list(found).index("etcd")
    claim = found["etcd"].body["spec"]["volumeClaimTemplates"][0]
    assert claim["spec"]["storageClassName"] == "ssd"
    assert not [key for key in made({"object_store": S3}) if key.startswith("storage-class")]


def test_what_is_declared_goes_before_what_is_usual() -> None:
    own = EBS | {
        "parameters": {"type": "io2", "iops": "8000", "csi.storage.k8s.io/fstype": "xfs"},
        "reclaim_policy": "Delete",
        "allow_volume_expansion": False,
    }
    body = made(declared(own))["storage-class-ssd"].body
    assert body["parameters"] == {
        "type": "io2",
        "iops": "8000",
        "csi.storage.k8s.io/fstype": "xfs",
        "encrypted": "true",
    }
    assert (body["reclaimPolicy"], body["allowVolumeExpansion"]) == ("Delete", False)
    other = made(declared({"name": "ssd", "provisioner": "topolvm.io"}))["storage-class-ssd"].body
    assert "parameters" not in other


def test_every_mistake_at_once() -> None:
    assert said(
        declared(
            {"name": "SSD", "provisioner": "ebs csi", "reclaim_policy": "Keep"},
            EBS | {"parameters": {"encrypted": True}},
            {"name": "ssd"},
            EBS | {"parametres": {}},
        )
    ) == [
        "k.storage_classes[0].name: 'SSD': a name of lower-case letters, digits, dashes and dots is needed, at most "
        "253 characters, nearest: ssd",
        "k.storage_classes[0].provisioner: 'ebs csi': the name of a driver is needed, nearest: ebs.csi.aws.com",
        "k.storage_classes[0].reclaim_policy: 'Keep': one of Retain, Delete is needed",
        "k.storage_classes[1].parameters.encrypted: true: a text of 1 to 2000 characters is needed",
        "k.storage_classes[2]: provisioner is missing, nearest: provisioner: ebs.csi.aws.com",
        "k.storage_classes[3].parametres: unknown key, nearest: parameters",
    ]


@pytest.mark.parametrize(
    ("classes", "problem"),
    [
        ([EBS, EBS], "k.storage_classes[1].name: 'ssd': another class has this name"),
        (
            [EBS, EBS | {"name": "sdd"}],
            "k.storage_classes[1].name: 'sdd': no volume uses it: neither storage_class nor etcd.storage_class names "
            "it, nearest: ssd",
        ),
        (
            [EBS | {"parameters": {"type": "io2"}}],
            "k.storage_classes[0].parameters: io2 needs a number of IOPS, without which no volume is made, "
            'nearest: iops: "3000", or type: gp3',
        ),
        (
            [EBS | {"parameters": {"encrypted": "yes"}}],
            "k.storage_classes[0].parameters.encrypted: 'yes': the driver reads true or false, nearest: \"true\"",
        ),
    ],
)
def test_classes_among_themselves(classes: list[dict[str, Any]], problem: str) -> None:
    assert said(declared(*classes)) == [problem]


def test_what_does_not_fit_its_use_is_told() -> None:
    fine = told(declared(EBS))
    assert "StorageClass" not in fine
    shared = told(declared({"name": "ssd", "provisioner": "efs.csi.aws.com"}))
    assert "etcd writes to StorageClass ssd: efs.csi.aws.com is a file system over the network" in shared
    assert "does not say that its volumes are encrypted" in shared
    assert "fsync below 10 ms" in told(declared(EBS | {"parameters": {"type": "st1"}}))
    clear = told(declared(EBS | {"parameters": {"encrypted": "false"}, "reclaim_policy": "Delete"}))
    assert "does not say that its volumes are encrypted" in clear
    assert "whoever deletes a claim deletes its data" in clear
    assert "StorageClass" not in told(declared({"name": "ssd", "provisioner": "disk.csi.azure.com"}))
