"""Quoted names cannot steer a comment, and secrets are not in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_milvus.report.escaping import MOST_CHARACTERS, code, fenced, quoted
from pulumi_milvus.report.secret_texts import SHOWN, SecretTexts

MARK, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("growth_vectors_per_month", "growth_vectors_per_month"),
        ("_emphasis_", "\\_emphasis\\_"),
        ("**bold** [link](x)", "\\*\\*bold\\*\\* \\[link\\](x)"),
        ("<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
        ("a & b", "a &amp; b"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("`code`", "\\`code\\`"),
        ("a | b", "a \\| b"),
        ("hello @team", "hello @&#8203;team"),
        ("see #12 and GH-3", "see #&#8203;12 and GH-&#8203;3"),
        ("https://example.org", "https:&#8203;//example.org"),
        ("www.example.org", "www&#8203;.example.org"),
        ("# heading", "\\# heading"),
        ("1. one", "1\\. one"),
        ("two\nlines\tand more", "two lines and more"),
        ("right\u202eleft", "right\ufffdleft"),
    ],
)
def test_quoted(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_code_takes_only_what_code_can_hold() -> None:
    assert code("milvus-articles") == "`milvus-articles`"
    assert code("a`b") == "a\\`b"
    assert code("a @team|") == "a @&#8203;team\\|"


def test_a_fence_is_longer_than_what_it_holds() -> None:
    assert fenced(["a", "```", "``````"], "diff") == ["```````diff", "a", "```", "``````", "```````"]


@pytest.mark.property
@given(st.text(max_size=2 * MOST_CHARACTERS))
def test_no_text_leaves_its_line_or_its_cell(text: str) -> None:
    for shown in (quoted(text), code(text)):
        assert len(shown.splitlines()) <= 1
        assert "<" not in shown.replace("`", "") or shown.startswith("`")
        unescaped = shown.replace("\\\\", "").replace("\\|", "")
        assert "|" not in unescaped
    assert "`" not in quoted(text).replace("\\\\", "").replace("\\`", "")


def test_secrets_are_hidden_wherever_they_stand() -> None:
    document = {
        "config": {"app:key": "the-secret-text"},
        "marked": {MARK: SECRET, "plaintext": json.dumps("the-secret-text")},
        "closed": {MARK: SECRET, "ciphertext": "v1:abc"},
        "inputs": {
            "password": "a-password",
            "passwordRotation": 2,
            "secret": "milvus/milvus-root",
            "uri": "http://root:hunter2@milvus:19530",
            "env": [{"name": "MINIO_SECRET_KEY", "value": "minio-secret"}, {"name": "PLAIN", "value": "seen"}],
        },
        "object": {"kind": "Secret", "data": {"password": "YS1wYXNzd29yZA=="}},
        "message": "a-password was refused, value {&{{other}}}, minio-secret",
    }
    secrets = SecretTexts(document)
    text = json.dumps(secrets.without(document))
    for secret in ("the-secret-text", "a-password", "minio-secret", "YS1wYXNzd29yZA", "v1:abc", "hunter2", "other"):
        assert secret not in text
    for kept in ('"passwordRotation": 2', "milvus/milvus-root", "MINIO_SECRET_KEY", "seen", SHOWN):
        assert kept in text


def test_a_secret_of_the_export_is_hidden_in_the_preview() -> None:
    export = {MARK: SECRET, "plaintext": json.dumps({"token": "root:long-password"})}
    assert SecretTexts({}, export).hide("login as root:long-password failed") == f"login as {SHOWN} failed"
