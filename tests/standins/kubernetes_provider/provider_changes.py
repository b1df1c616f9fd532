"""What changed settings of a provider mean for its resources: another cluster makes all of them anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kubernetes_provider import kubeconfig
from kubernetes_provider.wire import UNKNOWN

_CHOOSING_KEYS = ("kubeconfig", "context", "cluster")
_IDENTIFIER = "clusterIdentifier"


@dataclass(frozen=True)
class ProviderChanges:
    """The changed settings, and which of them make every resource of the provider anew."""

    changed: tuple[str, ...]
    replacing: tuple[str, ...] = ()


def provider_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> ProviderChanges:
    """Compare two sets of a provider's arguments. Raises ProviderError for a kubeconfig that cannot be read."""
    changed = tuple(key for key in sorted({*old, *new}) if old.get(key) != new.get(key))
    if not changed:
        return ProviderChanges(())
    if new.get(_IDENTIFIER) and new.get(_IDENTIFIER) == old.get(_IDENTIFIER):
        return ProviderChanges(changed)  # the program says that it is the same cluster, whatever its address
    replacing: tuple[str, ...] = (_IDENTIFIER,) if _IDENTIFIER in changed else ()
    unknown = next((key for key in _CHOOSING_KEYS if new.get(key) is UNKNOWN), None)
    if unknown is not None:
        return ProviderChanges((unknown,), (*replacing, unknown))
    before, after = _cluster(old), _cluster(new)
    if before is not None and after is not None and before != after:
        replacing += tuple(key for key in _CHOOSING_KEYS if key in changed)
    return ProviderChanges(changed, replacing)


def _cluster(settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
    given = settings.get("kubeconfig") or ""
    text = json.dumps(given) if isinstance(given, Mapping) else str(given)
    if not text:
        return None
    return kubeconfig.active_cluster(text, str(settings.get("context") or ""), str(settings.get("cluster") or ""))
