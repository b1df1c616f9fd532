"""Two guards of one run: never the same folder of a bucket, never the same keys of an etcd."""

from __future__ import annotations

from typing import Any

from pulumi_milvus.resources.data_guard.handler import DataGuardHandler
from pulumi_milvus.resources.handler import Scene
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.wire import Plain
from resource_driver import through_wire

STORE = {"kind": "s3", "bucket": "vectors", "endpoint": "s3.eu-central-1.amazonaws.com:443", "rootPath": "shop"}
ETCD = {"kind": "external", "endpoints": ["a:2379", "b:2379"], "rootPath": "shop"}


def guard(name: str, **changes: Any) -> Plain:
    """What leads one Milvus to its data."""
    return {
        "namespace": "search",
        "name": name,
        "topology": "distributed",
        "milvusVersion": "2.6.24",
        "wal": "woodpecker",
        "objectStore": STORE,
        "etcd": ETCD,
        "collections": {"articles": 1_000_000},
        **changes,
    }


class Run:
    """One process of the provider, which sees every guard of a stack."""

    def __init__(self) -> None:
        self.handler = DataGuardHandler()
        self.lines: list[str] = []

    def problems(self, new: Plain, old: Plain | None = None) -> dict[str, str]:
        scene = Scene(
            urn=f"urn:pulumi:prod::vectors::milvus:index:DataGuard::{new['name']}",
            endpoint=None,
            lite_files=LiteFiles(),
            log=lambda _, line: self.lines.append(line),
            timeout_seconds=1.0,
            cluster=None,
        )
        checked = self.handler.check(scene, through_wire(old or {}), through_wire(new))
        return {problem.path: problem.reason for problem in checked.problems}


def test_the_later_of_two_with_the_same_paths_is_refused_in_the_words_of_the_rule() -> None:
    run = Run()
    assert run.problems(guard("shop")) == {}
    refused = run.problems(guard("blog"))
    assert refused["objectStore.rootPath"] == (
        "bucket vectors, folder shop is that of Milvus search/shop too. Instead: a root path of its own for each: "
        "minio.rootPath, etcd.rootPath (shared-path)"
    )
    assert refused["etcd.rootPath"].startswith("shop in etcd a:2379 is that of Milvus search/shop too.")


def test_what_differs_in_one_part_shares_nothing() -> None:
    own_store, own_etcd = STORE | {"rootPath": "blog"}, ETCD | {"rootPath": "blog"}
    for changes in (
        {"objectStore": own_store, "etcd": own_etcd},
        {"objectStore": STORE | {"bucket": "other"}, "etcd": own_etcd},
        {"objectStore": STORE | {"endpoint": "s3.us-east-1.amazonaws.com:443"}, "etcd": own_etcd},
        {"objectStore": own_store, "etcd": ETCD | {"endpoints": ["x:2379"]}},
        {"objectStore": STORE | {"rootPath": None}, "etcd": ETCD | {"rootPath": None}},
    ):
        run = Run()
        run.problems(guard("shop"))
        assert run.problems(_without_none(guard("blog", **changes))) == {}


def test_the_same_address_written_otherwise_is_the_same_and_one_path_left_out_is_its_default() -> None:
    run = Run()
    run.problems(guard("shop", etcd=ETCD | {"rootPath": "other"}))
    spelled = STORE | {"endpoint": "S3.eu-central-1.amazonaws.com", "rootPath": "/shop/"}
    assert set(run.problems(guard("blog", objectStore=spelled))) == {"objectStore.rootPath"}
    named = STORE | {"rootPath": "search/third"}
    run.problems(guard("fourth", objectStore=named, etcd=ETCD | {"rootPath": "fourth"}))
    third = _without_none(guard("third", objectStore=STORE | {"rootPath": None}, etcd=ETCD | {"rootPath": "third"}))
    assert set(run.problems(third)) == {"objectStore.rootPath"}


def test_the_same_guard_is_judged_again_in_the_same_run() -> None:
    run = Run()
    assert run.problems(guard("shop")) == {}
    assert run.problems(guard("shop")) == {}


def test_stores_inside_a_cluster_belong_to_one_milvus() -> None:
    inside = {
        "objectStore": {"kind": "in_cluster", "bucket": "milvus", "endpoint": "minio.search.svc:9000"},
        "etcd": {"kind": "in_cluster", "endpoints": ["etcd-0.search.svc:2379"]},
    }
    run = Run()
    run.problems(guard("shop", **inside))
    assert run.problems(guard("blog", **inside)) == {}


def test_two_that_have_shared_a_path_already_are_warned_and_can_still_be_changed() -> None:
    run = Run()
    run.problems(guard("shop"))
    blog = guard("blog")
    assert run.problems(blog | {"collections": {"articles": 2_000_000}}, blog) == {}
    assert any("is that of Milvus search/shop too" in line for line in run.lines)


def test_disposable_data_do_not_let_one_delete_the_others_files() -> None:
    run = Run()
    run.problems(guard("shop"))
    assert run.problems(guard("blog", disposable=True)) != {}


def _without_none(value: Plain) -> Plain:
    return {
        key: {inner: item for inner, item in one.items() if item is not None} if isinstance(one, dict) else one
        for key, one in value.items()
    }
