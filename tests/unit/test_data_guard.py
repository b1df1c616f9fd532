"""DataGuard: what it refuses in which words, what it lets pass, and what it says when it goes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_milvus.resources.data_guard.handler import DataGuardHandler
from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.handler import Scene
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.wire import UNKNOWN, Plain
from resource_driver import through_wire

URN = "urn:pulumi:prod::vectors::milvus:index:DataGuard::vectors-data"
RUNNING: Plain = {
    "namespace": "milvus",
    "name": "milvus",
    "topology": "distributed",
    "variant": "operator",
    "milvusVersion": "2.6.24",
    "gpuImage": False,
    "wal": "woodpecker",
    "objectStore": {
        "kind": "s3",
        "bucket": "vectors",
        "endpoint": "s3.eu-central-1.amazonaws.com:443",
        "rootPath": "milvus/milvus",
    },
    "etcd": {"kind": "external", "endpoints": ["a:2379", "b:2379", "c:2379"], "rootPath": "milvus/milvus"},
    "collections": {"articles": 40_000_000, "my_questions": 1_000_000},
    "disposable": False,
}
INSIDE: Plain = {key: value for key, value in RUNNING.items() if key not in ("objectStore", "etcd")} | {
    "topology": "standalone",
    "variant": "self_contained",
    "wal": "woodpecker-local",
}


class Guard:
    """Drives the handler as the engine does, every value over the wire."""

    def __init__(self, old: Plain | None = None) -> None:
        self.old = old or {}
        self.lines: list[tuple[str, str]] = []
        self.scene = Scene(
            urn=URN,
            endpoint=None,
            lite_files=LiteFiles(),
            log=lambda severity, line: self.lines.append((severity, line)),
            timeout_seconds=1.0,
            cluster=None,
        )

    def inputs(self, new: Plain) -> Plain:
        checked = DataGuardHandler().check(self.scene, through_wire(self.old), through_wire(new))
        assert checked.problems == []
        return through_wire(checked.inputs)

    def problems(self, new: Plain) -> dict[str, str]:
        checked = DataGuardHandler().check(self.scene, through_wire(self.old), through_wire(new))
        return {problem.path: problem.reason for problem in checked.problems}

    @property
    def warnings(self) -> list[str]:
        return [line for severity, line in self.lines if severity == "warning"]


def changed(values: Plain, **paths: Any) -> Plain:
    """A copy with other values; ``objectStore__bucket`` names a nested one."""
    result = copy.deepcopy(values)
    for path, value in paths.items():
        *outer, key = path.split("__")
        place = result
        for step in outer:
            place = place[step]
        place[key] = value
    return result


REFUSED: list[tuple[Plain, dict[str, Any], str, str]] = [
    (RUNNING, {"name": "search"}, "name", "keep name: milvus in the settings"),
    (RUNNING, {"namespace": "prod"}, "namespace", "keep namespace: milvus"),
    (RUNNING, {"topology": "standalone"}, "topology", "second environment beside this one"),
    (INSIDE, {"topology": "distributed", "variant": "operator"}, "topology", "Milvus converts neither into the other"),
    (RUNNING, {"objectStore__bucket": "other"}, "objectStore.bucket", "keep bucket: vectors"),
    (RUNNING, {"objectStore__rootPath": "files"}, "objectStore.rootPath", "keep root_path: milvus/milvus"),
    (RUNNING, {"objectStore__kind": "gcs"}, "objectStore.kind", "s3 would become gcs"),
    (RUNNING, {"objectStore__endpoint": "minio.own:9000"}, "objectStore.endpoint", "keep endpoint: s3.eu-central-1"),
    (RUNNING, {"etcd__rootPath": "by-dev"}, "etcd.rootPath", "metadata is in the former folder"),
    (RUNNING, {"etcd__kind": "in_cluster"}, "etcd.kind", "external would become in_cluster"),
    (RUNNING, {"etcd__endpoints": ["x:2379"]}, "etcd.endpoints", "would become x:2379"),
    (RUNNING, {"wal": "kafka"}, "wal", "WAL alter API"),
    (RUNNING, {"milvusVersion": "2.5.27"}, "milvusVersion", "no way back over a minor release"),
    (RUNNING | {"milvusVersion": "3.0.2"}, {"milvusVersion": "2.6.24"}, "milvusVersion", "cannot be seen from here"),
    (RUNNING | {"milvusVersion": "2.4.6"}, {"milvusVersion": "2.6.24"}, "milvusVersion", "2.5.16 with mixCoordinator"),
    (RUNNING, {"collections": {}}, "collections", "no collection is left of 2 collections with 41,000,000 vectors"),
]


@pytest.mark.parametrize(
    ("old", "change", "path", "words"), REFUSED, ids=[f"{c[2]}-{i}" for i, c in enumerate(REFUSED)]
)
def test_refused_with_path_reason_and_remedy(old: Plain, change: dict[str, Any], path: str, words: str) -> None:
    if change.get("variant") == "operator":
        change = change | {"objectStore": RUNNING["objectStore"], "etcd": RUNNING["etcd"], "wal": "woodpecker"}
    new = changed(old, **change)
    guard = Guard(old)
    problems = guard.problems(new)
    assert path in problems
    assert words in problems[path]
    assert "Instead: " in problems[path]
    assert set(problems) <= {path, "variant", "disposable"}
    assert "set disposable: true, run `pulumi up` with nothing else changed" in problems["disposable"]
    assert guard.warnings == []

    at_once = Guard(old).problems(new | {"disposable": True})
    assert path in at_once, "disposable counts only where it was applied before"

    allowed = Guard(old | {"disposable": True})
    assert allowed.problems(new) == {}
    assert any(line.startswith(f"{path}: ") and "declared disposable" in line for line in allowed.warnings)


def test_all_refusals_come_at_once() -> None:
    new = changed(RUNNING, name="search", wal="pulsar", milvusVersion="2.5.16", objectStore__bucket="b", collections={})
    assert list(Guard(RUNNING).problems(new)) == [
        "name", "objectStore.bucket", "collections", "wal", "milvusVersion", "disposable",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"milvusVersion": "3.0.2"}, "take a backup first"),
        ({"milvusVersion": "2.6.20"}, "goes back within a minor release"),
        ({"gpuImage": True}, "AUTOINDEX of a new float collection GPU_CAGRA instead of HNSW"),
        ({"etcd__endpoints": ["a:2379", "d:2379"]}, "etcdctl --endpoints=a:2379,d:2379 member list"),
    ],
)
def test_what_is_done_with_a_warning(change: dict[str, Any], words: str) -> None:
    guard = Guard(RUNNING)
    assert guard.problems(changed(RUNNING, **change)) == {}
    (warning,) = guard.warnings
    assert words in warning


NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=20)
MAPS = st.dictionaries(NAMES, st.integers(0, 10**12), min_size=1, max_size=3)


@pytest.mark.property
@settings(max_examples=200)  # ten milliseconds each, most of them Hypothesis's own
@given(
    st.sampled_from([RUNNING, INSIDE]), MAPS, MAPS, st.booleans(), st.booleans(), st.sampled_from(["2.6.24", "2.6.25"])
)
def test_what_leads_nowhere_may_always_change(
    start: Plain, before: Plain, after: Plain, was: bool, becomes: bool, release: str
) -> None:
    guard = Guard(changed(start, collections=before, disposable=was))
    new = changed(start, collections=after, disposable=becomes, milvusVersion=release)
    if "etcd" in new:
        new["etcd"]["endpoints"] = new["etcd"]["endpoints"][::-1]
    inputs = guard.inputs(new)
    assert guard.warnings == []
    assert inputs["collections"] == after
    assert Guard(inputs).inputs(inputs) == inputs, "a second run changes nothing"


@settings(max_examples=200)  # of 2,048 mixtures in all
@given(st.data())
def test_any_mixture_of_changes_is_refused_exactly_where_one_of_them_is(data: st.DataObject) -> None:
    refused = {
        "name": "search", "namespace": "prod", "wal": "kafka", "milvusVersion": "2.5.27",
        "objectStore__bucket": "other", "objectStore__rootPath": "files", "etcd__rootPath": "by-dev",
    }  # fmt: skip
    harmless = {"gpuImage": True, "collections": {"a": 1}, "disposable": True, "etcd__endpoints": ["c:2379"]}
    chosen = data.draw(st.sets(st.sampled_from(sorted(refused))))
    also = data.draw(st.sets(st.sampled_from(sorted(harmless))))
    new = changed(RUNNING, **{key: (refused | harmless)[key] for key in chosen | also})
    paths = set(Guard(RUNNING).problems(new))
    assert paths == {key.replace("__", ".") for key in chosen} | ({"disposable"} if chosen else set())


def test_a_first_run_has_nothing_to_compare_with() -> None:
    assert Guard().problems(RUNNING) == {}
    assert Guard().problems(INSIDE) == {}


@pytest.mark.parametrize(
    ("values", "paths"),
    [
        ({}, {"namespace", "name", "topology", "milvusVersion", "wal"}),
        (RUNNING | {"topology": "lite"}, {"topology"}),
        (RUNNING | {"milvusVersion": "latest"}, {"milvusVersion"}),
        (RUNNING | {"wall": "kafka"}, {"wall"}),
        (RUNNING | {"collections": {"articles": -1}}, {"collections.articles"}),
        (RUNNING | {"variant": "self_contained"}, {"objectStore", "etcd", "variant"}),
        (INSIDE | {"variant": "operator"}, {"objectStore", "etcd"}),
        (changed(RUNNING, etcd__endpoints=[]), {"etcd.endpoints"}),
        (changed(RUNNING, objectStore__bucket=""), {"objectStore.bucket"}),
    ],
)
def test_inputs_that_cannot_be(values: Plain, paths: set[str]) -> None:
    assert set(Guard().problems(values)) == paths


def test_a_bucket_that_this_preview_does_not_know_is_judged_later() -> None:
    new = changed(RUNNING, objectStore__bucket=UNKNOWN)
    checked = DataGuardHandler().check(Guard().scene, RUNNING, new)
    assert checked.problems == []
    assert checked.inputs["objectStore"]["bucket"] is UNKNOWN
    assert "name" in Guard(RUNNING).problems(new | {"name": "search"}), "what is known is judged all the same"
    assert Guard().problems(new) == {}


def test_a_state_that_cannot_be_read_is_no_licence() -> None:
    problems = Guard(RUNNING | {"wal": "from-the-future"}).problems(RUNNING)
    assert f"pulumi state delete '{URN}'" in problems[""]
    assert Guard(RUNNING | {"keyOfLater": 1}).problems(RUNNING) == {}


def test_life_of_a_guard() -> None:
    handler, guard = DataGuardHandler(), Guard()
    inputs = guard.inputs(RUNNING)
    assert handler.create(guard.scene, inputs, preview=True) == ("", inputs)
    identifier, state = handler.create(guard.scene, inputs, preview=False)
    assert (identifier, state) == ("milvus/milvus", inputs)
    assert handler.diff(state, inputs).differences == []
    more = changed(inputs, collections__articles=41_000_000)
    assert [item.path for item in handler.diff(state, more).differences] == ["collections.articles"]
    assert handler.update(guard.scene, state, more, preview=False) == more
    found = handler.read(guard.scene, identifier, state)
    assert (found.identifier, found.state, found.inputs) == (identifier, state, state)
    with pytest.raises(ResourceError, match="cannot be imported"):
        handler.read(guard.scene, identifier, {})


def test_a_guard_that_goes_says_what_stays_and_how_to_remove_it() -> None:
    def said(state: Plain) -> str:
        guard = Guard()
        DataGuardHandler().delete(guard.scene, "milvus/milvus", state)
        ((severity, line),) = guard.lines
        assert severity == "info"
        return line

    outside = said(RUNNING)
    assert "2 collections with 41,000,000 vectors" in outside
    assert "aws s3 rm --recursive s3://vectors/milvus/milvus/" in outside
    assert "etcdctl --endpoints=a:2379,b:2379,c:2379 del --prefix milvus/milvus/" in outside
    assert "persistentvolumeclaims" not in outside
    claims = "kubectl delete persistentvolumeclaims --namespace milvus --selector app.kubernetes.io/instance=milvus"
    inside = said(INSIDE)
    assert claims in inside
    assert "s3" not in inside
    assert claims in said(changed(RUNNING, etcd__kind="in_cluster", etcd__endpoints=[]))
    secrets = "app.kubernetes.io/instance=milvus,app.kubernetes.io/component=credentials"
    for words in (outside, inside):
        lines = words.splitlines()
        assert f"kubectl delete secrets --namespace milvus --selector {secrets}" in lines[-2]  # after the data
        assert "kubectl delete namespace milvus" in lines[-1]


def test_every_key_is_guarded_or_known_to_be_free() -> None:
    free = {"collections", "disposable", "mix_coordinator", "traces", "tls", "password_rotation"}
    guarded = {
        "namespace",
        "name",
        "topology",
        "variant",
        "milvus_version",
        "gpu_image",
        "wal",
        "object_store",
        "etcd",
        "storage_classes",
    }
    assert set(DataGuardSpec.model_fields) == free | guarded
