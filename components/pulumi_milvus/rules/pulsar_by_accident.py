"""Rule ``pulsar-by-accident``: no message queue runs that nobody asked for.

Facts: ``spec.dependencies`` of a Milvus resource; Milvus's configuration and the StatefulSets beside it. Callers:
``check``, the policy pack.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts

RULE: Final = "pulsar-by-accident"
LEVEL: Final = "error"
REASON: Final = (
    "The operator gives a cluster that names no message stream a whole Pulsar, 3.0 too; the chart deploys one unless "
    "it is switched off, even where Woodpecker is chosen: several Java processes of 4 to 8 GB. And the log cannot be "
    "changed once there are data."
)
FIX: Final = "dependencies.msgStreamType: woodpecker"
SOURCE: Final = "Milvus Operator 1.3.8, milvus_webhook.go; milvus-helm 5.0.19, values.yaml and templates/config.tpl"
_QUEUES: Final = ("pulsar", "kafka")


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge which queue a default brings."""
    return _by_operator(facts) if facts.source == "resource" else _by_chart(facts)


def _by_operator(facts: MilvusFacts) -> list[Finding]:
    declared = facts.dependencies.declared
    if facts.mode != "cluster" or facts.dependencies.message_stream is not None or declared.get("pulsar"):
        return []
    message = "no msgStreamType is said, and the operator deploys Pulsar for a cluster"
    return [Finding(RULE, LEVEL, "dependencies.msgStreamType", message, FIX, SOURCE)]


def _by_chart(facts: MilvusFacts) -> list[Finding]:
    chosen = facts.dependencies.message_stream
    if chosen is None:
        return []
    for queue in _QUEUES:
        if queue == chosen.lower():
            continue
        for item in facts.cluster.objects.get("StatefulSet", ()):
            metadata = item.get("metadata") or {}
            same_release = str(metadata.get("name", "")).startswith(f"{facts.name}-{queue}")
            if same_release and (metadata.get("namespace") or "") == facts.namespace:
                message = f"StatefulSet {metadata['name']} runs, and Milvus's log is {chosen}"
                fix = "pulsarv3.enabled: false" if queue == "pulsar" else "kafka.enabled: false"
                return [Finding(RULE, LEVEL, f"StatefulSet/{metadata['name']}", message, fix, SOURCE)]
    return []
