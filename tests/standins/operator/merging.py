"""How a component's settings are laid over the global ones, and a group's over both. Recorded field by field."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .components import KEYS, Workload, group_of
from .documents import Document, section

# A component's value takes the place of the global one, whole. Recorded: cluster-scheduling, cluster-identity.
_REPLACED = [
    "image",
    "commands",
    "imagePullPolicy",
    "imagePullSecrets",
    "schedulerName",
    "nodeSelector",
    "affinity",
    "tolerations",
    "topologySpreadConstraints",
    "resources",
    "volumes",
    "serviceAccountName",
    "priorityClassName",
    "hostNetwork",
    "dnsPolicy",
    "probes",
    "securityContext",
]
_EMPTY_COUNTS = frozenset({"resources", "affinity", "probes", "securityContext"})
_GROUP_REPLACES = ("nodeSelector", "affinity", "tolerations", "topologySpreadConstraints")
CACHE_SIZE: Mapping[str, Any] = {
    "name": "CACHE_SIZE",
    "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Gi"}},
}


def merged_settings(spec: Mapping[str, Any], workload: Workload) -> Document:
    """What holds for one workload of a resource that has its defaults."""
    everywhere = section(spec, "components")
    component = section(everywhere, KEYS[workload.component])
    settings = {key: copy.deepcopy(_chosen(key, component, everywhere)) for key in _REPLACED}
    settings["paused"] = bool(component.get("paused") or everywhere.get("paused"))
    run_apart = component.get("runWithSubProcess")
    settings["runWithSubProcess"] = everywhere.get("runWithSubProcess") if run_apart is None else run_apart
    settings["env"] = merged_environment(everywhere.get("env") or [], [*(component.get("env") or []), dict(CACHE_SIZE)])
    # Volumes are replaced while mounts are appended. Recorded: cluster-volumes-merge.
    settings["volumeMounts"] = [*(everywhere.get("volumeMounts") or []), *(component.get("volumeMounts") or [])]
    # Here the global value wins. Recorded: cluster-identity.
    for key in ("podLabels", "podAnnotations"):
        settings[key] = {**(component.get(key) or {}), **(everywhere.get(key) or {})}
    for key in ("sidecars", "initContainers"):
        settings[key] = copy.deepcopy(component.get(key) or [])
    _overlay_group(settings, group_of(spec, workload))
    return settings


def _chosen(key: str, component: Mapping[str, Any], everywhere: Mapping[str, Any]) -> Any:
    """The component's value, else the global one; an empty one counts only where a typed client tells it from none."""
    value = component.get(key)
    return value if value or (key in _EMPTY_COUNTS and value is not None) else everywhere.get(key)


def _overlay_group(settings: Document, group: Mapping[str, Any]) -> None:
    """A group's scheduling replaces, an explicit empty one clears. Recorded: cluster-querynode-groups."""
    settings["podLabels"] = {**settings["podLabels"], **(group.get("labels") or {})}
    settings["podAnnotations"] = {**settings["podAnnotations"], **(group.get("annotations") or {})}
    settings["env"] = merged_environment(settings["env"], group.get("extraEnv") or [])
    for key in _GROUP_REPLACES:
        if group.get(key) is not None:
            settings[key] = copy.deepcopy(group[key])


def merged_environment(under: list[Document], over: list[Document]) -> list[Document]:
    """Variables of `over` take the place of those of `under` with the same name; the others follow.

    Names are looked up in `under` alone, so a name that stands twice in `over` stays twice, and so does everything
    where `under` is empty. Recorded: standalone-resources-env, facts on wrong-env-duplicate.
    """
    places = {variable["name"]: place for place, variable in enumerate(under)}
    merged = [copy.deepcopy(variable) for variable in under]
    for variable in over:
        if variable["name"] in places:
            merged[places[variable["name"]]] = copy.deepcopy(dict(variable))
        else:
            merged.append(copy.deepcopy(dict(variable)))
    return merged
