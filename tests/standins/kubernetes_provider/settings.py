"""The provider's configuration. Pure but for the environment variables that stand for options."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from kubernetes_provider.replacements import Mutability

PREFIX = "kubernetes:config:"

UNSERVED = {
    "renderYamlToDirectory": "rendering to files needs the official plugin",
    "helmReleaseSettings": "charts need the official plugin",
}
"""Options that change what the provider does and that the stand-in does not have."""


@dataclass(frozen=True)
class Settings:
    """Which cluster, and how it is written to."""

    kubeconfig: str = ""
    context: str = ""
    cluster: str = ""
    namespace: str = ""
    patch_force: bool = False
    upsert: bool = False
    delete_unreachable: bool = False
    skip_update_unreachable: bool = False
    mutability: Mutability = field(default_factory=Mutability)


def of_variables(variables: Mapping[str, str]) -> Settings:
    """The settings of the engine's `kubernetes:config:NAME` variables, which are all text."""

    def text(name: str) -> str:
        return variables.get(PREFIX + name, "")

    def flag(name: str, variable: str) -> bool:
        given = variables.get(PREFIX + name)
        return (os.environ.get(variable, "") if given is None else given) == "true"

    return Settings(
        kubeconfig=text("kubeconfig"),
        context=text("context"),
        cluster=text("cluster"),
        namespace=text("namespace"),
        patch_force=flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
        upsert=flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
        delete_unreachable=flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
        skip_update_unreachable=flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
        mutability=Mutability(
            secrets=flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
            config_maps=flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
        ),
    )


def problems(given: Mapping[str, object]) -> list[str]:
    """What the stand-in cannot do of the provider's arguments, without repeating a value."""
    found = [f"{name}: {why}" for name, why in UNSERVED.items() if given.get(name)]
    if given.get("enableServerSideApply") in (False, "false"):
        found.append("enableServerSideApply: false, client-side apply, needs the official plugin; leave it out")
    if given.get("strictMode") in (True, "true"):
        found += [
            f'{name}: strict mode requires Provider "{name}" argument'
            for name in ("kubeconfig", "context")
            if not given.get(name)
        ]
    return found
