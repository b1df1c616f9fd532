"""What an earlier deployment left in a Secret is taken over, and nothing is drawn where nobody can tell."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_cluster import FakeCluster
from pulumi_milvus.cluster_access.access import ClusterAccess
from pulumi_milvus.cluster_access.forwards import Forwards
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.generated_keys.derive import access_key
from pulumi_milvus.resources.generated_keys.handler import GeneratedKeysHandler
from pulumi_milvus.resources.handler import Handler, Scene
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.root_password.derive import password
from pulumi_milvus.resources.root_password.handler import RootPasswordHandler
from pulumi_milvus.resources.wire import UNKNOWN, Plain
from resource_driver import through_wire

ROOT = {"rotation": 1, "secret": "search/vec-root"}
KEYS = {"rotation": 1, "secret": "search/vec-minio"}
SECRETS = "/api/v1/namespaces/search/secrets"


class Clusters(Forwards):
    """Always the same cluster, of plain objects."""

    def __init__(self, cluster: FakeCluster) -> None:
        super().__init__()
        self._only = cluster

    def cluster(self, access: ClusterAccess) -> Any:
        return self._only


class Stage:
    """A scene in a cluster with these Secrets: name -> values."""

    def __init__(self, secrets: Mapping[str, Mapping[str, bytes]]) -> None:
        self.lines: list[tuple[str, str]] = []
        self.cluster = FakeCluster(*(secret(name, values) for name, values in secrets.items()))
        self.scene = Scene(
            urn="urn:pulumi:dev::test::milvus:index:RootPassword::root",
            endpoint=None,
            lite_files=LiteFiles(),
            log=lambda severity, line: self.lines.append((severity, line)),
            timeout_seconds=1.0,
            forwards=Clusters(self.cluster),
        )

    def created(self, handler: Handler, inputs: Plain) -> Plain:
        checked = handler.check(self.scene, {}, inputs)
        assert checked.problems == []
        planned = handler.create(self.scene, through_wire(checked.inputs), preview=True)[1]
        assert UNKNOWN in planned.values()
        assert self.lines == []
        return through_wire(handler.create(self.scene, through_wire(checked.inputs), preview=False)[1])


def secret(name: str, values: Mapping[str, bytes]) -> dict[str, Any]:
    data = {key: base64.b64encode(value).decode() for key, value in values.items()}
    return {"kind": "Secret", "metadata": {"name": name, "namespace": "search"}, "data": data}


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=6, max_size=18))
def test_any_password_that_milvus_takes_is_taken_over(held: str) -> None:
    stage = Stage({"vec-root": {"password": held.encode()}})
    state = stage.created(RootPasswordHandler(), ROOT)
    assert (state["password"], state["token"]) == (held, f"root:{held}")
    ((severity, line),) = stage.lines
    assert severity == "info"
    assert "search/vec-root" in line


def test_a_password_that_was_taken_over_stays_until_the_rotation_is_raised() -> None:
    stage, handler = Stage({"vec-root": {"password": b"from before"}}), RootPasswordHandler()
    state = stage.created(handler, ROOT)
    assert handler.diff(state, ROOT).differences == []
    found = handler.read(stage.scene, "root", state)
    assert (found.state, found.inputs) == (state, ROOT)
    moved = handler.update(stage.scene, state, ROOT | {"secret": "search/other"}, preview=False)
    assert moved == state | {"secret": "search/other"}
    raised = handler.update(stage.scene, state, ROOT | {"rotation": 2}, preview=True)
    assert raised["password"] == password(state["seed"], 2) != "from before"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"pasword": b"from before"},
        {"password": b"short"},
        {"password": b"x" * 73},
        {"password": b"\xff\xfe\xfd\xfc\xfb\xfa"},
        {"password": b"with\0a NUL"},
    ],
)
def test_what_no_milvus_can_have_started_with_is_replaced_with_a_warning(values: dict[str, bytes]) -> None:
    stage = Stage({"vec-root": values})
    state = stage.created(RootPasswordHandler(), ROOT)
    assert state["password"] == password(state["seed"], 1)
    ((severity, line),) = stage.lines
    assert severity == "warning"
    assert "6 to 72 characters under the key `password`" in line


def test_without_a_secret_a_new_one_is_drawn() -> None:
    for secrets, inputs in (({}, ROOT), ({"vec-root": {"password": b"from before"}}, {"rotation": 1})):
        stage = Stage(secrets)
        state = stage.created(RootPasswordHandler(), inputs)
        assert state["password"] == password(state["seed"], 1)
        assert stage.lines == []


def test_keys_of_a_store_are_taken_over_as_a_pair() -> None:
    handler = GeneratedKeysHandler()
    stage = Stage({"vec-minio": {"accesskey": b"access", "secretkey": b"secret from before"}})
    state = stage.created(handler, KEYS)
    assert (state["accessKey"], state["secretKey"]) == ("access", "secret from before")
    assert handler.update(stage.scene, state, KEYS, preview=False) == state
    raised = handler.update(stage.scene, state, KEYS | {"rotation": 2}, preview=False)
    assert raised["accessKey"] == access_key(state["seed"], 2)
    half = Stage({"vec-minio": {"accesskey": b"access", "secretkey": b"short"}})
    state = half.created(handler, KEYS)
    assert state["accessKey"] == access_key(state["seed"], 1)
    assert half.lines[0][0] == "warning"


@pytest.mark.parametrize(
    ("status", "advice"), [(0, "once the cluster answers"), (403, "`get` on secrets in namespace")]
)
@pytest.mark.parametrize(("handler", "inputs"), [(RootPasswordHandler(), ROOT), (GeneratedKeysHandler(), KEYS)])
def test_where_nobody_can_tell_nothing_is_drawn(handler: Handler, inputs: Plain, status: int, advice: str) -> None:
    stage = Stage({})
    stage.cluster.refuse[SECRETS] = status
    with pytest.raises(ResourceError, match="nothing new is drawn") as told:
        handler.create(stage.scene, inputs, preview=False)
    assert str(inputs["secret"]) in str(told.value)
    assert advice in str(told.value)


@pytest.mark.parametrize(
    "place", ["vec-root", "search/", "/vec-root", "Search/vec", "a/b/c", "search/" + "x" * 254, ""]
)
@pytest.mark.parametrize("handler", [RootPasswordHandler(), GeneratedKeysHandler()])
def test_what_names_no_secret_is_refused(handler: Handler, place: str) -> None:
    (problem,) = handler.check(Stage({}).scene, {}, {"rotation": 1, "secret": place}).problems
    assert problem.path == "secret"
    assert "namespace/name" in problem.reason
    assert handler.check(Stage({}).scene, {}, {"secret": "search/vec.root-1"}).problems == []
