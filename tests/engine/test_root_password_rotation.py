"""A root password is changed on the server first, whatever kills the run, and is never seen in clear."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2

import authentication
from authentication import AuthenticationServer
from collection_stack import PLUGIN
from provider_process import ProviderClient, provider_process
from pulumi_cli import program
from pulumi_milvus.resources.wire import Plain

URN = "urn:pulumi:dev::test::milvus:index:RootPassword::root"


@pytest.fixture
def server() -> Iterator[AuthenticationServer]:
    with authentication.serve({"root": "Milvus"}) as started:
        yield started


def settings(server: AuthenticationServer, **more: Any) -> dict[str, Any]:
    return {"uri": server.uri, "waitSeconds": 5, **more}


def created(provider: ProviderClient) -> Plain:
    checked, failures = provider.check(URN, {})
    assert failures == []
    return provider.create(URN, checked)[1]


def rotated(provider: ProviderClient, state: Plain, rotation: int) -> Plain:
    checked, failures = provider.check(URN, {"rotation": rotation}, {"rotation": state["rotation"]})
    assert failures == []
    assert provider.diff(URN, state, checked).changes == provider_pb2.DiffResponse.DIFF_SOME
    provider.update(URN, state, checked, preview=True)
    return provider.update(URN, state, checked)


def words(failed: pytest.ExceptionInfo[grpc.RpcError], *secrets: str) -> str:
    said = str(failed.value.details())
    assert not [secret for secret in secrets if secret in said]
    return said


def test_the_first_password_asks_no_server(server: AuthenticationServer, tmp_path: Path) -> None:
    with provider_process(settings(server), tmp_path) as provider:
        state = created(provider)
        other = created(provider)
        provider.delete(URN, "root", state)
    with provider_process({}, tmp_path) as provider:  # without any Milvus
        created(provider)
    assert server.calls == []
    assert server.refused == 0
    assert re.fullmatch(r"[A-Za-z0-9]{40}", state["password"])
    assert state["token"] == f"root:{state['password']}"
    assert state["password"] != other["password"]


def test_secrets_are_marked(server: AuthenticationServer, tmp_path: Path) -> None:
    with provider_process(settings(server), tmp_path) as provider:
        inputs = struct_pb2.Struct()
        inputs.update({"rotation": 1})
        answer = provider.stub.Create(provider_pb2.CreateRequest(urn=URN, properties=inputs))
    for key in ("password", "token", "seed"):
        assert answer.properties[key]["4dabf18193072939515e22adb298388d"] == "1b47061264138c4ac30d75fd1eb44270"


def test_a_higher_rotation_changes_the_server_first(server: AuthenticationServer, tmp_path: Path) -> None:
    with provider_process(settings(server), tmp_path) as provider:
        state = created(provider)
        server.passwords["root"] = state["password"]
        new = rotated(provider, state, 2)
        assert server.passwords["root"] == new["password"] != state["password"]
        assert server.calls.count("UpdateCredential") == 1
        checked, _ = provider.check(URN, {"rotation": 2}, {"rotation": 2})
        assert provider.diff(URN, new, checked).changes == provider_pb2.DiffResponse.DIFF_NONE
        assert provider.read(URN, "root", new, checked)[1] == new
        _, failures = provider.check(URN, {"rotation": 1}, {"rotation": 2})
        assert failures == [
            "rotation: 1: it was 2 already, and an old password does not come back; write 2 to keep the password, "
            "3 for a new one"
        ]


@pytest.mark.parametrize("wanted", [2, 3])
def test_killed_between_server_and_state_it_heals(server: AuthenticationServer, tmp_path: Path, wanted: int) -> None:
    with provider_process(settings(server), tmp_path) as provider:
        state = created(provider)
        server.passwords["root"] = state["password"]
        server.after_update = provider.process.kill
        with pytest.raises(grpc.RpcError):
            provider.update(URN, state, {"rotation": 2})
        provider.process.wait(10)
        assert provider.process.returncode == -9
    given = server.passwords["root"]
    assert given != state["password"]
    server.after_update = lambda: None
    with provider_process(settings(server), tmp_path) as provider:
        new = rotated(provider, state, wanted)
    assert server.passwords["root"] == new["password"]
    # Asked for the same rotation again nothing is changed; asked for the one after, the forgotten one opens the door.
    assert server.calls.count("UpdateCredential") == wanted - 1
    assert (new["password"] == given) == (wanted == 2)


def test_no_password_works(server: AuthenticationServer, tmp_path: Path) -> None:
    with provider_process(settings(server), tmp_path) as provider:
        state = created(provider)
        with pytest.raises(grpc.RpcError) as failed:  # the server still has its own first password
            provider.update(URN, state, {"rotation": 2})
    said = words(failed, state["password"], state["seed"], base64.b64encode(state["token"].encode()).decode())
    assert "refuses root both the new password, so no earlier run has given it, and the one in the state" in said
    assert "somebody else has changed it" in said
    assert server.passwords["root"] == "Milvus"


def test_a_server_that_takes_any_password_is_not_rotated(server: AuthenticationServer, tmp_path: Path) -> None:
    server.checks_passwords = False
    with provider_process(settings(server), tmp_path) as provider:
        state = created(provider)
        with pytest.raises(grpc.RpcError) as failed:
            provider.update(URN, state, {"rotation": 2})
    assert "takes any password, so its authorization is off" in words(failed, state["password"])
    assert "UpdateCredential" not in server.calls


def test_a_server_that_is_away_is_said(tmp_path: Path) -> None:
    with provider_process({"uri": "http://127.0.0.1:1", "waitSeconds": 1}, tmp_path) as provider:
        state = created(provider)
        with pytest.raises(grpc.RpcError) as failed:
            provider.update(URN, state, {"rotation": 2})
        said = words(failed, state["password"])
        assert said.startswith("the password of root was not changed: Milvus at http://127.0.0.1:1 gave no answer")
        with pytest.raises(grpc.RpcError) as failed:
            provider.read(URN, "root")
        assert "cannot be imported" in words(failed)


SOURCE = """\
import json
from pathlib import Path

import pulumi

from pulumi_milvus.resources import Provider, RootPassword

wanted = json.loads(Path(__file__).with_name("wanted.json").read_text())
provider = Provider("milvus", {"uri": wanted["uri"], "wait_seconds": 5})
root = RootPassword("root", {"rotation": wanted["rotation"]}, pulumi.ResourceOptions(provider=provider))
pulumi.export("password", root.password)
pulumi.export("token", root.token)
"""


def test_a_stack_shows_no_password(server: AuthenticationServer, engine: Path, tmp_path: Path) -> None:
    pulumi = program(engine, tmp_path, SOURCE, main_yaml=PLUGIN)
    pulumi.run("stack", "init", "dev")
    wanted = pulumi.directory / "wanted.json"
    said = []
    seen = set()
    for rotation in (1, 2):
        wanted.write_text(json.dumps({"uri": server.uri, "rotation": rotation}))
        done = pulumi.run("up", "--yes", "--diff", "-s", "dev")
        said.append(done.stdout + done.stderr)
        outputs = pulumi.outputs("dev")
        assert outputs["token"] == f"root:{outputs['password']}"
        seen.add(outputs["password"])
        if rotation == 1:
            server.passwords["root"] = outputs["password"]
    assert len(seen) == 2
    assert server.passwords["root"] == outputs["password"]
    done = pulumi.run("refresh", "--yes", "--skip-preview", "--diff", "-s", "dev")
    said += [done.stdout, done.stderr, pulumi.run("stack", "export", "-s", "dev").stdout]
    said += [path.read_text(errors="replace") for path in tmp_path.rglob("*.json") if path.is_file()]
    for password in seen:
        hidden = (password, base64.b64encode(password.encode()).decode())
        assert not [secret for secret in hidden for text in said if secret in text]
    pulumi.run("destroy", "--yes", "--skip-preview", "-s", "dev")
    assert server.passwords["root"] in seen
