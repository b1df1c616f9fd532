"""On which of the visible nodes a pod can land: node selector, required node affinity, taints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.rules.cluster_facts import INSTANCE_TYPE_LABELS, ClusterFacts, NodeFacts
from pulumi_milvus.rules.pod_facts import PodFacts

# Labels that every node has, by kubelet, the cloud's controller or Karpenter, with values that files do not show
# (Kubernetes docs, reference/labels-annotations-taints; karpenter 1.14 docs, concepts/scheduling, well-known labels).
_OF_EVERY_NODE: Final = frozenset(
    {
        "kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
        "topology.k8s.aws/zone-id", "karpenter.sh/capacity-type", "eks.amazonaws.com/capacityType",
    }
)  # fmt: skip


def landing_nodes(pod: PodFacts, cluster: ClusterFacts) -> tuple[NodeFacts, ...]:
    """The visible nodes that the pod can land on; where none fits, the instance types that the pod itself names.

    Empty: not visible. A node whose labels are not all known may carry those that the pod asks for, and counts only
    where no other fits.
    """
    fitting = [node for node in cluster.nodes if selects(pod, node) and tolerates(pod, node) and _holds(pod, node)]
    if not fitting and (pod.node_selector or _terms(pod)):
        # Those that the pod means, although their memory is too small for it.
        fitting = [node for node in cluster.nodes if selects(pod, node) and tolerates(pod, node) and _gpus(pod, node)]
    sure = [node for node in fitting if node.labels_known or _labels_fit(pod, node.labels)]
    if sure or fitting:
        return tuple(sure or fitting)
    return tuple(
        NodeFacts(
            subject=f"{pod.subject}.nodeSelector",
            instance_type=name,
            instance=instance_named(name),
            labels=pod.node_selector,
            labels_known=False,
        )
        for name in named_types(pod)
    )


def landing_is_sure(pod: PodFacts, nodes: Iterable[NodeFacts]) -> bool:
    """Whether the pod can land on each of these; else files do not show which of them it is."""
    return all(node.labels_known or _labels_fit(pod, node.labels) for node in nodes)


def _holds(pod: PodFacts, node: NodeFacts) -> bool:
    """Whether a pod of that size is let on the node, as far as sizes are known."""
    kind = node.instance
    if kind is None:
        return True
    memory = pod.memory_request_bytes or pod.memory_limit_bytes or 0
    return memory <= kind.allocatable_memory_bytes and _gpus(pod, node)


def _gpus(pod: PodFacts, node: NodeFacts) -> bool:
    return node.instance is None or pod.gpus <= node.instance.gpus


def named_types(pod: PodFacts) -> list[str]:
    """The instance types that the pod's own selector or required affinity names."""
    names = [pod.node_selector[label] for label in INSTANCE_TYPE_LABELS if label in pod.node_selector]
    for term in _terms(pod):
        for wanted in term.get("matchExpressions") or ():
            if wanted.get("key") in INSTANCE_TYPE_LABELS and wanted.get("operator") == "In":
                names.extend(str(value) for value in wanted.get("values") or ())
    return list(dict.fromkeys(names))


def instance_named(name: str | None) -> Any:
    """The catalogue's entry of an instance type, or None."""
    return next((item for item in aws_catalogue().types if item.name == name), None) if name else None


def _terms(pod: PodFacts) -> list[Mapping[str, Any]]:
    required = (pod.affinity.get("nodeAffinity") or {}).get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    return [term for term in required.get("nodeSelectorTerms") or () if isinstance(term, Mapping)]


def _labels_fit(pod: PodFacts, labels: Mapping[str, str]) -> bool:
    selected = all(labels.get(key) == value or _is_open(key, labels) for key, value in pod.node_selector.items())
    terms = _terms(pod)
    return selected and (not terms or any(_term_fits(term, labels, known=True) for term in terms))


def selects(pod: PodFacts, node: NodeFacts) -> bool:
    """Whether the node may be chosen: labels that are not known may be there, labels that are known differ or not."""
    for key, value in pod.node_selector.items():
        if (
            node.labels.get(key) != value
            and (key in node.labels or node.labels_known)
            and not _is_open(key, node.labels)
        ):
            return False
    terms = _terms(pod)
    return not terms or any(_term_fits(term, node.labels, known=node.labels_known) for term in terms)


def _term_fits(term: Mapping[str, Any], labels: Mapping[str, str], *, known: bool) -> bool:
    return all(_expression_fits(item, labels, known=known) for item in term.get("matchExpressions") or ())


def _expression_fits(wanted: Mapping[str, Any], labels: Mapping[str, str], *, known: bool) -> bool:
    key, operator = str(wanted.get("key")), wanted.get("operator")
    if (key not in labels and not known) or _is_open(key, labels):
        return True
    values = [str(value) for value in wanted.get("values") or ()]
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    return _is_beyond(operator, labels.get(key, ""), values)


def _is_open(key: str, labels: Mapping[str, str]) -> bool:
    """Whether the node has the label with a value that files do not show."""
    return key in _OF_EVERY_NODE and key not in labels


def _is_beyond(operator: Any, has: str, values: list[str]) -> bool:
    """Gt and Lt compare whole numbers; a label that is none is not beyond."""
    if operator not in ("Gt", "Lt") or len(values) != 1 or not values[0].isdecimal():
        return True  # no operator of Kubernetes: the API server refuses it
    if not has.isdecimal():
        return False
    return int(has) > int(values[0]) if operator == "Gt" else int(has) < int(values[0])


def tolerates(pod: PodFacts, node: NodeFacts) -> bool:
    hard = [taint for taint in node.taints if taint.get("effect") in ("NoSchedule", "NoExecute")]
    return all(_tolerated(taint, pod.tolerations) for taint in hard)


def _tolerated(taint: Mapping[str, Any], tolerations: Iterable[Mapping[str, Any]]) -> bool:
    for toleration in tolerations:
        if toleration.get("effect") not in (None, "", taint.get("effect")):
            continue
        key, operator = toleration.get("key"), toleration.get("operator") or "Equal"
        if not key and operator == "Exists":
            return True
        if key == taint.get("key") and (
            operator == "Exists" or (toleration.get("value") or "") == (taint.get("value") or "")
        ):
            return True
    return False
