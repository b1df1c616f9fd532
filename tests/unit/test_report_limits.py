"""Whatever a preview holds, there is a comment, below the limit, the same for every order of the steps."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preview_files import UNKNOWN, node_group, preview, state, step
from pulumi_milvus.planning.hardware.aws_catalogue import aws_catalogue
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.report.comment import comment
from pulumi_milvus.report.environment import read_environments
from pulumi_milvus.report.report import report_of
from pulumi_milvus.report.sections import COMMENT_CHARACTERS, MOST_CHARACTERS

PRICES = aws_catalogue()
WORKLOAD = {
    "collections": [{"name": "articles", "vectors": 1_000_000, "dimension": 768, "index": "HNSW"}],
    "topology": "standalone",
    "object_store": "local",
}
POD = {"name": "milvus", "image": "milvusdb/milvus:v2.6.24", "resources": {"limits": {"memory": "8Gi", "cpu": "2"}}}


def commented(*files: bytes, most: int = MOST_CHARACTERS) -> str:
    environments = read_environments([(f"{number}.json", file) for number, file in enumerate(files)])
    return comment([report_of(one, lambda _region: PRICES) for one in environments], None, most)


def small_preview() -> dict[str, Any]:
    """A preview with something of everything."""
    component = state("milvus:index:Milvus", "milvus", workload=WORKLOAD, disposableData=False) | {"custom": False}
    grown = copy.deepcopy(component)
    grown["inputs"]["workload"]["collections"][0]["vectors"] = 2_000_000
    fields = [
        {"name": "id", "dataType": "INT64", "isPrimary": True},
        {"name": "v", "dataType": "FLOAT_VECTOR", "dimension": 768, "index": {"indexType": "HNSW", "params": {"M": 8}}},
    ]
    articles = state("milvus:index:Collection", "articles", collectionName="articles", fields=fields, expectedRows=10)
    moved = copy.deepcopy(articles)
    moved["inputs"]["fields"][1]["index"]["indexType"] = "DISKANN"
    milvus = {"apiVersion": "milvus.io/v1beta1", "kind": "Milvus", "metadata": {"name": "m", "namespace": "n"}}
    running = state("kubernetes:milvus.io/v1beta1:Milvus", "m")
    running["inputs"] = {**milvus, "spec": {"mode": "cluster", "components": POD}}
    steps = [
        step("update", grown, component),
        step("update", moved, articles),
        step("update", running | {"inputs": running["inputs"] | {"spec": {"mode": "cluster"}}}, running),
        step("delete", None, state("aws:s3/bucket:Bucket", "files", bucket="files")),
        step("replace", state("aws:ec2/instance:Instance", "vm", ami=UNKNOWN), state("aws:ec2/instance:Instance", "vm"))
        | {"replaceReasons": ["ami"]},
        *(step("create", item) for item in node_group("query", "r7g.xlarge", 4)),
        step("create", state("milvus:index:RootPassword", "root", rotation=1, password="[secret]")),
    ]
    read: dict[str, Any] = json.loads(preview(*steps))
    read["diagnostics"] = [{"severity": "warning", "message": "warning: take care\n", "urn": articles["urn"]}]
    return read


SMALL = small_preview()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value below this one."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


PLACES = places(SMALL)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(["[secret]", UNKNOWN, "milvus:index:Lite", "kubernetes:core/v1:Pod", [], {}, [[]], {"a": None}]),
    st.lists(st.none(), max_size=3),
)


@pytest.mark.property
@pytest.mark.timeout(900)
@settings(max_examples=150)  # each makes two plans and judges them by all rules, some 50 ms
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4))
def test_a_changed_preview_is_commented_or_refused_in_words(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    changed = copy.deepcopy(SMALL)
    for path, value in changes:
        holder = changed
        try:
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    try:
        text = commented(json.dumps(changed).encode())
    except InvalidValues:
        return
    assert 0 < len(text) <= MOST_CHARACTERS


def test_the_order_of_steps_does_not_matter() -> None:
    whole = commented(json.dumps(SMALL).encode())
    for seed in range(5):
        steps = list(SMALL["steps"])
        random.Random(seed).shuffle(steps)
        assert commented(json.dumps(SMALL | {"steps": steps}).encode()) == whole


EVIL = "<script>`@team` #1 | [x](https://evil.example) **b**\n# top"


def test_a_name_that_is_markup_stays_a_name() -> None:
    named = state("milvus:index:Collection", EVIL, collectionName=EVIL, fields=[], expectedRows=3, disposable=True)
    text = commented(preview(step("delete", None, named)))
    outside = text.split("```")[0]
    for part in ("<script>", "@team", "#1 ", "](https://", "https://evil", "**b**", "\n# top"):
        assert part not in outside
    assert text.count("```") == 2
    assert "```diff" in text


def many(count: int) -> bytes:
    steps = []
    for number in range(count):
        old = state(
            "milvus:index:Collection", f"c{number}", collectionName=f"c{number}", expectedRows=number, fields=[]
        )
        new = copy.deepcopy(old)
        new["inputs"] |= {"expectedRows": number + 1, "description": "x" * 400}
        steps.append(step("delete", None, old) if number % 2 else step("update", new, old))
    return preview(*steps)


def test_a_thousand_resources_are_within_the_limit_and_what_is_left_out_is_told() -> None:
    text = commented(many(1000))
    assert MOST_CHARACTERS * 0.9 < len(text) <= MOST_CHARACTERS < COMMENT_CHARACTERS
    assert "are left out: a comment holds at most 65,536 characters" in text
    # Of what is lost nothing is left out while the diff can give way.
    assert sum(line.startswith("- **Lost**") for line in text.splitlines()) == 500
    assert text.count("```") == 2
    assert text.rstrip().endswith("</details>")


@pytest.mark.parametrize("most", [200, 1_000, 5_000, 30_000])
def test_many_environments_share_the_room(most: int) -> None:
    files = [many(40).replace(b":dev:", f":stack{number}:".encode()) for number in range(12)]
    text = commented(*files, most=most)
    assert 0 < len(text) <= most
    told = sum(f"stack{number}" in text for number in range(12))
    assert told == 12 or "more environments are left out" in text
