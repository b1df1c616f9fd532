"""The keys of ``milvus:kubernetes`` in a values file, with what each means; reader, JSON Schema and docs use them."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.manifests.kubernetes_readers import (
    KubernetesName,
    LabelKey,
    LabelValue,
    Network,
    Registry,
)
from pulumi_milvus.manifests.setting_keys_backup import BACKUP
from pulumi_milvus.manifests.setting_keys_outside import ANNOTATIONS, ETCD, OBJECT_NAME, STORE, WAL
from pulumi_milvus.manifests.setting_keys_storage import STORAGE_CLASSES, class_problems
from pulumi_milvus.manifests.setting_shapes import Items, Key, Named, Plain, Table
from pulumi_milvus.manifests.setting_values import (
    Autoscale,
    ClusterSettings,
    NodePool,
    Peer,
    PriorityClass,
    ResourceGroup,
    ServiceSettings,
    Taint,
)
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.planning.readers import Flag, OneOf, Whole

# `<name>-milvus-streamingnode` and the label of a StatefulSet's revision, `<name>-standalone-<10 characters>`, must
# stay within the 63 characters of a label; the operator reports a Milvus healthy whose Service was refused for a name
# that is too long, or has a dot (recorded: Milvus Operator a6dcc63).
LONGEST_NAME: Final = 40
_NAMESPACE: Final = Plain(KubernetesName())
_LABELS: Final = Named(LabelKey(), Plain(LabelValue()), "{team: search}")
_MOST_PODS: Final = 1_000
_ROLES: Final = ("query_node", "proxy")


def _peer(read: dict[str, Any], path: str, problems: list[Problem]) -> Peer | None:
    if not read:
        problems.append(Problem(path, "{}", "says nobody", "{namespace: search}"))
        return None
    if "cidr" in read and len(read) > 1:
        problems.append(
            Problem(f"{path}.cidr", shown(read["cidr"]), "a network has no namespace", "an entry of its own")
        )
        return None
    return Peer(**read)


def _service(read: dict[str, Any], path: str, problems: list[Problem]) -> ServiceSettings | None:
    service = ServiceSettings(**read)
    if service.type == "LoadBalancer" and not service.source_ranges:
        reason = "a load balancer without source_ranges is open to all that reach it"
        problems.append(Problem(path, "", reason, "source_ranges: [10.0.0.0/8]"))
        return None
    if service.type != "LoadBalancer" and (service.source_ranges or service.annotations):
        key = "source_ranges" if service.source_ranges else "annotations"
        problems.append(Problem(f"{path}.{key}", "", "is for a load balancer", "type: LoadBalancer"))
        return None
    return service


def _autoscale(read: dict[str, Any], path: str, problems: list[Problem]) -> Autoscale | None:
    scale = Autoscale(
        max_pods=read["max"], **{mine: read[key] for key, mine in _AUTOSCALE_NAMES.items() if key in read}
    )
    if scale.min_pods is not None and scale.min_pods > scale.max_pods:
        problems.append(Problem(f"{path}.min", shown(scale.min_pods), "is above max", str(scale.max_pods)))
        return None
    return scale


_AUTOSCALE_NAMES: Final = {"min": "min_pods", "cpu_percent": "cpu_percent"}


def _settings(read: dict[str, Any], path: str, problems: list[Problem]) -> ClusterSettings:
    names = [group.name for group in read.get("resource_groups", ())]
    for place, name in enumerate(names):
        if name in names[:place]:
            where = f"{path}.resource_groups[{place}].name"
            problems.append(Problem(where, shown(name), "another group has this name"))
    read |= read.pop("tls", {})
    settings = ClusterSettings(**read)
    used = (settings.storage_class, settings.etcd.storage_class)
    class_problems(settings.storage_classes, used, path, problems)
    return settings


_PEER: Final = Table(
    {
        "namespace": Key(_NAMESPACE, "All pods of this namespace; with pod_labels, those among them."),
        "pod_labels": Key(_LABELS, "Pods with these labels, in Milvus's own namespace unless namespace is said."),
        "cidr": Key(Plain(Network()), "A network of addresses outside the cluster, such as 10.0.0.0/16."),
    },
    _peer,
    "{namespace: search}",
)
_TAINT: Final = Table(
    {
        "key": Key(Plain(LabelKey()), "Key of the taint.", needed="key: dedicated"),
        "value": Key(Plain(LabelValue()), "Value of the taint; left out: any."),
        "effect": Key(Plain(OneOf(("NoSchedule", "PreferNoSchedule", "NoExecute"))), "Effect; NoSchedule if left out."),
    },
    lambda read, _path, _problems: Taint(**read),
    "{key: dedicated, value: milvus}",
)
_AUTOSCALE: Final = Table(
    {
        "min": Key(Plain(Whole(1, _MOST_PODS)), "Fewest pods; the plan's number if left out, which is the least."),
        "max": Key(Plain(Whole(1, _MOST_PODS)), "Most pods.", needed="max: 10"),
        "cpu_percent": Key(Plain(Whole(10, 95)), "Use of the requested CPU that is aimed at, percent; 60 if left out."),
    },
    _autoscale,
    "{max: 10}",
)

SETTINGS: Final = Table(
    {
        "namespace": Key(_NAMESPACE, "Namespace; milvus if left out."),
        "name": Key(
            Plain(KubernetesName(LONGEST_NAME, letter_first=True)),
            f"Name of the Milvus; milvus if left out. At most {LONGEST_NAME} characters, no dots.",
        ),
        "create_namespace": Key(Plain(Flag()), "Whether the namespace is made here; true if left out."),
        "operator": Key(Plain(OneOf(("install", "existing"))), "Whether Milvus Operator is installed or is there."),
        "operator_namespace": Key(_NAMESPACE, "Namespace of the operator, which must reach etcd and the store."),
        "registry": Key(Plain(Registry()), "Prefix of every image: a mirror that the nodes can reach."),
        "pull_secrets": Key(Items(OBJECT_NAME, "[registry]"), "Names of Secrets with the registry's credentials."),
        "variant": Key(
            Plain(OneOf(("self_contained", "operator"))),
            "For standalone. self_contained: one pod with etcd inside and files on its volume; operator: etcd and "
            "object store outside. Left out: as the workload's object_store says.",
        ),
        "object_store": Key(
            STORE,
            "The object store. Needed but for a self-contained standalone.",
        ),
        "etcd": Key(
            ETCD,
            "Where metadata is kept.",
        ),
        "wal": Key(
            WAL,
            "The write-ahead log; the plan's if left out. It cannot be changed later.",
        ),
        "clients": Key(Items(_PEER, "[{namespace: search}]"), "Who may connect to Milvus on 19530."),
        "monitoring": Key(Items(_PEER, "[{namespace: monitoring}]"), "Who may read metrics on 9091."),
        "metrics": Key(Plain(Flag()), "Whether the operator makes a PodMonitor; true if left out."),
        "service": Key(
            Table(
                {
                    "type": Key(Plain(OneOf(("ClusterIP", "LoadBalancer"))), "LoadBalancer is an internal one."),
                    "source_ranges": Key(Items(Plain(Network()), "[10.0.0.0/8]"), "Networks that may use it."),
                    "annotations": Key(ANNOTATIONS, "Further annotations for the cloud's controller."),
                },
                _service,
                "{type: LoadBalancer, source_ranges: [10.0.0.0/8]}",
                word="type",
            ),
            "How clients reach Milvus; inside the cluster only if left out.",
        ),
        "tls": Key(
            Table(
                {
                    "secret": Key(OBJECT_NAME, "Secret with tls.crt, tls.key and ca.crt.", "secret: milvus-tls"),
                    "server_name": Key(
                        OBJECT_NAME, "Name that the certificate has; NAME-milvus.NAMESPACE.svc if left out."
                    ),
                },
                lambda read, _path, _problems: {f"tls_{key}": value for key, value in read.items()},
                "{secret: milvus-tls}",
                word="secret",
            ),
            "TLS on 19530; REST then moves to port 8080.",
        ),
        "storage_class": Key(OBJECT_NAME, "Storage class of data volumes (self-contained, in_cluster)."),
        "storage_classes": Key(
            STORAGE_CLASSES,
            "Storage classes that are made here, for the volumes of this Milvus. They stay when it goes.",
        ),
        "select_nodes": Key(
            Plain(OneOf(("pool", "instance_type", "none"))),
            "How pods find the nodes of their pool: by the label milvus.io/node-pool, by the label "
            "node.kubernetes.io/instance-type, or not at all; pool if left out.",
        ),
        "node_pools": Key(
            Named(
                KubernetesName(),
                Table(
                    {
                        "labels": Key(_LABELS, "Labels of its nodes, instead of the default one."),
                        "taints": Key(Items(_TAINT, "[{key: dedicated}]"), "Taints of its nodes."),
                    },
                    lambda read, _path, _problems: NodePool(**read),
                    "{taints: [{key: dedicated}]}",
                ),
                "{query-node: {taints: [{key: dedicated}]}}",
            ),
            "For pools of the plan: labels and taints of their nodes.",
        ),
        "priority_class": Key(
            Table(
                {
                    "name": Key(OBJECT_NAME, "Name of the priority class.", "name: milvus"),
                    "value": Key(Plain(Whole(1, 1_000_000_000)), "Its value, if it shall be made here."),
                },
                lambda read, _path, _problems: PriorityClass(**read),
                "{name: milvus, value: 1000000}",
                word="name",
            ),
            "Priority class of Milvus's pods and what it depends on.",
        ),
        "autoscale": Key(
            Named(OneOf(_ROLES), _AUTOSCALE, "{query_node: {max: 10}}"),
            "Horizontal autoscaling of query_node or proxy, by CPU.",
        ),
        "resource_groups": Key(
            Items(
                Table(
                    {
                        "name": Key(Plain(KubernetesName(40)), "Name of the group.", "name: hot"),
                        "pods": Key(Plain(Whole(1, _MOST_PODS)), "Query nodes in it.", "pods: 2"),
                    },
                    lambda read, _path, _problems: ResourceGroup(**read),
                    "{name: hot, pods: 2}",
                ),
                "[{name: hot, pods: 2}]",
            ),
            "Resource groups; their pods add up to the plan's query nodes.",
        ),
        "backup": Key(BACKUP, "Backups; on where production is true."),
        "graceful_stop_seconds": Key(
            Plain(Whole(30, 1800)),
            "Seconds in which a pod of Milvus hands over what it serves before it ends; 1800, Milvus's own, if left "
            "out. Below the drain limit of whatever replaces nodes: 900 for EKS's managed node groups.",
        ),
        "network_policies": Key(Plain(Flag()), "Whether NetworkPolicies are made; true if left out."),
    },
    _settings,
    "{object_store: {kind: s3, bucket: vectors, region: us-east-1}}",
)
