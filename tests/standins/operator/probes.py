"""The probes of the Milvus container: the operator's, each of which a declared one replaces whole."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .documents import Document

METRICS_PORT = 9091

# Recorded: standalone-26, cluster-26.
DEFAULT_PROBES: Mapping[str, Document] = {
    "startupProbe": {
        "tcpSocket": {"port": METRICS_PORT},
        "timeoutSeconds": 3,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 18,
    },
    "livenessProbe": {
        "tcpSocket": {"port": METRICS_PORT},
        "timeoutSeconds": 10,
        "periodSeconds": 15,
        "successThreshold": 1,
        "failureThreshold": 3,
    },
    "readinessProbe": {
        "httpGet": {"path": "/healthz", "port": METRICS_PORT, "scheme": "HTTP"},
        "timeoutSeconds": 3,
        "periodSeconds": 15,
        "successThreshold": 1,
        "failureThreshold": 2,
    },
}


def probes_of(declared: Mapping[str, Any] | None) -> Document:
    """All three probes. Recorded: standalone-probes (one given, two of the operator's)."""
    return {name: copy.deepcopy((declared or {}).get(name) or default) for name, default in DEFAULT_PROBES.items()}
