"""A token is in nothing that Pulumi writes or prints: not in the state, outputs, logs, events or error texts."""

from __future__ import annotations

import base64
import json
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from collection_specs import articles
from collection_stack import STACK, CollectionStack, collection_stack
from pulumi_cli import PASSPHRASE

PASSWORD = "Tr0ub4dor-and-3"
TOKEN = f"root:{PASSWORD}"
HIDDEN = {
    "the token": TOKEN,
    "the password": PASSWORD,
    "the token as it travels": base64.b64encode(TOKEN.encode()).decode(),
    "the password in base64": base64.b64encode(PASSWORD.encode()).decode(),
    "the passphrase": PASSPHRASE,
}


# From level 9 on, the engine itself writes out every property that it sends to or gets from a provider, secrets too
# (Pulumi's manual warns of it). Level 7 has none of these lines, and nothing else may hold a secret at any level.
_ENGINE_DUMP = re.compile(r'"msg":"(Unm|M)arshaling property for RPC\[').search


class _Refusing(grpc.GenericRpcHandler):
    """Refuses every call, and is careless enough to repeat the token."""

    def service(self, call: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        metadata = dict(call.invocation_metadata or ())
        token = str(metadata.get("authorization", ""))

        def refuse(_request: bytes, context: grpc.ServicerContext) -> bytes:
            said = f"auth check failure, authorization: {token} ({base64.b64decode(token).decode()})"
            context.abort(grpc.StatusCode.UNAUTHENTICATED, said)

        return grpc.unary_unary_rpc_method_handler(refuse)


@contextmanager
def refusing_server() -> Iterator[str]:
    """The address of a server that takes no token."""
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((_Refusing(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop(0)


@contextmanager
def welcoming_server(folder: Path) -> Iterator[str]:
    """The address of a Milvus Lite, which takes every token."""
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    server, database, port = start_server_in_thread(str(folder / "served.db"), host="127.0.0.1", port=0)
    yield f"http://127.0.0.1:{port}"
    server.stop(0)
    database.close()


@contextmanager
def no_server() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


def stack_with_token(engine: Path, folder: Path, uri: str, **wanted: Any) -> CollectionStack:
    """A stack whose configuration holds the token as a secret."""
    stack = collection_stack(engine, folder, uri=uri, collections={"articles": articles()}, **wanted)
    stack.config("milvus:token", TOKEN, "--secret")
    return stack


def assert_hidden(where: str, text: str) -> None:
    """Fail when a secret is in the text, without printing it."""
    found = [name for name, secret in HIDDEN.items() if secret in text]
    assert not found, f"{' and '.join(found)} in {where}"


def everything_said(stack: CollectionStack, command: str) -> str:
    """One command with all that Pulumi can be made to say and write about it."""
    events = stack.pulumi.directory.parent / "events.json"
    loud = ("--diff", "--event-log", str(events), "-v=9", "--logtostderr")
    more = {"PULUMI_DEBUG_COMMANDS": "true"}  # lets the event log be written
    done = stack.pulumi.run(command, "--yes", *loud, "-s", STACK, check=False, env=more)
    assert_hidden(f"the output of {command}", done.stdout)
    assert_hidden(
        f"the log of {command}", "\n".join(line for line in done.stderr.splitlines() if not _ENGINE_DUMP(line))
    )
    assert_hidden("the event log", events.read_text())
    return f"{done.stdout} {done.stderr}"


def assert_state_is_clean(stack: CollectionStack) -> None:
    """Nothing below the state, the home and the project holds a secret."""
    assert_hidden("the export", stack.pulumi.run("stack", "export", "-s", STACK).stdout)
    folder = stack.pulumi.directory.parent
    for path in folder.rglob("*"):
        if path.is_file() and "served.db" not in path.parts:
            assert_hidden(str(path.relative_to(folder)), path.read_bytes().decode(errors="replace"))


def test_a_token_that_works(engine: Path, tmp_path: Path) -> None:
    with welcoming_server(tmp_path) as uri:
        stack = stack_with_token(engine, tmp_path, uri)
        assert "1 created" in " ".join(everything_said(stack, "up").split()) or stack.resources()
        assert_state_is_clean(stack)
        provider = next(item for item in stack.pulumi.resources(STACK) if item["type"] == "pulumi:providers:milvus")
        assert "ciphertext" in json.dumps(provider["inputs"]["token"])
        stack.unchanged()
        everything_said(stack, "refresh")
        everything_said(stack, "destroy")
        assert_state_is_clean(stack)


@pytest.mark.parametrize("place", [refusing_server, no_server])
def test_a_token_in_trouble(engine: Path, tmp_path: Path, place: Callable[[], Any]) -> None:
    with place() as uri:
        stack = stack_with_token(engine, tmp_path, uri)
        said = everything_said(stack, "up")
        if place is refusing_server:
            assert f"Milvus at {uri} answers, and does not know user root with this password" in said
            assert "auth check failure" in said
            assert "[secret]" in said
        else:
            assert f"Milvus at {uri} gave no answer to a real call" in said
        assert_state_is_clean(stack)


def test_a_token_of_an_explicit_provider_and_a_secret_input(engine: Path, tmp_path: Path) -> None:
    with welcoming_server(tmp_path) as uri:
        provider = {"uri": uri, "token": TOKEN}
        stack = collection_stack(engine, tmp_path, provider=provider, collections={"articles": articles()})
        everything_said(stack, "up")
        exported = stack.pulumi.run("stack", "export", "-s", STACK).stdout
        assert_hidden("the export", exported)


def test_a_secret_input_stays_one_and_is_not_printed_by_a_refusal(engine: Path, tmp_path: Path) -> None:
    stack = collection_stack(engine, tmp_path, collections={"articles": articles(description="later")})
    program = stack.pulumi.directory / "__main__.py"
    secret = f'{{**args, "description": pulumi.Output.secret({PASSWORD!r})}}'
    program.write_text(
        program.read_text().replace("Collection(name, args, protect)", f"Collection(name, {secret}, protect)")
    )
    everything_said(stack, "up")
    assert_hidden("the export", stack.pulumi.run("stack", "export", "-s", STACK).stdout)
    stack.want(collections={"articles": articles(shards=99)})
    said = everything_said(stack, "up")
    assert "shards" in said
