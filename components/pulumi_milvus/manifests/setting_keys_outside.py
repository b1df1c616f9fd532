"""The keys of what Milvus has outside itself: object store, etcd, write-ahead log."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.manifests.kubernetes_readers import Address, KubernetesName, LabelKey
from pulumi_milvus.manifests.setting_shapes import Items, Key, Named, Plain, Table
from pulumi_milvus.manifests.setting_values import Etcd, ObjectStore, WriteAheadLog
from pulumi_milvus.manifests.store_readers import Bucket, Region, StorePath
from pulumi_milvus.planning.problems import Problem, shown
from pulumi_milvus.planning.readers import Flag, OneOf, Text

# Secrets and storage classes are RFC 1123 subdomains.
OBJECT_NAME: Final = Plain(KubernetesName(253, dots=True))
ANNOTATIONS: Final = Named(LabelKey(), Plain(Text(2_000)), "{example.com/key: value}")
_STORES: Final = ("s3", "azure", "gcs", "in_cluster")


def _store(read: dict[str, Any], path: str, problems: list[Problem]) -> ObjectStore | None:
    kind = read["kind"]
    found: list[Problem] = []
    if kind == "in_cluster":
        read.setdefault("bucket", "milvus")
        found.extend(
            Problem(f"{path}.{key}", shown(read[key]), "in_cluster is made here", "leave it out")
            for key in ("endpoint", "region", "credentials_secret", "service_account_annotations", "storage_account")
            if key in read
        )
        if not found:
            return ObjectStore(**read | {"use_ssl": False})
    elif "bucket" not in read:
        found.append(Problem(path, "", "bucket is missing: it must be there before Milvus is", "bucket: vectors"))
    if kind == "s3" and not {"region", "endpoint"} & read.keys():
        found.append(
            Problem(path, "", "region is missing (or endpoint, for a store that is not AWS)", "region: us-east-1")
        )
    if kind == "azure" and "storage_account" not in read and "credentials_secret" not in read:
        found.append(Problem(path, "", "storage_account is missing", "storage_account: myaccount"))
    if "credentials_secret" in read and "service_account_annotations" in read:
        reason = "keys and an identity together: Milvus would use the keys"
        found.append(Problem(f"{path}.credentials_secret", shown(read["credentials_secret"]), reason, "one of them"))
    problems.extend(found)
    if found:
        return None
    usual = {
        # The regional endpoint is needed (Milvus 3.0 docs, adminGuide/clouds/aws/s3.md); the others: the operator's
        # samples for Azure and Google (Milvus Operator a6dcc63, config/samples).
        "s3": f"s3.{read.get('region')}.amazonaws.com:443",
        "azure": "core.windows.net:443",
        "gcs": "storage.googleapis.com:443",
    }
    read.setdefault("endpoint", usual.get(kind))
    return ObjectStore(**read)


def _etcd(read: dict[str, Any], path: str, problems: list[Problem]) -> Etcd | None:
    etcd = Etcd(**read)
    if etcd.kind == "external" and not etcd.endpoints:
        reason = "endpoints are missing, without which the operator stops for every Milvus of the cluster"
        problems.append(Problem(path, "", reason, "endpoints: [etcd.example.com:2379]"))
        return None
    if etcd.kind == "in_cluster" and etcd.endpoints:
        problems.append(
            Problem(f"{path}.endpoints", shown(etcd.endpoints), "in_cluster is made here", "kind: external")
        )
        return None
    return etcd


def _wal(read: dict[str, Any], path: str, problems: list[Problem]) -> WriteAheadLog | None:
    wal = WriteAheadLog(**read)
    if wal.kind == "woodpecker" and wal.addresses:
        reason = "woodpecker runs inside Milvus"
        problems.append(Problem(f"{path}.addresses", shown(wal.addresses), reason, "kind: woodpecker_service"))
        return None
    if wal.kind != "woodpecker" and not wal.addresses:
        near = {"pulsar": "[pulsar:6650]", "kafka": "[kafka:9092]"}.get(wal.kind, "[woodpecker-0:18080]")
        problems.append(Problem(path, "", f"addresses of {wal.kind} are missing", f"addresses: {near}"))
        return None
    if wal.credentials_secret and wal.kind != "kafka":
        reason = "credentials are read for kafka alone"
        problems.append(Problem(f"{path}.credentials_secret", shown(wal.credentials_secret), reason, "leave it out"))
        return None
    return wal


STORE: Final = Table(
    {
        "kind": Key(Plain(OneOf(_STORES)), "s3, azure, gcs, or in_cluster (not for production).", "kind: s3"),
        "bucket": Key(Plain(Bucket()), "Bucket or container, which is there already."),
        "endpoint": Key(Plain(Address(443)), "host:port of the store; the cloud's own if left out."),
        "region": Key(Plain(Region()), "Region of the bucket."),
        "root_path": Key(Plain(StorePath()), "Folder in the bucket; namespace/name if left out."),
        "use_ssl": Key(Plain(Flag()), "false for a store that speaks plain HTTP; true if left out."),
        "credentials_secret": Key(OBJECT_NAME, "Secret with accesskey and secretkey; better is an identity."),
        "service_account_annotations": Key(
            ANNOTATIONS, "Annotations that bind an identity: {eks.amazonaws.com/role-arn: arn:aws:...}."
        ),
        "storage_account": Key(Plain(KubernetesName(24)), "Azure: name of the storage account."),
    },
    _store,
    "{kind: s3, bucket: vectors, region: us-east-1}",
    word="kind",
)
ETCD: Final = Table(
    {
        "kind": Key(Plain(OneOf(("in_cluster", "external"))), "in_cluster (made here) or external."),
        "endpoints": Key(Items(Plain(Address(2379)), "[etcd:2379]"), "host:port of an external etcd."),
        "storage_class": Key(OBJECT_NAME, "Storage class of its volumes: block SSD, p99 fsync below 10 ms."),
        "root_path": Key(Plain(StorePath()), "Prefix of the keys; namespace/name if left out."),
    },
    _etcd,
    "{kind: in_cluster}",
    word="kind",
)
WAL: Final = Table(
    {
        "kind": Key(
            Plain(OneOf(("woodpecker", "woodpecker_service", "pulsar", "kafka"))),
            "woodpecker (inside Milvus), woodpecker_service, pulsar or kafka.",
            "kind: woodpecker",
        ),
        "addresses": Key(Items(Plain(Address()), "[pulsar:6650]"), "host:port of brokers; of a service, its seeds."),
        "credentials_secret": Key(
            OBJECT_NAME,
            "Kafka: Secret with username and password, for SASL_SSL with SCRAM-SHA-512; ca.pem for a private CA.",
        ),
    },
    _wal,
    "{kind: pulsar, addresses: [pulsar:6650]}",
    word="kind",
)
