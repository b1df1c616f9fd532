"""What is said where Milvus answers, and not as it should: that it answers, and what to change."""

from __future__ import annotations

import time

import pytest

import authentication
from pulumi_milvus.resources.connection import connect
from pulumi_milvus.resources.endpoint import Endpoint
from pulumi_milvus.resources.errors import AccessRefusedError
from pulumi_milvus.resources.lite_file import LiteFiles


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("root:an0ther-password", "answers, and does not know user root with this password: "),
        ("0123456789abcdef", "answers, and does not know this API key: "),
        ("", "asks for a user and password, and none was given: "),
    ],
)
def test_a_token_that_milvus_does_not_know_is_said_as_such(token: str, said: str) -> None:
    with authentication.serve({"root": "Milvus"}) as server:
        began = time.monotonic()
        with (
            pytest.raises(AccessRefusedError) as refused,
            connect(Endpoint(server.uri, token), "default", LiteFiles(), 60),
        ):
            pass
        assert time.monotonic() - began < 30, "it waited, though waiting cannot help"
        assert server.refused
    words = str(refused.value)
    assert f"Milvus at {server.uri} {said}" in words
    assert "milvus:token" in words
    assert "gave no answer" not in words
    if token:
        assert token.rpartition(":")[2] not in words


def test_the_right_token_opens_it() -> None:
    with (
        authentication.serve({"root": "Milvus"}) as server,
        connect(Endpoint(server.uri, "root:Milvus"), "default", LiteFiles(), 10) as connected,
    ):
        assert connected.version == "v3.0.2"
