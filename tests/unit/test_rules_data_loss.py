"""Rule data-loss: each change that would part Milvus from its data, and what to do instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules import RULE_IDS, data_loss
from pulumi_milvus.rules.change_facts import DeploymentChange, DeploymentFacts, EtcdFacts, ObjectStoreFacts

STORE = ObjectStoreFacts(
    kind="s3", bucket="vectors", endpoint="s3.eu-central-1.amazonaws.com:443", root_path="milvus/milvus"
)
OWN_STORE = ObjectStoreFacts(kind="s3", bucket="vectors", endpoint="minio.storage:9000", root_path="milvus/milvus")
MEMBERS = tuple(f"milvus-etcd-{member}.milvus-etcd-headless.milvus.svc:2379" for member in range(3))
ETCD = EtcdFacts(kind="in_cluster", endpoints=MEMBERS, root_path="milvus/milvus")
OUTSIDE = EtcdFacts(kind="external", endpoints=("a:2379", "b:2379", "c:2379"), root_path="milvus/milvus")
RUNNING = DeploymentFacts(
    namespace="milvus",
    name="milvus",
    topology="distributed",
    variant="operator",
    milvus_version="2.6.24",
    wal="woodpecker",
    object_store=STORE,
    etcd=ETCD,
    collections={"articles": 40_000_000, "questions": 1_000_000},
)
INSIDE = replace(
    RUNNING, topology="standalone", variant="self_contained", wal="woodpecker-local", object_store=None, etcd=None
)


def found(before: DeploymentFacts, **after: Any) -> list[Finding]:
    return data_loss.check(DeploymentChange(before=before, after=replace(before, **after)))


REFUSED: list[tuple[str, DeploymentFacts, dict[str, Any], str, tuple[str, ...]]] = [
    ("name", RUNNING, {"name": "search"}, "name", ("milvus would become search", "keep name: milvus", "aliases=")),
    ("namespace", RUNNING, {"namespace": "prod"}, "namespace", ("keep namespace: milvus", "41,000,000 vectors")),
    ("topology up", INSIDE, {"topology": "distributed"}, "topology", ("keep topology: standalone", "docs/changes.md")),
    ("topology down", RUNNING, {"topology": "standalone"}, "topology", ("converts neither", "restore a backup")),
    (
        "variant",
        replace(RUNNING, topology="standalone"),
        {"variant": "self_contained", "object_store": None, "etcd": None},
        "variant",
        ("keep variant: operator", "volume of its own"),
    ),
    ("out of the pod", INSIDE, {"variant": "operator", "object_store": STORE}, "variant", ("self_contained would",)),
    ("bucket", RUNNING, {"object_store": replace(STORE, bucket="b")}, "object_store.bucket", ("keep bucket: vectors",)),
    (
        "path in the bucket",
        RUNNING,
        {"object_store": replace(STORE, root_path="files")},
        "object_store.root_path",
        ("keep root_path: milvus/milvus", "files are in the former folder"),
    ),
    (
        "kind of store",
        RUNNING,
        {"object_store": replace(STORE, kind="gcs", endpoint="storage.googleapis.com:443")},
        "object_store.kind",
        ("s3 would become gcs",),
    ),
    (
        "another server",
        replace(RUNNING, object_store=OWN_STORE),
        {"object_store": replace(OWN_STORE, endpoint="minio.other:9000")},
        "object_store.endpoint",
        ("keep endpoint: minio.storage:9000", "DNS name"),
    ),
    (
        "more drives",
        replace(RUNNING, object_store=replace(STORE, kind="in_cluster", pods=1)),
        {"object_store": replace(STORE, kind="in_cluster", pods=4)},
        "object_store.pods",
        ("4 pods instead of 1", "keep 1"),
    ),
    (
        "path in etcd",
        RUNNING,
        {"etcd": replace(ETCD, root_path="by-dev")},
        "etcd.root_path",
        ("metadata is in the former folder",),
    ),
    ("kind of etcd", RUNNING, {"etcd": OUTSIDE}, "etcd.kind", ("in_cluster would become external",)),
    (
        "another etcd",
        replace(RUNNING, etcd=OUTSIDE),
        {"etcd": replace(OUTSIDE, endpoints=("x:2379",))},
        "etcd.endpoints",
        ("a:2379, b:2379, c:2379 would become x:2379",),
    ),
    (
        "fewer members",
        RUNNING,
        {"etcd": replace(ETCD, endpoints=MEMBERS[:1])},
        "etcd.endpoints",
        ("1 member instead of 3", "no majority", "keep 3"),
    ),
    (
        "more members",
        RUNNING,
        {"etcd": replace(ETCD, endpoints=(*MEMBERS, "milvus-etcd-3:2379", "milvus-etcd-4:2379"))},
        "etcd.endpoints",
        ("5 members instead of 3", "a cluster of their own"),
    ),
    ("nothing left", RUNNING, {"collections": {}}, "collections", ("no collection is left of 2", "pulumi destroy")),
]


@pytest.mark.parametrize(
    ("before", "after", "subject", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refused_unless_nobody_needs_the_data(
    before: DeploymentFacts, after: dict[str, Any], subject: str, words: tuple[str, ...]
) -> None:
    (finding,) = found(before, **after)
    assert (finding.rule, finding.level, finding.subject) == ("data-loss", "error", subject)
    told = f"{finding.message}; {finding.fix}"
    assert [word for word in words if word not in told] == []
    assert finding.source
    (allowed,) = found(replace(before, disposable=True), **after)
    assert (allowed.level, allowed.subject, allowed.message) == ("warning", subject, finding.message)
    (still,) = found(before, **after, disposable=True)  # not before, but together with the change
    assert still.level == "error"


def test_everything_at_once() -> None:
    after = {"name": "search", "topology": "standalone", "object_store": replace(STORE, bucket="b", root_path="c")}
    subjects = [finding.subject for finding in found(RUNNING, **after, collections={})]
    assert subjects == ["name", "topology", "object_store.bucket", "object_store.root_path", "collections"]


def test_paths_that_follow_the_name_are_told_with_it() -> None:
    for paths in ("search/search", None):
        after = {
            "namespace": "search",
            "name": "search",
            "object_store": replace(STORE, root_path=paths),
            "etcd": replace(ETCD, root_path=paths),
        }
        assert [finding.subject for finding in found(RUNNING, **after)] == ["name", "namespace"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (RUNNING, {}),
        (RUNNING, {"collections": {"articles": 80_000_000, "questions": 2}}),
        (RUNNING, {"collections": {"articles": 1}}),
        (RUNNING, {"collections": {"other": 5}}),
        (replace(RUNNING, collections={}), {}),
        (RUNNING, {"disposable": True}),
        (RUNNING, {"object_store": replace(STORE, root_path=None)}),
        (RUNNING, {"object_store": replace(STORE, endpoint="S3.eu-central-1.amazonaws.com")}),
        (RUNNING, {"object_store": replace(STORE, endpoint=None)}),
        (RUNNING, {"etcd": replace(ETCD, endpoints=())}),
        (replace(RUNNING, etcd=OUTSIDE), {"etcd": replace(OUTSIDE, endpoints=("c:2379", "a:2379", "b:2379"))}),
        (INSIDE, {}),
    ],
)
def test_nothing_to_say(before: DeploymentFacts, after: dict[str, Any]) -> None:
    assert found(before, **after) == []


@pytest.mark.parametrize(
    ("before", "after", "subject", "command"),
    [
        (
            RUNNING,
            {"object_store": replace(STORE, endpoint="s3.dualstack.eu-central-1.amazonaws.com:443")},
            "object_store.endpoint",
            "aws s3 ls s3://vectors/",
        ),
        (
            replace(RUNNING, etcd=OUTSIDE),
            {"etcd": replace(OUTSIDE, endpoints=("a:2379", "d:2379"))},
            "etcd.endpoints",
            "etcdctl --endpoints=a:2379,d:2379 member list",
        ),
    ],
)
def test_what_may_be_the_same_is_a_warning(
    before: DeploymentFacts, after: dict[str, Any], subject: str, command: str
) -> None:
    (finding,) = found(before, **after)
    assert (finding.level, finding.subject) == ("warning", subject)
    assert command in finding.fix


def test_the_id_is_public() -> None:
    assert data_loss.RULE in RULE_IDS
