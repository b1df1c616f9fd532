"""A state as `up` would leave it, made of the first preview of a stack, for previews of what comes after.

A cluster is not needed for them: the engine, the program and the providers' checks and diffs are the real ones, and
what only a cluster would add to a state (times, statuses, who owns a field) changes no preview.

    bring_up(pulumi, "server", pulumi.json("preview", "--json", "-s", "server"))
    pulumi.json("preview", "--json", "-s", "server")
"""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import yaml

from pulumi_cli import Pulumi

PASSWORD = "a-password-that-is-seen-nowhere"
_MARK = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def bring_up(pulumi: Pulumi, stack: str, first: dict[str, Any]) -> None:
    """Import what the first preview would make as made; then again what the second one would make of that.

    What only a provider fills in that is there already, is in the second.
    """
    _import(pulumi, stack, first["steps"])
    _import(pulumi, stack, pulumi.json("preview", "--json", "--show-sames", "-s", stack)["steps"])


def _import(pulumi: Pulumi, stack: str, steps: list[dict[str, Any]]) -> None:
    values = yaml.safe_load((pulumi.directory / "stacks" / f"Pulumi.{stack}.yaml").read_text())
    deployment = {
        "manifest": {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""},
        "secrets_providers": {"type": "passphrase", "state": {"salt": values["encryptionsalt"]}},
        "resources": _states(steps),
    }
    file = pulumi.directory / "imported.json"
    file.write_text(json.dumps({"version": 3, "deployment": deployment}))
    pulumi.run("stack", "import", "-s", stack, "--file", str(file))


def _states(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids: dict[str, str] = {}
    found = []
    for step in steps:
        state = {key: value for key, value in step["newState"].items() if key not in ("sourcePosition", "stackTrace")}
        kind, urn = state["type"], state["urn"]
        state["inputs"] = _inputs(kind, state.get("inputs") or {})
        if state.get("custom"):
            state["id"] = ids[urn] = _id(kind, urn, state["inputs"])
            state["outputs"] = _outputs(kind, state["inputs"])
        if state.get("provider"):
            provider = state["provider"].rpartition("::")[0]
            state["provider"] = f"{provider}::{ids[provider]}"
        found.append(state)
    return found


def _id(kind: str, urn: str, inputs: dict[str, Any]) -> str:
    if kind.startswith("pulumi:providers:"):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, urn))
    metadata = inputs.get("metadata") or {}
    named = [name for key in ("namespace", "name") if (name := metadata.get(key))]
    return "/".join(named) if named else urn.rpartition("::")[2]


def _inputs(kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
    if kind == "kubernetes:core/v1:Secret":
        return inputs | {"data": _secret({"password": base64.b64encode(PASSWORD.encode()).decode()})}
    if inputs.get("token") in (_UNKNOWN, "[secret]"):
        return inputs | {"token": _secret(f"root:{PASSWORD}")}
    return inputs


def _outputs(kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
    if kind.startswith("kubernetes:"):
        manager = {"__fieldManager": "pulumi-kubernetes-00000000", "__initialApiVersion": inputs["apiVersion"]}
        return inputs | {"__inputs": inputs} | manager
    if kind == "milvus:index:RootPassword":
        made = {"password": PASSWORD, "token": f"root:{PASSWORD}", "seed": PASSWORD.encode().hex().ljust(64, "0")[:64]}
        return inputs | {key: _secret(text) for key, text in made.items()}
    return {key: value for key, value in inputs.items() if key != "__internal"}


def _secret(value: object) -> dict[str, str]:
    return {_MARK: _SECRET, "plaintext": json.dumps(value)}
