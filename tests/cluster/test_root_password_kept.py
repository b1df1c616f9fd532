"""root's password outlives a destroy as the data does, and is rotated on the server first, whatever ends the run."""

from __future__ import annotations

import base64
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import authentication
from authentication import AuthenticationServer
from cluster_access_rig import lite_server
from control_plane import ControlPlane
from environments_on_kubernetes import ENVIRONMENTS, answers
from kubernetes_environment import Place, kubernetes_environment
from pulumi_cli import Pulumi, program

VALUES = ENVIRONMENTS["standalone"]
SECRET = "milvus-root"


def password_in_cluster(plane: ControlPlane, namespace: str = "milvus", name: str = SECRET) -> str:
    found = plane.api.get("Secret", name, namespace)
    assert found is not None, f"there is no Secret {namespace}/{name}"
    return base64.b64decode(found["data"]["password"]).decode()


class Guarded:
    """A Milvus Lite that asks for passwords; its first is the one that the cluster's Secret has at that time."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self.milvus: AuthenticationServer

    @contextlib.contextmanager
    def __call__(self, folder: Path) -> Iterator[int]:
        first = lambda: password_in_cluster(self._plane)  # noqa: E731
        with lite_server(folder) as port, authentication.relay(port, first) as self.milvus:
            yield int(self.milvus.uri.rpartition(":")[2])

    @property
    def password(self) -> str:
        """That of root on the server."""
        return self.milvus.passwords["root"]


@pytest.mark.timeout(1800)
def test_a_password_survives_a_destroy_and_a_rotation(
    control_plane: ControlPlane, engine: Path, tmp_path: Path
) -> None:
    guarded = Guarded(control_plane)
    with kubernetes_environment(control_plane, engine, tmp_path, VALUES, server=guarded) as place:
        said = place.up("--diff").stdout
        first = guarded.password
        assert first == password_in_cluster(control_plane)

        said += place.destroy().stdout
        assert password_in_cluster(control_plane) == first
        said += place.up("--diff").stdout
        assert guarded.password == password_in_cluster(control_plane) == first
        assert answers(place)

        said += rotated_although_killed(place, guarded)
        second = guarded.password
        assert second == password_in_cluster(control_plane) != first
        assert guarded.milvus.calls.count("UpdateCredential") == 1
        assert answers(place)

        said += without_its_secret(place, guarded)
        third = guarded.password
        assert third == password_in_cluster(control_plane)
        assert third not in (first, second)
        unseen(place, said, [first, second, third])


def rotated_although_killed(place: Place, guarded: Guarded) -> str:
    """Raise the rotation by one: the server first, then the Secret, though the run is killed between the two."""
    place.write({**VALUES, "milvus:passwordRotation": 2})
    before = guarded.password
    seen: list[str] = []
    running = place.pulumi.start("up", "--yes", "--skip-preview", "-s", place.stack)

    def kill() -> None:
        seen.append(password_in_cluster(place.plane))
        os.killpg(running.pid, signal.SIGKILL)

    guarded.milvus.after_update = kill
    said, errors = running.communicate(timeout=600)
    assert seen == [before], errors
    assert running.returncode == -signal.SIGKILL
    assert guarded.password != before == password_in_cluster(place.plane)
    guarded.milvus.after_update = lambda: None
    place.pulumi.run("cancel", "--yes", "-s", place.stack)
    return said + errors + str(place.up("--diff").stdout)


def without_its_secret(place: Place, guarded: Guarded) -> str:
    """The Secret is gone by hand: what kept its data refuses the new password in words; what lost it takes it."""
    said = str(place.destroy().stdout)
    place.plane.api.delete("Secret", SECRET, place.namespace)
    refused = place.up(check=False)
    assert refused.returncode != 0
    assert authentication.UNKNOWN_USER in refused.stdout, refused.stdout
    guarded.milvus.passwords.clear()
    return said + str(refused.stdout) + str(place.up("--diff").stdout)


def unseen(place: Place, said: str, passwords: list[str]) -> None:
    """No password is in what was said, in the state or in any file."""
    texts = [said, place.pulumi.run("stack", "export", "-s", place.stack).stdout]
    written = place.pulumi.environment["PULUMI_HOME"], place.pulumi.environment["PULUMI_BACKEND_URL"]
    for folder in written:
        files = Path(folder.removeprefix("file://").partition("?")[0]).rglob("*")
        texts += [file.read_text(errors="replace") for file in files if file.is_file()]
    hidden = [form for one in passwords for form in (one, base64.b64encode(one.encode()).decode())]
    assert not [form for form in hidden for text in texts if form in text]


ALONE = """\
import pulumi
from pulumi_milvus.resources import Provider, RootPassword

cluster = Provider("milvus", {"cluster": {"kubeconfig": pulumi.Config().require("kubeconfig")}})
if pulumi.Config().get_bool("there"):
    root = RootPassword("root", {"secret": "search/vec-root"}, pulumi.ResourceOptions(provider=cluster))
    pulumi.export("password", root.password)
"""
SECRET_OF_BEFORE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "vec-root", "namespace": "search"},
    "data": {"password": base64.b64encode(b"from before").decode()},
}


def there(pulumi: Pulumi, wanted: bool) -> None:
    pulumi.run("config", "set", "there", str(wanted).lower(), "-s", "dev")


@pytest.mark.timeout(600)
def test_a_root_password_alone(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    from collection_stack import PLUGIN

    pulumi = program(engine, tmp_path, ALONE, main_yaml=PLUGIN)
    pulumi.run("stack", "init", "dev")
    pulumi.run("config", "set", "kubeconfig", str(control_plane.kubeconfig), "-s", "dev")
    there(pulumi, True)
    up = ("up", "--yes", "--skip-preview", "-s", "dev")
    pulumi.run(*up)
    drawn = pulumi.outputs("dev")["password"]  # neither Secret nor namespace is there
    assert len(drawn) == 40
    there(pulumi, False)
    pulumi.run(*up)
    control_plane.namespace("search")
    control_plane.api.create(SECRET_OF_BEFORE)
    there(pulumi, True)
    control_plane.kill("kube-apiserver")
    failed = pulumi.run(*up, check=False)
    control_plane.restart("kube-apiserver")
    control_plane.restart("kube-scheduler")
    assert failed.returncode != 0
    assert "nothing new is drawn" in failed.stdout
    assert "gives no answer" in failed.stdout
    assert "RootPassword" not in str([one["type"] for one in pulumi.resources("dev")])
    said = pulumi.run("up", "--yes", "--diff", "-s", "dev").stdout
    assert pulumi.outputs("dev")["password"] == "from before"
    assert "from before" not in said
    pulumi.run("refresh", "--yes", "--skip-preview", "-s", "dev")
    pulumi.run("preview", "--expect-no-changes", "-s", "dev")
    control_plane.api.delete("Secret", "vec-root", "search")
    pulumi.run("destroy", "--yes", "--skip-preview", "-s", "dev")
    pulumi.run(*up)
    assert pulumi.outputs("dev")["password"] not in (drawn, "from before")
    pulumi.run("destroy", "--yes", "--skip-preview", "-s", "dev")
