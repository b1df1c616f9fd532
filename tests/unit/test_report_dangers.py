"""Each kind of danger is told, and what is none is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from preview_files import preview, state, step
from pulumi_milvus.report.dangers import dangers_of
from pulumi_milvus.report.environment import read_environments
from pulumi_milvus.report.systems import systems_of

STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
MILVUS = "kubernetes:milvus.io/v1beta1:Milvus"


def told(*steps: dict[str, Any]) -> list[tuple[str, str, str]]:
    (read,) = read_environments([("p.json", preview(*steps))])
    found = dangers_of(read, systems_of(read.before), systems_of(read.after))
    return [(one.kind, one.subject, one.words) for one in found]


def with_inputs(kind: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**state(kind, name), "inputs": inputs, **more}


def stateful_set(image: str, replicas: int, name: str = "etcd") -> dict[str, Any]:
    template = {"metadata": {"labels": {"app.kubernetes.io/name": name}}, "spec": {"containers": [{"image": image}]}}
    spec = {"replicas": replicas, "template": template}
    return with_inputs(STATEFUL_SET, name, {"kind": "StatefulSet", "metadata": {"name": name}, "spec": spec})


def milvus(image: str, *, mode: str = "cluster", components: Mapping[str, Any] | None = None) -> dict[str, Any]:
    spec = {"mode": mode, "components": {"image": image, **(components or {})}}
    place = {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": {"name": "m", "namespace": "n"}}
    return with_inputs(MILVUS, "m", {**place, "spec": spec})


def test_pods_beside_milvus_restart() -> None:
    (three,) = told(step("update", stateful_set("b", 3), stateful_set("a", 3)))
    assert three[:2] == ("restart", "etcd")
    (one,) = told(step("update", stateful_set("b", 1), stateful_set("a", 1)))
    assert one[:2] == ("unavailable", "etcd")
    assert told(step("update", stateful_set("a", 5), stateful_set("a", 3))) == []


def test_roles_restart_one_after_another_where_there_are_several() -> None:
    nodes = {"queryNode": {"replicas": 2}, "proxy": {"replicas": 1}}
    found = told(step("update", milvus("m:v3.0.2", components=nodes), milvus("m:v2.6.24", components=nodes)))
    assert ("restart", "query nodes", "restart one after another, the rest goes on (another image)") in found
    assert any(kind == "unavailable" and subject == "proxies" for kind, subject, _ in found)
    more = {"queryNode": {"replicas": 4}, "proxy": {"replicas": 1}}
    assert told(step("update", milvus("m:v2.6.24", components=more), milvus("m:v2.6.24", components=nodes))) == []


def test_a_standalone_is_away_while_it_restarts() -> None:
    old, new = (milvus(image, mode="standalone") for image in ("m:v2.6.24", "m:v3.0.2"))
    ((kind, subject, words),) = told(step("update", new, old))
    assert (kind, subject) == ("unavailable", "standalone")
    assert "until they are ready again" in words


def test_what_is_kept_is_not_lost() -> None:
    space = with_inputs("kubernetes:core/v1:Namespace", "n", {"kind": "Namespace", "metadata": {"name": "n"}})
    assert [one[0] for one in told(step("delete", None, space))] == ["lost"]
    assert [one[0] for one in told(step("delete", None, space | {"retainOnDelete": True}))] == ["access"]


def test_a_replacement_in_three_steps_is_one() -> None:
    old, new = (with_inputs("aws:ebs/volume:Volume", "data", {"size": size}) for size in (10, 20))
    steps = [
        step("create-replacement", new, old),
        step("replace", new, old) | {"replaceReasons": ["size"]},
        step("delete-replaced", None, old),
    ]
    ((kind, _, words),) = told(*steps)
    assert kind == "lost"
    assert "is replaced (forced by size)" in words


def test_a_moved_alias_and_a_new_password_are_told() -> None:
    alias, moved = (
        with_inputs("milvus:index:Alias", "live", {"alias": "live", "collection": name}) for name in ("a", "b")
    )
    first, second = (with_inputs("milvus:index:RootPassword", "root", {"rotation": number}) for number in (1, 2))
    found = told(step("update", moved, alias), step("update", second, first))
    assert [(kind, subject) for kind, subject, _ in found] == [("access", "live"), ("access", "password of root")]


def test_noise_is_no_warning() -> None:
    data = json.loads(preview(step("create", state("milvus:index:Alias", "live", alias="live", collection="a"))))
    data["diagnostics"] = [
        {"severity": "warning", "message": "warning: using pulumi-resource-x from $PATH at /somewhere\n"},
        {"severity": "info", "message": "hello\n"},
        {"severity": "warning", "message": "warning: the real one\n"},
    ]
    (read,) = read_environments([("p.json", json.dumps(data).encode())])
    assert [message.text for message in read.messages] == ["the real one"]
