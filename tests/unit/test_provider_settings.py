"""The provider's own settings: what it takes, what it leaves to others, and that it never repeats a secret."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

import pytest
from pulumi.provider.experimental import provider as protocol

from collection_specs import articles
from pulumi_milvus.provider import settings
from pulumi_milvus.provider.engine_log import EngineLog
from pulumi_milvus.provider.provider import MilvusProvider
from pulumi_milvus.resources.endpoint import Endpoint, uri_problems
from pulumi_milvus.resources.errors import in_plain_words, without_token
from pulumi_milvus.resources.wire import UNKNOWN, plain_map, property_map

URN = "urn:pulumi:dev::test::milvus:index:Collection::articles"
TOKEN = "root:p4ss/w0rd+x"


def check_config(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What the provider keeps of its settings, and what it says about them."""
    request = protocol.CheckRequest("urn:pulumi:dev::test::pulumi:providers:milvus::p", {}, property_map(values), b"")
    response = asyncio.run(MilvusProvider(EngineLog(None)).check_config(request))
    failures = response.failures or []
    assert all(failure.property == "" for failure in failures), "the engine prints the value of a named property"
    return plain_map(response.inputs), [failure.reason for failure in failures]


def configured(values: Mapping[str, Any]) -> MilvusProvider:
    """A provider with these settings."""
    provider = MilvusProvider(EngineLog(None))
    asyncio.run(provider.configure(protocol.ConfigureRequest({}, property_map(values), True, False)))
    return provider


def check(provider: MilvusProvider, inputs: Mapping[str, Any]) -> list[str]:
    """What a check of a collection says."""
    request = protocol.CheckRequest(URN, {}, property_map(inputs), b"")
    return [failure.reason for failure in asyncio.run(provider.check(request)).failures or []]


@pytest.fixture(autouse=True)
def _no_milvus_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MILVUS_URI", raising=False)


def test_the_stacks_own_keys_are_left_out() -> None:
    kept, said = check_config(
        {
            "uri": ".data/milvus.db",
            "workload": '{"collections": []}',
            "disposableData": "true",
            "acknowledgeSearchGap": "[]",
            "aliases": "{}",
        }
    )
    assert kept == {"uri": ".data/milvus.db"}
    assert said == []


@pytest.mark.parametrize(
    "uri",
    [
        ".data/milvus.db",
        "/abs/olute.db",
        "http://host:19530",
        "https://in01-1234.api.zillizcloud.com",
        "tcp://h:1",
        "unix:/run/milvus.sock",
        "",
        UNKNOWN,
    ],
)
def test_addresses_that_are_taken(uri: object) -> None:
    assert check_config({"uri": uri})[1] == []


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("milvus", "a Lite file ends in .db"),
        ("   ", "it is empty"),
        ("htp://host:1", "the scheme 'htp' is not one of"),
        ("http://", "names no host"),
        ("http://host:0", "port 0"),
        ("http://host:99999", "it is not a URL"),
        (5, "it is text"),
    ],
)
def test_addresses_that_are_refused(uri: object, words: str) -> None:
    said = check_config({"uri": uri})[1]
    assert words in said[0]


@pytest.mark.parametrize(
    "uri", ["http://root:s3cr3t-pw@host:19530", "https://s3cr3t-pw@host", "http://root:s3cr3t-pw@host:99999"]
)
def test_credentials_in_an_address_are_refused_without_being_repeated(uri: str) -> None:
    said = " ".join(check_config({"uri": uri})[1])
    assert said
    assert "s3cr3t-pw" not in said
    assert "s3cr3t-pw" not in " ".join(uri_problems(uri))


def test_waiting_is_a_number_of_seconds() -> None:
    assert check_config({"uri": "a.db", "waitSeconds": "5"})[1] == []
    assert check_config({"uri": "a.db", "waitSeconds": 0.5})[1] == []
    for wrong in ("soon", -1, True, "nan", 10**9):
        assert "milvus:waitSeconds" in check_config({"uri": "a.db", "waitSeconds": wrong})[1][0]
    assert settings.wait_seconds({"waitSeconds": "2.5"}) == 2.5
    assert settings.wait_seconds({}) is None


def test_a_token_is_text() -> None:
    said = check_config({"uri": "a.db", "token": 123456})[1]
    assert "milvus:token: it is text" in said[0]
    assert "123456" not in said[0]


def test_no_milvus_at_all_is_said_in_the_preview() -> None:
    for nothing in ({}, {"uri": ""}):
        assert "no Milvus is configured: set milvus:uri" in check(configured(nothing), articles())[0]
    assert check(configured({"uri": UNKNOWN}), articles()) == []


def test_the_environment_may_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILVUS_URI", "from-environment.db")
    assert check(configured({}), articles()) == []
    assert settings.endpoint({}) == Endpoint("from-environment.db")


def test_a_failure_names_its_path_in_words_only() -> None:
    # Naming it in the protocol makes the engine print the value of the outermost property, secret or not.
    said = check(configured({"uri": "a.db"}), articles(database=7, shards=99, description="s3cr3t"))
    assert sorted(reason.partition(":")[0] for reason in said) == ["database", "shards"]
    assert "s3cr3t" not in " ".join(said)


def test_an_unknown_resource_is_named() -> None:
    request = protocol.CheckRequest("urn:pulumi:dev::test::milvus:index:Nothing::x", {}, {}, b"")
    with pytest.raises(Exception, match="no resource milvus:index:Nothing; it has milvus:index:Collection"):
        asyncio.run(configured({"uri": "a.db"}).check(request))


FORMS = [
    TOKEN,
    "p4ss/w0rd+x",
    base64.b64encode(TOKEN.encode()).decode(),
    base64.b64encode(b"p4ss/w0rd+x").decode(),
    "p4ss%2Fw0rd%2Bx",
]


@pytest.mark.parametrize("form", FORMS)
def test_a_token_is_taken_out_of_every_text(form: str) -> None:
    said = in_plain_words(RuntimeError(f"denied: authorization={form}, try again"), TOKEN)
    assert form not in said
    assert said == "denied: authorization=[secret], try again"
    assert form not in configured({"uri": "http://h:1", "token": TOKEN}).without_token(f"x {form} y")


def test_a_users_name_is_no_secret() -> None:
    assert without_token("/root/milvus.db of root", TOKEN) == "/root/milvus.db of root"
    assert without_token("nothing to hide", "") == "nothing to hide"


def test_a_token_is_not_in_what_is_printed_of_an_endpoint() -> None:
    endpoint = Endpoint("http://h:1", TOKEN)
    assert TOKEN not in f"{endpoint} {endpoint!r}"


def test_diff_is_detailed_and_never_a_replacement() -> None:
    provider = configured({"uri": "http://h:1"})
    old = property_map(articles(shards=1))
    new = property_map(articles(shards=2, disposable=True))
    request = protocol.DiffRequest(URN, "articles", old, new, [])
    response = asyncio.run(provider.diff(request))
    assert response.changes is True
    assert response.detailed_diff is not None
    assert set(response.detailed_diff) == {"shards", "disposable"}
    assert not response.replaces
    assert response.delete_before_replace, "a forced replacement keeps the name, so the old one goes first"


def test_the_reason_of_a_failed_connection_is_told() -> None:
    error = RuntimeError("illegal connection params or server unavailable")
    error.__cause__ = PermissionError(f"auth check failure: {TOKEN}")
    said = in_plain_words(error, TOKEN)
    assert said == "illegal connection params or server unavailable (auth check failure: [secret])"
