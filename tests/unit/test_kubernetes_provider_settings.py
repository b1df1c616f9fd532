"""Which cluster the stand-in of the Kubernetes provider asks, how it is set up, and when it is used at all."""

from __future__ import annotations

import base64
import re
import stat
from pathlib import Path

import pytest
import yaml

from kubernetes_provider import VERSION, kubeconfig, official, settings
from kubernetes_provider.errors import ProviderError
from kubernetes_provider.kinds import Kind
from kubernetes_provider.provider_changes import ProviderChanges, provider_changes
from kubernetes_provider.session import opened
from kubernetes_provider.settings import Settings
from kubernetes_provider.wire import UNKNOWN
from pulumi_cli import CLONE

PEM = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"


def config(**user: object) -> dict[str, object]:
    return {
        "current-context": "one",
        "contexts": [
            {"name": "one", "context": {"cluster": "a", "user": "u", "namespace": "team"}},
            {"name": "two", "context": {"cluster": "b", "user": "u"}},
        ],
        "clusters": [
            {"name": "a", "cluster": {"server": "https://127.0.0.1:1/", "insecure-skip-tls-verify": True}},
            {
                "name": "b",
                "cluster": {
                    "server": "https://127.0.0.1:2",
                    "certificate-authority-data": base64.b64encode(PEM.encode()).decode(),
                },
            },
        ],
        "users": [{"name": "u", "user": user or {"token": "t"}}],
    }


def test_a_kubeconfig_is_given_as_text_or_as_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = yaml.safe_dump(config())
    file = tmp_path / "kubeconfig"
    file.write_text(text)
    monkeypatch.setenv("KUBECONFIG", str(file))
    for given in (text, str(file), ""):
        found = kubeconfig.load(given)
        assert (found.server, found.token, found.namespace) == ("https://127.0.0.1:1", "t", "team")
        assert found.skip_verification


def test_context_cluster_and_namespace_can_be_chosen() -> None:
    text = yaml.safe_dump(config())
    other = kubeconfig.load(text, context="two")
    assert (other.server, other.namespace, other.authority_pem) == ("https://127.0.0.1:2", "default", PEM)
    assert kubeconfig.load(text, cluster="b").server == "https://127.0.0.1:2"
    assert kubeconfig.load(text, namespace="mine").namespace == "mine"


def test_credentials_come_from_files_beside_the_kubeconfig(tmp_path: Path) -> None:
    (tmp_path / "crt").write_text(PEM)
    (tmp_path / "key").write_text("k")
    (tmp_path / "token").write_text("secret\n")
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(config(**{"client-certificate": "crt", "client-key": "key", "tokenFile": "token"})))
    found = kubeconfig.load(str(file))
    assert (found.client_certificate_pem, found.client_key_pem, found.token) == (PEM, "k", "secret")


@pytest.mark.parametrize(
    ("given", "context", "word"),
    [
        (yaml.safe_dump(config(exec={"command": "aws"})), "", "another program"),
        (yaml.safe_dump(config()), "three", 'context "three" does not exist in the kubeconfig; it has one, two'),
        ("a: [\n", "", "neither YAML nor JSON"),
        ("- a\n- b\n", "", "no map"),
        ("a: 1\n", "", "no current-context"),
        ("/does/not/exist", "", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_kubeconfig_is_said(given: str, context: str, word: str) -> None:
    with pytest.raises(ProviderError, match=re.escape(word)):
        kubeconfig.load(given, context)


def test_settings_are_the_engines_variables_or_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_K8S_DELETE_UNREACHABLE", "true")
    monkeypatch.setenv("PULUMI_K8S_ENABLE_PATCH_FORCE", "true")
    found = settings.of_variables(
        {
            "kubernetes:config:kubeconfig": "k",
            "kubernetes:config:namespace": "n",
            "kubernetes:config:enableSecretMutable": "true",
            "kubernetes:config:enablePatchForce": "false",
        }
    )
    assert (found.kubeconfig, found.namespace) == ("k", "n")
    assert (found.mutability.secrets, found.mutability.config_maps) == (True, False)
    assert (found.delete_unreachable, found.patch_force) == (True, False)


def test_what_only_the_official_plugin_can_do_is_refused_all_at_once() -> None:
    given = {"renderYamlToDirectory": "out", "enableServerSideApply": "false", "strictMode": True, "context": "c"}
    found = settings.problems(given)
    assert [line.partition(":")[0] for line in found] == [
        "renderYamlToDirectory",
        "enableServerSideApply",
        "kubeconfig",
    ]
    assert settings.problems({"enableServerSideApply": True, "kubeconfig": "k"}) == []


def test_fact_64_a_cluster_that_does_not_answer_is_an_error_only_when_asked() -> None:
    session = opened(Settings(kubeconfig=yaml.safe_dump(config())))
    assert session.unreachable == (
        "unable to load schema information from the API server: "
        'Get "https://127.0.0.1:1/openapi/v2?timeout=32s": dial tcp: connect: connection refused'
    )
    assert session.namespace == "team"
    assert session.is_namespaced(Kind("milvus.io", "v1beta1", "Milvus"))
    assert not session.is_namespaced(Kind("", "v1", "Namespace"))
    # What was made before is not taken for changed.
    secret = {"apiVersion": "v1", "kind": "Secret", "stringData": {"k": "x"}}
    assert session.normalized(secret)["data"] == {"k": "eA=="}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": {"requests": {"storage": "1024Mi"}}}
    assert session.normalized(claim)["spec"] == {"requests": {"storage": "1Gi"}}
    with pytest.raises(ProviderError, match="configured Kubernetes cluster is unreachable: unable to load schema"):
        session.surroundings(lambda _severity, _message: None)
    assert "failed to parse kubeconfig" in opened(Settings(kubeconfig="/does/not/exist")).unreachable


def test_another_cluster_makes_all_resources_anew_and_other_credentials_do_not() -> None:
    first, other = yaml.safe_dump(config()), yaml.safe_dump(config(token="other"))
    elsewhere = yaml.safe_dump({**config(), "current-context": "two"})
    assert provider_changes({"kubeconfig": first}, {"kubeconfig": first}) == ProviderChanges(())
    assert provider_changes({"kubeconfig": first}, {"kubeconfig": other}) == ProviderChanges(("kubeconfig",))
    replaced = ProviderChanges(("kubeconfig",), ("kubeconfig",))
    assert provider_changes({"kubeconfig": first}, {"kubeconfig": elsewhere}) == replaced
    assert provider_changes({"kubeconfig": first}, {"kubeconfig": UNKNOWN}) == replaced
    chosen = {"kubeconfig": first, "context": "two"}
    assert provider_changes({"kubeconfig": first}, chosen) == ProviderChanges(("context",), ("context",))
    same = {"clusterIdentifier": "mine"}
    moved = provider_changes({"kubeconfig": first, **same}, {"kubeconfig": elsewhere, **same})
    assert moved == ProviderChanges(("kubeconfig",))
    named = provider_changes({}, same)
    assert named == ProviderChanges(("clusterIdentifier",), ("clusterIdentifier",))


def plugin(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "pulumi-resource-kubernetes"
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def no_own_plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without plugins."""
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "user")
    return tmp_path / "user"


@pytest.mark.usefixtures("no_own_plugins")
def test_the_stand_in_is_used_where_the_official_plugin_is_missing(tmp_path: Path) -> None:
    given = {"PATH": str(tmp_path), "PULUMI_HOME": str(tmp_path / "home")}
    found = official.with_provider(given)
    assert found == {**given, "PATH": f"{official.BIN}:{tmp_path}"}
    assert official.official_plugin(found) is None, "the stand-in is not the official plugin"
    mode = (official.BIN / official.PLUGIN).stat().st_mode
    assert mode & stat.S_IXUSR


@pytest.mark.usefixtures("no_own_plugins")
def test_an_official_plugin_on_path_or_in_its_home_stays_in_place(tmp_path: Path) -> None:
    on_path = plugin(tmp_path / "bin")
    given = {"PATH": str(on_path.parent), "PULUMI_HOME": str(tmp_path / "home")}
    assert official.with_provider(given) == given
    bare = {"PATH": str(tmp_path), "PULUMI_HOME": str(tmp_path / "home")}
    plugin(tmp_path / "home" / "plugins" / f"resource-kubernetes-v{VERSION}")
    assert official.with_provider(bare) == bare


def test_the_users_own_plugin_is_brought_into_a_tests_home(tmp_path: Path, no_own_plugins: Path) -> None:
    mine = plugin(no_own_plugins / ".pulumi" / "plugins" / f"resource-kubernetes-v{VERSION}")
    given = {"PATH": str(tmp_path), "PULUMI_HOME": str(tmp_path / "home")}
    assert official.with_provider(given)["PATH"] == f"{mine.parent}:{tmp_path}"


def test_another_version_is_not_the_official_plugin(tmp_path: Path, no_own_plugins: Path) -> None:
    plugin(no_own_plugins / ".pulumi" / "plugins" / "resource-kubernetes-v4.0.0")
    assert official.official_plugin({"PATH": str(tmp_path)}) is None


def test_the_version_is_the_sdks() -> None:
    """Pinned in requirements, or at least within what the extra `kubernetes` allows."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        pinned = re.search(r"^pulumi-kubernetes==(\S+)", (CLONE / name).read_text(), re.MULTILINE)
        assert pinned is None or pinned[1] == VERSION
    allowed = re.search(r'"pulumi-kubernetes>=(\d+)\.(\d+),<(\d+)"', (CLONE / "pyproject.toml").read_text())
    assert allowed is not None
    major, minor, below = (int(number) for number in allowed.groups())
    ours = tuple(int(number) for number in VERSION.split("."))
    assert (major, minor) <= ours[:2] < (below, 0)
