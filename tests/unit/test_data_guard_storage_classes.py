"""A storage class that would have to be another is refused before anything is done: it cannot be changed."""

from __future__ import annotations

from typing import Any

import pytest

from manifest_cases import S3, kept_plan, settings_of
from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.resources.data_guard.from_plan import data_guard_args
from pulumi_milvus.resources.data_guard.handler import DataGuardHandler
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.data_guard.storage import refuse_other_classes
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.names import wire_properties
from resource_driver import Place, through_wire

URN = "urn:pulumi:prod::vectors::milvus:index:DataGuard::data"
PATH = "/apis/storage.k8s.io/v1/storageclasses/ssd"


def inputs(**changes: Any) -> dict[str, Any]:
    one = {"name": "ssd", "provisioner": "ebs.csi.aws.com"} | changes
    settings = settings_of({"object_store": S3, "etcd": {"storage_class": one["name"]}, "storage_classes": [one]})
    given = dict(data_guard_args(kept_plan("distributed"), settings))
    classes = given.pop("storage_classes")
    return through_wire(wire_properties(given) | {"storageClasses": classes})


def problems(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    found = DataGuardHandler().check(Place("a.db").scene(URN), old, new).problems
    return {item.path: item.reason for item in found}


def test_parameters_and_policy_of_a_class_are_not_changed() -> None:
    assert problems({}, inputs()) == problems(inputs(), inputs()) == {}
    assert problems(inputs(), inputs(allow_volume_expansion=False)) == {}
    assert problems(inputs(), inputs(name="ssd-2", parameters={"type": "io2", "iops": "8000"})) == {}
    found = problems(inputs(), inputs(parameters={"throughput": "500"}, reclaim_policy="Delete"))
    assert set(found) == {"storageClasses.ssd.parameters", "storageClasses.ssd.reclaimPolicy"}
    assert "'Retain' became 'Delete'; a storage class cannot be changed once it is made" in found.popitem()[1]


def test_a_state_from_before_there_were_classes_is_read_and_unchanged() -> None:
    without = inputs()
    del without["storageClasses"]
    checked = DataGuardHandler().check(Place("a.db").scene(URN), without, without)
    assert (checked.problems, checked.inputs) == ([], without)
    assert DataGuardHandler().diff(without, checked.inputs).differences == []
    assert problems(without, inputs()) == {}


class Standing:
    """A cluster in which one class is, or a status in its place."""

    def __init__(self, found: dict[str, Any] | int) -> None:
        self.found = found

    def get(self, path: str) -> dict[str, Any]:
        assert path == PATH
        if isinstance(self.found, int):
            raise ClusterError(f"status {self.found}", self.found)
        return self.found

    def items(self, path: str, selector: str = "") -> list[dict[str, Any]]:
        raise AssertionError("what is asked has a name")


def test_a_class_that_is_there_must_be_the_declared_one() -> None:
    spec = DataGuardSpec.model_validate(inputs())
    same = {
        "provisioner": "ebs.csi.aws.com",
        "parameters": {"type": "gp3", "encrypted": "true"},
        "reclaimPolicy": "Retain",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    for found in (same, 404, 403):
        refuse_other_classes(Standing(found), spec)
    with pytest.raises(ClusterError, match="status 500"):
        refuse_other_classes(Standing(500), spec)
    with pytest.raises(ResourceError) as told:
        refuse_other_classes(Standing(same | {"parameters": None, "reclaimPolicy": "Delete"}), spec)
    assert "StorageClass ssd is there with parameters {}, and {'type': 'gp3', 'encrypted': 'true'}" in str(told.value)
    assert "with reclaimPolicy 'Delete', and 'Retain' is declared" in str(told.value)
    assert "Instead: declare a class with another name" in str(told.value)
