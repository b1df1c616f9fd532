"""MilvusOperator from a program in YAML: its chart asks the cluster already in a preview."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from control_plane import ControlPlane
from kubernetes_provider.official import provided
from pulumi_cli import PLUGINS, Pulumi, environment_for, program
from yaml_host import with_yaml

PYTHON = """\
import pulumi
from pulumi_milvus import MilvusOperator

kubeconfig = pulumi.Config().require_secret("kubeconfig")
operator = MilvusOperator("operator", {
    "registry": "mirror.example/hub", "pull_secrets": ["hub"], "cluster": {"kubeconfig": kubeconfig},
})
pulumi.export("namespace", operator.namespace)
"""
YAML = {
    "name": "test",
    "runtime": "yaml",
    "plugins": PLUGINS,
    "config": {"kubeconfig": {"type": "string", "secret": True}},
    "resources": {
        "operator": {
            "type": "milvus:index:MilvusOperator",
            "properties": {
                "registry": "mirror.example/hub",
                "pullSecrets": ["hub"],
                "cluster": {"kubeconfig": "${kubeconfig}"},
            },
        }
    },
    "outputs": {"namespace": "${operator.namespace}"},
}


def previewed(pulumi: Pulumi, plane: ControlPlane) -> dict[str, Any]:
    """The inputs of what a preview makes, by the end of each URN."""
    pulumi = provided(pulumi)
    pulumi.run("stack", "init", "dev")
    # As YAML: Pulumi's YAML host makes an object of what is JSON, and then it is no kubeconfig any more.
    kubeconfig = yaml.safe_dump(json.loads(plane.kubeconfig.read_text()))
    pulumi.run("config", "set", "--secret", "kubeconfig", kubeconfig, "-s", "dev")

    steps = pulumi.json("preview", "--json", "-s", "dev")["steps"]
    return {
        step["urn"].split("::", 2)[2]: step["newState"].get("inputs")
        for step in steps
        # The provider of the package itself has the version that its SDK names; YAML has no SDK.
        if "::default" not in step["urn"] and step["newState"]["type"] != "pulumi:pulumi:Stack"
    }


def test_yaml_makes_the_operator_that_python_makes(control_plane: ControlPlane, engine: Path, tmp_path: Path) -> None:
    for name in ("python", "yaml"):
        (tmp_path / name).mkdir()
    in_python = program(engine, tmp_path / "python", PYTHON, main_yaml=f"plugins: {json.dumps(PLUGINS)}\n")
    folder = tmp_path / "yaml" / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(YAML))
    in_yaml = with_yaml(Pulumi(folder, environment_for(engine, tmp_path / "yaml")))
    expected, found = previewed(in_python, control_plane), previewed(in_yaml, control_plane)
    assert found == expected
    kept = found["milvus:index:MilvusOperator$pulumi:providers:kubernetes::operator-kept"]
    assert kept["kubeconfig"] == "[secret]", "the cluster that was named is the one that is meant"
    kinds = {urn.partition("::")[0].rpartition("$")[2] for urn in found}
    assert {"milvus:index:OperatorGuard", "kubernetes:apps/v1:Deployment"} <= kinds
    assert {"kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"} <= kinds
    assert control_plane.api.get("Namespace", "milvus-operator") is None, "a preview makes nothing"
