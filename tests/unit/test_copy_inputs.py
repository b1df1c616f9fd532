"""What is written on the command line: addresses, tokens, numbers; every mistake at once, before anything is opened."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from command_line import call
from pulumi_cli import CLONE
from pulumi_milvus.cli.copy_command import copy
from pulumi_milvus.copying.ends import read_end
from pulumi_milvus.copying.request import CopyRequest, Pair, Place
from pulumi_milvus.manifests.compose.compose_file import PASSWORD_VARIABLE
from pulumi_milvus.resources.endpoint import Endpoint


def test_all_mistakes_come_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(
        monkeypatch,
        *["copy", "missing.db", "ftp://host", "--rename", "a", "--rename", "x=y", "--rename", "x=z"],
        *["--batch-rows", "20000", "--verify-sample", "-1", "--to-token-file", "none", "--from-password-file", "no"],
    )
    assert done.status == 2
    for words in (
        "FROM: missing.db: there is no such Milvus Lite file",
        "TO: the scheme 'ftp' is not one of",
        "--rename: a: it is not of the form A=B",
        "--rename: x=z: x is to become y too",
        "--batch-rows: 20000: it is 1 to 16,384",
        "--verify-sample: -1",
        "--to-token-file: none: it cannot be read",
        "--from-password-file: no: it cannot be read",
    ):
        assert words in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_service_of_a_cluster() -> None:
    end, problems = read_end("to", "kubernetes://milvus/search-milvus:19531?context=prod", None, None)
    assert problems == []
    assert end.cluster is not None
    assert (end.cluster.namespace, end.cluster.service, end.cluster.port) == ("milvus", "search-milvus", 19531)
    assert end.cluster.context == "prod"
    _, problems = read_end("to", "kubernetes://milvus?contxt=prod", None, None)
    assert len(problems) == 2
    _, problems = read_end("to", "kubernetes://milvus/Search:0", None, None)
    assert [problem.path for problem in problems]


def test_tokens_come_from_files_and_are_not_repeated(tmp_path: Path) -> None:
    token, password, env, both = (tmp_path / name for name in ("token", "password", "env", "both"))
    token.write_text("user:secret word\n")
    password.write_text("hunter22\n")
    env.write_text(f"{PASSWORD_VARIABLE}=from compose\n")
    both.write_text("one\ntwo\n")
    read = {path: read_end("to", "http://host:19530", None, path)[0].token for path in (password, env)}
    assert read == {password: "root:hunter22", env: "root:from compose"}
    end, problems = read_end("to", "http://host:19530", token, None)
    assert (end.token, problems) == ("user:secret word", [])
    assert "secret" not in repr(end)
    for problems in (
        read_end("to", "http://host:19530", token, password)[1],
        read_end("to", "http://host:19530", both, None)[1],
    ):
        assert len(problems) == 1
        assert "secret" not in str(problems[0])


def test_the_same_file_is_the_same_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = Place(Endpoint("a/../m.db")), Place(Endpoint(str(tmp_path / "m.db")))
    assert one.identity == other.identity
    assert one.identity != Place(Endpoint("m.db"), "tenant").identity
    assert Place(Endpoint("http://h:1/")).identity == Place(Endpoint("http://h:1")).identity
    assert str(Pair("a", "b")) == "a -> b"
    assert CopyRequest(one, other, tmp_path / "c").sample_rows == 100


def test_the_page_names_every_option() -> None:
    page = (CLONE / "docs" / "copy.md").read_text("utf-8")
    options = {"as_json": "--json"}
    names = [name for name in inspect.signature(copy).parameters if name not in ("source", "target")]
    assert [name for name in names if f"`{options.get(name, '--' + name.replace('_', '-'))}" not in page] == []


@pytest.mark.parametrize(
    "file", sorted((CLONE / "components/pulumi_milvus/copying").glob("*.py")), ids=lambda p: p.stem
)
def test_nothing_of_pulumi_is_imported_and_pymilvus_never_at_once(file: Path) -> None:
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    assert not imported & {"pulumi", "pymilvus", "milvus_lite", "grpc"}
