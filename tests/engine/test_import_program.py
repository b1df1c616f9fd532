"""`pulumi import` writes the Python program for what it took over, and that program runs as it is."""

from __future__ import annotations

import json
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import language_pb2

from collection_specs import articles, hybrid
from collection_stack import STACK, CollectionStack, collection_stack
from language_host import running_host

TAKE = ("-s", STACK, "--yes")
HEADING = "import pulumi\nimport pulumi_milvus as milvus\n"


@pytest.fixture
def orphaned(engine: Path, tmp_path: Path) -> CollectionStack:
    """A stack whose state has forgotten what is in its Lite file."""
    stack = collection_stack(
        engine, tmp_path, collections={"articles": articles(), "h": hybrid()}, aliases={"live": "articles"}
    )
    stack.up()
    made = stack.resources()
    for name in ("live", "h", "articles"):
        stack.pulumi.run("state", "delete", "-s", STACK, made[name]["urn"], "--yes")
    return stack


def runs_unchanged(stack: CollectionStack, source: str) -> None:
    """The generated text, taken for the program, has nothing to change."""
    (stack.pulumi.directory / "__main__.py").write_text(source)
    stack.preview("--expect-no-changes")
    stack.unchanged()


def test_each_import_prints_a_program_that_runs(orphaned: CollectionStack) -> None:
    stack = orphaned
    file = stack.pulumi.directory / "articles.py"
    done = stack.pulumi.run("import", "milvus:index:Collection", "articles", "articles", *TAKE, "--out", str(file))
    assert HEADING not in done.stdout
    written = file.read_text()
    assert written.startswith(HEADING)
    assert 'articles = milvus.Collection("articles",' in written
    assert "opts = pulumi.ResourceOptions(protect=True)" in written

    for kind, name, identifier in (("Collection", "h", "hybrid"), ("Alias", "live", "live")):
        done = stack.pulumi.run("import", f"milvus:index:{kind}", name, identifier, *TAKE)
        assert "not implemented" not in done.stdout + done.stderr
        _, heading, text = done.stdout.partition(HEADING)
        assert f'{name} = milvus.{kind}("{name}",' in text
        written += heading + text
    runs_unchanged(stack, written)
    assert all(resource["protect"] for resource in stack.resources().values())


def test_one_file_of_imports_prints_one_program(orphaned: CollectionStack) -> None:
    stack = orphaned
    wanted = stack.pulumi.directory / "resources.json"
    named = (("Collection", "articles", "articles"), ("Collection", "h", "hybrid"), ("Alias", "live", "live"))
    resources = [{"type": f"milvus:index:{kind}", "name": name, "id": id_} for kind, name, id_ in named]
    wanted.write_text(json.dumps({"resources": resources}))
    out = stack.pulumi.directory / "out.py"
    stack.pulumi.run("import", "--file", str(wanted), *TAKE, "--protect=false", "--out", str(out))
    written = out.read_text()
    assert written.count("import pulumi_milvus") == 1
    assert "protect" not in written
    runs_unchanged(stack, written)


def test_mistakes_in_the_source_come_back_with_their_place(engine: Path) -> None:
    request = language_pb2.GenerateProgramRequest(source={"main.pp": "one = {\n  two"}, loader_target="127.0.0.1:1")
    with running_host(generator=generator_of(engine)) as (stub, _):
        answer = stub.GenerateProgram(request)
    assert dict(answer.source) == {}
    assert answer.diagnostics[0].summary
    assert answer.diagnostics[0].subject.filename == "main.pp"
    assert answer.diagnostics[0].subject.start.byte == 6


def test_plain_program_needs_no_schema(engine: Path) -> None:
    request = language_pb2.GenerateProgramRequest(
        source={"main.pp": 'output answer {\n  value = "42"\n}\n'}, loader_target="127.0.0.1:1", strict=True
    )
    with running_host(generator=generator_of(engine)) as (stub, _):
        answer = stub.GenerateProgram(request)
    assert list(answer.diagnostics) == []
    assert answer.source["__main__.py"] == b'import pulumi\n\npulumi.export("answer", "42")\n'


def test_missing_generator_is_explained() -> None:
    with running_host() as (stub, _), pytest.raises(grpc.RpcError) as caught:
        stub.GenerateProgram(language_pb2.GenerateProgramRequest(loader_target="127.0.0.1:1"))
    assert "needs the official Python language host" in str(caught.value.details())
    assert "make engine" in str(caught.value.details())


def test_failing_generator_is_explained(engine: Path) -> None:
    with running_host(generator=generator_of(engine)) as (stub, _), pytest.raises(grpc.RpcError) as caught:
        stub.GenerateProgram(language_pb2.GenerateProgramRequest())
    assert caught.value.details() == "writing the program failed: the request names no loader of schemas"


def generator_of(engine: Path) -> Path:
    """The generator that this engine was built with."""
    generator = engine / "generate_program"
    if not generator.exists():
        pytest.skip("the engine came with an official host, or without a generator")
    return generator
