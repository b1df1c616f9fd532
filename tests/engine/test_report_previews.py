"""Comments on real previews: each change is made by the real engine, and its comment is the one that is kept.

Write them anew: PULUMI_MILVUS_WRITE_GOLDEN=1 python -m pytest tests/engine/test_report_previews.py
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubernetes_provider.official import provided
from previewed_state import PASSWORD, bring_up
from pulumi_cli import Pulumi, copy_of_project

FOLDER = Path(__file__).parent / "golden" / "report"
WORKLOAD = "milvus:workload"
# Nothing answers there; what a preview of an update needs of a cluster, it has in the state.
KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "none", "cluster": {"server": "http://127.0.0.1:9"}}],
    "users": [{"name": "none", "user": {}}],
    "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
    "current-context": "none",
}
SERVER: dict[str, Any] = {
    WORKLOAD: {
        "collections": [
            {
                "name": "articles",
                "vectors": 5_000_000,
                "dimension": 768,
                "index": "HNSW",
                "index_params": {"M": 16, "efConstruction": 200},
            }
        ],
        "availability": "pod",
        "topology": "distributed",
        "milvus_version": "2.6.24",
    },
    "milvus:kubernetes": {
        "operator": "existing",
        "object_store": {"kind": "s3", "bucket": "vectors", "region": "us-east-1"},
    },
}
# A collection that no provider has checked, as a program of somebody else may have it.
UNCHECKED = """import pulumi
fields = [{'name': 'id', 'dataType': 'INT64', 'isPrimary': True},
          {'name': 'v', 'dataType': 'BINARY_VECTOR', 'dimension': 64, 'index': {'indexType': 'IVF_FLAT'}}]
props = {'collectionName': 'articles', 'fields': fields, 'endpoint': 'http://milvus:19530'}
pulumi.ComponentResource('milvus:index:Collection', 'articles', props)
"""
Edit = Callable[[dict[str, Any]], object]


def collection(**changes: Any) -> Edit:
    """An edit of the first collection."""
    return lambda config: config[WORKLOAD]["collections"][0].update(changes)


def workload(**changes: Any) -> Edit:
    return lambda config: config[WORKLOAD].update(changes)


def settings(**changes: Any) -> Edit:
    return lambda config: config.update({f"milvus:{key}": value for key, value in changes.items()})


LITE: dict[str, Edit] = {
    "lite-nothing": lambda _config: None,
    "lite-index": collection(index="IVF_FLAT"),
    "lite-rename": collection(name="papers"),
    "lite-broken": workload(topology="light", horizon_month=3),
}
ON_SERVER: dict[str, Edit] = {
    "server-nothing": lambda _config: None,
    "server-rotation": settings(passwordRotation=2),
    "server-topology": workload(topology="standalone", availability="none"),
    "server-grow": collection(vectors=20_000_000),
    "server-shrink": collection(vectors=1_000_000),
    "server-index": collection(index="DISKANN", index_params={}),
    "server-upgrade": workload(milvus_version="3.0.2"),
}


@pytest.mark.timeout(900)
def test_changes_of_a_lite_environment(engine: Path, tmp_path: Path) -> None:
    pulumi = copy_of_project(engine, tmp_path)
    values = pulumi.directory / "stacks" / "Pulumi.lite.yaml"
    pulumi.run("stack", "init", "lite")
    agree("lite-first", commented(pulumi, "lite"))
    pulumi.run("up", "--yes", "--skip-preview", "-s", "lite")
    declared = yaml.safe_load(values.read_text())
    for name, edit in LITE.items():
        edited = copy.deepcopy(declared)
        edit(edited["config"])
        values.write_text(yaml.safe_dump(edited))
        agree(name, commented(pulumi, "lite", fails=name == "lite-broken"))
    values.write_text(yaml.safe_dump(declared))
    shown = pulumi.run("destroy", "--preview-only", "--json", "-s", "lite").stdout
    agree("lite-destroy", report(pulumi, shown))
    (pulumi.directory / "stacks" / "__main__.py").write_text(UNCHECKED)
    agree("lite-policy", commented(pulumi, "lite", "--policy-pack", "policies", fails=True))


@pytest.mark.timeout(900)
def test_changes_of_a_server(engine: Path, tmp_path: Path) -> None:
    pulumi = server(engine, tmp_path)
    first = pulumi.run("preview", "--json", "--show-sames", "-s", "server").stdout
    agree("server-first", report(pulumi, first))
    bring_up(pulumi, "server", json.loads(first))
    values = pulumi.directory / "stacks" / "Pulumi.server.yaml"
    declared = yaml.safe_load(values.read_text())
    exported = pulumi.run("stack", "export", "-s", "server", "--show-secrets").stdout
    assert PASSWORD in exported
    for name, edit in ON_SERVER.items():
        edited = copy.deepcopy(declared)
        edit(edited["config"])
        values.write_text(yaml.safe_dump(edited))
        text = commented(pulumi, "server", fails=name == "server-topology", before=exported)
        assert PASSWORD not in text
        agree(name, text)
    # What was accepted stays for fewer vectors too, and so does its bill.
    values.write_text(yaml.safe_dump(declared))
    accept = ["pulumi-milvus", "plan", "--write", "stacks/Pulumi.server.yaml"]
    subprocess.run(accept, cwd=pulumi.directory, env=pulumi.environment, check=True, capture_output=True, timeout=120)
    ON_SERVER["server-shrink"](declared["config"])
    values.write_text(yaml.safe_dump(declared))
    agree("server-accepted", commented(pulumi, "server", before=exported))


def server(engine: Path, folder: Path) -> Pulumi:
    """A project with the environment `server`, whose cluster does not answer."""
    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text(yaml.safe_dump(KUBECONFIG))
    pulumi = provided(copy_of_project(engine, folder)).with_environment(KUBECONFIG=str(kubeconfig))
    (pulumi.directory / "stacks" / "Pulumi.server.yaml").write_text(yaml.safe_dump({"config": SERVER}))
    pulumi.run("stack", "init", "server")
    return pulumi


def commented(pulumi: Pulumi, stack: str, *options: str, fails: bool = False, before: str | None = None) -> str:
    """The comment on a fresh preview."""
    done = pulumi.run("preview", "--json", "--show-sames", *options, "-s", stack, check=False)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return report(pulumi, done.stdout, fails=fails, before=before)


def report(pulumi: Pulumi, preview: str, *, fails: bool = False, before: str | None = None) -> str:
    """The comment on a preview, by the command."""
    arguments: Sequence[str] = ["-"]
    if before is not None:
        (pulumi.directory / "before.json").write_text(before)
        arguments = ["-", "--before", "before.json"]
    done = subprocess.run(
        ["pulumi-milvus", "report", *arguments],
        cwd=pulumi.directory,
        env=pulumi.environment,
        input=preview,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (int(fails), "")
    assert str(pulumi.directory.parent) not in done.stdout
    return done.stdout


def agree(name: str, text: str) -> None:
    """The comment is the kept one."""
    path = FOLDER / f"{name}.md"
    if os.environ.get("PULUMI_MILVUS_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{name}: see the head of this file for how to write them anew"


def test_no_kept_comment_is_left_over() -> None:
    made = {*LITE, *ON_SERVER, "lite-first", "lite-destroy", "lite-policy", "server-first", "server-accepted"}
    assert {path.stem for path in FOLDER.glob("*.md")} == made
