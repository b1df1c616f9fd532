"""The keys of storage classes that are made here, and what they must be among themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi_milvus.manifests.kubernetes_readers import KubernetesName, LabelKey, Provisioner
from pulumi_milvus.manifests.setting_shapes import Items, Key, Named, Plain, Table
from pulumi_milvus.manifests.setting_values import StorageClass
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.planning.readers import Flag, OneOf, Text

_EXAMPLE: Final = "{name: milvus-ssd, provisioner: ebs.csi.aws.com}"
# What a class of a known provisioner has where nothing is said. EBS makes unencrypted volumes otherwise, unless the
# account encrypts by default (kubernetes-sigs/aws-ebs-csi-driver, docs/parameters.md: encrypted, default false; type,
# default gp3).
_DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {"ebs.csi.aws.com": {"type": "gp3", "encrypted": "true"}}
# Of the same page: types that need a number of IOPS.
_NEEDS_IOPS: Final = ("io1", "io2")
_IOPS: Final = ("iops", "iopsPerGB")


def _storage_class(read: dict[str, Any], path: str, problems: list[Problem]) -> StorageClass | None:
    given = read.get("parameters", {})
    read["parameters"] = {**_DEFAULTS.get(read["provisioner"], {}), **given}
    found = StorageClass(**read)
    before = len(problems)
    if found.provisioner == "ebs.csi.aws.com":
        if found.parameters["encrypted"] not in ("true", "false"):
            reason = "the driver reads true or false"
            problems.append(
                Problem(f"{path}.parameters.encrypted", shown(found.parameters["encrypted"]), reason, '"true"')
            )
        kind = found.parameters["type"]
        if kind in _NEEDS_IOPS and not any(key in found.parameters for key in _IOPS):
            reason = f"{kind} needs a number of IOPS, without which no volume is made"
            problems.append(Problem(f"{path}.parameters", "", reason, 'iops: "3000", or type: gp3'))
    return None if len(problems) > before else found


def class_problems(
    classes: tuple[StorageClass, ...], used: tuple[str | None, ...], path: str, problems: list[Problem]
) -> None:
    """Names that are there twice, and classes that no volume uses: they would be made for nothing, or by a typo."""
    names = [item.name for item in classes]
    asked = [name for name in used if name is not None]
    for place, name in enumerate(names):
        where = f"{path}.storage_classes[{place}].name"
        if name in names[:place]:
            problems.append(Problem(where, shown(name), "another class has this name"))
        elif name not in asked:
            near = nearest_word(name, asked)
            reason = "no volume uses it: neither storage_class nor etcd.storage_class names it"
            problems.append(Problem(where, shown(name), reason, near or f"storage_class: {name}"))


STORAGE_CLASSES: Final = Items(
    Table(
        {
            "name": Key(
                Plain(KubernetesName(253, dots=True)),
                "Name, which storage_class or etcd.storage_class uses.",
                "name: ssd",
            ),
            "provisioner": Key(
                Plain(Provisioner()),
                "Driver that makes volumes, such as ebs.csi.aws.com.",
                "provisioner: ebs.csi.aws.com",
            ),
            "parameters": Key(
                Named(LabelKey(), Plain(Text(2_000)), '{type: gp3, encrypted: "true"}'),
                "The driver's own, as texts. ebs.csi.aws.com has type gp3 and encrypted true where nothing is said.",
            ),
            "reclaim_policy": Key(
                Plain(OneOf(("Retain", "Delete"))),
                "What becomes of a volume whose claim is deleted; Retain if left out.",
            ),
            "allow_volume_expansion": Key(Plain(Flag()), "Whether its volumes can be enlarged; true if left out."),
        },
        _storage_class,
        _EXAMPLE,
    ),
    f"[{_EXAMPLE}]",
)
