"""A small Pulumi program over a cluster, for tests: declare objects, run `pulumi`, look at what came of it.

    def test_a_namespace(engine: Path, tmp_path: Path, control_plane: ControlPlane) -> None:
        stack = DeclaredStack.made(engine, tmp_path, control_plane.kubeconfig)
        stack.declare(declared("v1", "Namespace", "place", {"metadata": {"name": "place"}}))
        stack.up()
        assert stack.resource("place")["id"] == "place"
        stack.destroy()

Objects are declared without the Kubernetes SDK, which need not be installed. A program of a test's own, one that
imports components, is given with `write`. The provider is the official one where it is installed, else the stand-in.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kubernetes_provider import VERSION
from kubernetes_provider.official import provided
from pulumi_cli import Pulumi, program

_HEADER = f'''"""Objects of a cluster, declared by a test."""
import pulumi

VERSION = "{VERSION}"


def declare(token, name, properties, secret_outputs=(), **options):
    """Register one object of the cluster."""
    return pulumi.CustomResource(
        token,
        name,
        properties,
        pulumi.ResourceOptions(version=VERSION, additional_secret_outputs=list(secret_outputs), **options),
    )


made = {{}}
'''


@dataclass(frozen=True)
class Declaration:
    """One object of the program. `options` are Python source of ResourceOptions, {"depends_on": 'made["place"]'}."""

    token: str
    name: str
    properties: Mapping[str, Any]
    options: Mapping[str, str]

    @property
    def source(self) -> str:
        """The line of the program."""
        options = "".join(f", {key}={value}" for key, value in self.options.items())
        hidden = ', secret_outputs=("data", "stringData")' if self.token == "kubernetes:core/v1:Secret" else ""
        arguments = f"{self.token!r}, {self.name!r}, {_python(self.properties)}{hidden}{options}"
        return f"made[{self.name!r}] = declare({arguments})\n"


@dataclass(frozen=True)
class Code:
    """Python source as a value of a declaration: Code('made["place"].id'), Code('pulumi.Output.secret(1)')."""

    source: str


def declared(api_version: str, kind: str, name: str, properties: Mapping[str, Any], **options: str) -> Declaration:
    """An object: its apiVersion and kind as in YAML, its resource's name, all else of it as properties."""
    group_version = api_version if "/" in api_version else f"core/{api_version}"
    full = {"apiVersion": api_version, "kind": kind, **properties}
    return Declaration(f"kubernetes:{group_version}:{kind}", name, full, options)


@dataclass(frozen=True)
class DeclaredStack:
    """A project of one program and its stack."""

    pulumi: Pulumi
    name: str = "test"

    @classmethod
    def made(cls, engine: Path, folder: Path, kubeconfig: Path | str, **config: str) -> DeclaredStack:
        """A stack with an empty program whose provider asks the cluster of `kubeconfig`; `config` is kubernetes:KEY."""
        pulumi = provided(program(engine, folder, _HEADER))
        stack = cls(pulumi)
        pulumi.run("stack", "init", stack.name)
        for key, value in {"kubeconfig": str(kubeconfig), **config}.items():
            stack.configure(key, value)
        return stack

    def with_environment(self, **changes: str) -> DeclaredStack:
        """The same stack with more environment variables."""
        return replace(self, pulumi=self.pulumi.with_environment(**changes))

    def configure(self, key: str, value: str) -> None:
        """Set kubernetes:KEY."""
        self.pulumi.run("config", "set", f"kubernetes:{key}", value, "-s", self.name)

    def declare(self, *declarations: Declaration, after: str = "") -> None:
        """Make the program declare these objects and no others; `after` is Python source that follows."""
        self.write(_HEADER + "".join(each.source for each in declarations) + after)

    def write(self, source: str) -> None:
        """Make this the program."""
        (self.pulumi.directory / "__main__.py").write_text(source)

    def up(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`pulumi up`."""
        return self._run("up", "--yes", "--skip-preview", *arguments, **options)

    def preview(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`pulumi preview --diff`."""
        return self._run("preview", "--diff", *arguments, **options)

    def steps(self) -> dict[str, dict[str, Any]]:
        """The preview's steps by resource name, the stack's own left out: op, detailedDiff, replaceReasons ..."""
        found = json.loads(self._run("preview", "--json").stdout)["steps"]
        return {step["urn"].rpartition("::")[2]: step for step in found if "pulumi:pulumi:Stack" not in step["urn"]}

    def refresh(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`pulumi refresh`."""
        return self._run("refresh", "--yes", "--skip-preview", "--diff", *arguments, **options)

    def destroy(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`pulumi destroy`."""
        return self._run("destroy", "--yes", "--skip-preview", *arguments, **options)

    def import_(self, token: str, name: str, identifier: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`pulumi import`, without code for it."""
        return self._run(
            "import", token, name, identifier, "--yes", "--skip-preview", "--generate-code=false", "--protect=false",
            **options,
        )  # fmt: skip

    def resources(self) -> Sequence[dict[str, Any]]:
        """The resources in state, providers and the stack itself left out."""
        return [item for item in self.pulumi.resources(self.name) if not item["type"].startswith("pulumi:")]

    def resource(self, name: str) -> dict[str, Any]:
        """One resource in state. Raises AssertionError where there is none."""
        for item in self.resources():
            if item["urn"].rpartition("::")[2] == name:
                return item
        raise AssertionError(f"no resource {name} in state; there are {[item['urn'] for item in self.resources()]}")

    def _run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return self.pulumi.run(*arguments, "-s", self.name, **options)


def _python(value: Any) -> str:
    """A value as Python source."""
    if isinstance(value, Code):
        return value.source
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_python(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_python(item) for item in value) + "]"
    return repr(value)
