"""`pulumi-milvus estimate`: a page, JSON, and a batch that answers every line whatever stands in it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_milvus.cli import main
from pulumi_milvus.planning.estimates.estimate import estimate
from pulumi_milvus.planning.estimates.request import read_request

GOOD: dict[str, Any] = {"index": "HNSW", "params": {"M": 16}, "vectors": 1_000_000, "dimension": 768}
GOOD_LINE = json.dumps(GOOD).encode()
OPTIONS = ("--index", "HNSW", "--param", "M=16", "--vectors", "1000000", "--dimension", "768")


class Streams:
    """What one call wrote, and its exit status."""

    def __init__(self, arguments: tuple[str, ...], stdin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setenv("COLUMNS", "160")
            self.status = main(["estimate", *arguments])
        self.out, self.err = out.getvalue(), err.getvalue()

    @property
    def answers(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: bytes = b"") -> Streams:
    return Streams(arguments, stdin, monkeypatch)


def batch(monkeypatch: pytest.MonkeyPatch, *lines: bytes) -> Streams:
    return call(monkeypatch, "--batch", "-", stdin=b"\n".join(lines))


def test_options_file_and_stdin_give_one_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = estimate(read_request(GOOD)).to_json()
    one = call(monkeypatch, *OPTIONS, "--json")
    assert (one.status, one.err) == (0, "")
    assert json.loads(one.out) == expected
    file = tmp_path / "requests.jsonl"
    file.write_bytes(GOOD_LINE)
    for done in (call(monkeypatch, "--batch", str(file)), batch(monkeypatch, GOOD_LINE)):
        assert (done.status, done.err) == (0, "")
        assert done.answers == [expected]


def test_every_option_reaches_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {
        "index": "SPARSE_INVERTED_INDEX",
        "vectors": "1e6",
        "data_type": "SPARSE_FLOAT_VECTOR",
        "metric": "bm25",
        "topology": "distributed",
        "milvus_version": "2.6.24",
        "nonzeros_per_vector": "120.5",
        "scalar_bytes_per_row": "1_000",
        "segment_bytes": "1073741824",
        "replicas": "2",
        "tiered_storage_hot_share": "0.5",
    }
    given_options = [text for key, value in options.items() for text in (f"--{key.replace('_', '-')}", value)]
    done = call(monkeypatch, *given_options, "--param", "inverted_index_algo=DAAT_WAND", "--compaction", "--json")
    numbers = {
        "vectors": 1_000_000,
        "nonzeros_per_vector": 120.5,
        "scalar_bytes_per_row": 1_000,
        "segment_bytes": 2**30,
        "replicas": 2,
        "tiered_storage_hot_share": 0.5,
    }
    asked = {**options, **numbers, "metric": "BM25", "params": {"inverted_index_algo": "DAAT_WAND"}, "compaction": True}
    assert json.loads(done.out) == estimate(read_request(asked)).to_json()
    mapped = call(monkeypatch, *OPTIONS, "--mmap", "--hardware", "memory", "--json")
    assert json.loads(mapped.out) == estimate(read_request({**GOOD, "mmap": True, "hardware": "memory"})).to_json()


def test_a_page_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    page = call(monkeypatch, *OPTIONS)
    assert page.status == 0
    answered = estimate(read_request(GOOD)).to_json()
    for key in ("index_bytes", "loaded_memory_bytes", "load_peak_memory_bytes", "object_store_bytes"):
        assert key in page.out
        assert f"{answered[key]:,}" in page.out
    for word in ("HNSW (M=16", "1,000,000 x 768", "1 segment", "links", "vectors"):
        assert word in page.out
    assert "gpu_memory_bytes" not in page.out
    warned = call(monkeypatch, "--index", "DISKANN", "--vectors", "1000", "--dimension", "8", "--mmap")
    assert "warning: mmap: DISKANN cannot be mapped" in warned.out


def test_the_official_tool_stands_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    page = call(monkeypatch, *OPTIONS, "--compare-official")
    assert "official" in page.out
    done = call(monkeypatch, "--batch", "-", "--compare-official", stdin=GOOD_LINE)
    plain = estimate(read_request(GOOD)).to_json()
    assert {key: value for key, value in done.answers[0].items() if key != "official"} == plain
    assert done.answers[0]["official"]["figures"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--batch", "-", "--index", "HNSW"),
        ("--batch", "no-such-file.jsonl"),
        ("--batch", "."),
        ("--batch", "nul\0l"),
        ("--index", "HNSW", "--vectors", "5", "--dimension", "8", "--param", "M"),
        ("--index", "HNSW", "--vectors", "5", "--dimension", "8", "--param", "=16"),
        ("--index", "HNSW", "--vectors", "many", "--dimension", "8"),
        ("--index", "HNSW", "--vectors", "nan", "--dimension", "8"),
        ("--index", "HNSW", "--vectors", "1e999", "--dimension", "8"),
        ("--index", "HNWS", "--vectors", "5", "--dimension", "8"),
        ("--vectors", "5"),
        ("--colour", "red"),
    ],
)
def test_wrong_calls_are_status_2_and_words(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    done = call(monkeypatch, *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err
    assert "Traceback" not in done.err


def test_a_refusal_says_every_problem_also_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    done = call(monkeypatch, "--index", "HNSW", "--vectors", "-1", "--dimension", "8", "--param", "M=1", "--json")
    assert done.status == 2
    assert "2 problems" in done.err
    refused = json.loads(done.out)
    assert (refused["field"], refused["nearest"]) == ("vectors", "0")
    assert [problem["field"] for problem in refused["problems"]] == ["vectors", "params.M"]


BAD_LINES: list[tuple[bytes, str]] = [
    (b"", "is empty"),
    (b"   ", "is empty"),
    (b"{", "cannot be read as JSON"),
    (GOOD_LINE[:-4], "cannot be read as JSON"),
    (GOOD_LINE + b"}", "cannot be read as JSON"),
    (b"null", "is no request"),
    (b"[" * 100_000, "is nested too deeply"),
    (b'{"index": "HNSW", "vectors": NaN, "dimension": 8}', "is no whole number"),
    (b'{"index": "HNSW", "vectors": 1e999, "dimension": 8}', "is no whole number"),
    (b'{"index": "HNSW", "vectors": 1, "vectors": 2, "dimension": 8}', "a key is written twice"),
    (b'{"index": "HNSW", "vectors": 1' + b"0" * 400 + b', "dimension": 8}', "is no whole number"),
    (b'{"index": "HNSW", "vectors": 1' + b"0" * 5_000 + b', "dimension": 8}', "digits"),
    (b'{"index": "HNSW", "vectors": 1, "dimension": 8, "params": {"M": 1e400}}', "not a whole number"),
    (b'{"index": "\\ud800", "vectors": 1, "dimension": 8}', "is none of"),
    (b'{"index": "HNSW", "vectors": 1, "dimension": 8, "\\u0000": 1}', "is no key"),
    (b'{"index": "HNSW\xff"}', "is not UTF-8"),
    (b"\xff\xfe\x00\xd8", "is not UTF-8"),
    (GOOD_LINE.decode().encode("utf-16"), "is not UTF-8"),
]


def test_a_bad_line_is_answered_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for bad, _ in BAD_LINES for line in (GOOD_LINE, bad)]
    done = batch(monkeypatch, b"\xef\xbb\xbf" + lines[0], *lines[1:], GOOD_LINE + b"\r", b"")
    assert (done.status, done.err) == (0, "")
    assert len(done.answers) == len(lines) + 1
    good = estimate(read_request(GOOD)).to_json()
    assert all(answer == good for answer in done.answers[::2])
    for answer, (line, reason) in zip(done.answers[1::2], BAD_LINES, strict=True):
        assert reason in answer["error"], line[:60]
        assert {"error", "field", "nearest", "problems"} == set(answer)


def test_answers_are_in_the_order_of_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = range(1, 2_500)  # more than one block of answers
    lines = [json.dumps({"index": "FLAT", "vectors": count, "dimension": 8}).encode() for count in rows]
    sizes = [answer["index_bytes"] for answer in batch(monkeypatch, *lines).answers]
    assert len(sizes) == len(rows)
    assert sizes == sorted(set(sizes))


def test_an_empty_line_is_a_line_and_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for stdin in (b"", b"\n", b"  \n"):
        done = call(monkeypatch, "--batch", "-", stdin=stdin)
        assert (done.status, done.err) == (0, "")
        assert len(done.answers) == stdin.count(b"\n")


def broken_lines() -> st.SearchStrategy[bytes]:
    """A good line with a piece cut out of it and a few bytes put in."""
    place = st.integers(0, len(GOOD_LINE))
    return st.builds(
        lambda cut, more, end: GOOD_LINE[:cut] + more + GOOD_LINE[end:], place, st.binary(max_size=4), place
    )


# A call costs as much as hundreds of lines, so that each has many.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(lines=st.lists(st.just(GOOD_LINE) | broken_lines() | st.binary(max_size=30), min_size=20, max_size=60))
def test_any_bytes_are_answered_line_by_line(monkeypatch: pytest.MonkeyPatch, lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    done = call(monkeypatch, "--batch", "-", stdin=data)
    asked = data.split(b"\n")
    assert (done.status, done.err) == (0, "")
    assert len(done.answers) == len(asked) - (not asked[-1].strip())
    assert all("error" not in answer for answer, line in zip(done.answers, asked, strict=False) if line == GOOD_LINE)


def test_the_command_answers_in_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "pulumi_milvus.cli", "estimate", "--batch", "-"]
    done = subprocess.run(command, input=GOOD_LINE + b"\n{\n", capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = done.stdout.splitlines()
    assert json.loads(first) == estimate(read_request(GOOD)).to_json()
    assert "error" in json.loads(second)
