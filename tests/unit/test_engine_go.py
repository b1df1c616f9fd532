"""How the go client is called, and what its failures become."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_milvus.engine import go
from pulumi_milvus.engine.errors import EngineError
from pulumi_milvus.engine.locations import target


def fake_go(folder: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    folder.mkdir()
    (folder / "go").write_text(f"#!/bin/sh\necho {version}\n")
    (folder / "go").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_settings_of_the_user_do_not_change_the_build() -> None:
    found = go.environment({"GOFLAGS": "-mod=vendor", "GOOS": "plan9", "GOWORK": "/x", "GOPROXY": "file:///p"})
    assert found["GOFLAGS"] == "-mod=readonly"
    assert (found["GOOS"], found["GOARCH"]) == target()
    assert found["GOWORK"] == "off"
    assert found["GOPROXY"] == "file:///p"
    assert found["GOTOOLCHAIN"] == "local"
    assert found["CGO_ENABLED"] == "0"


def test_no_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError) as caught:
        go.find()
    assert "no `go` on PATH" in caught.value.what
    assert "Install Go 1." in caught.value.remedy
    assert "https://www.pulumi.com/docs/install" in caught.value.remedy


def test_old_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_go(tmp_path / "bin", monkeypatch, "go1.19.3")
    with pytest.raises(EngineError, match=r"needs Go 1\.\d+\.\d+; .*/go is 1\.19\.3"):
        go.find()


@pytest.mark.parametrize("version", ["go1.25.11", "go1.26", "go1.26.8", "go1.27rc1"])
def test_new_enough_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    fake_go(tmp_path / "bin", monkeypatch, version)
    assert go.find() == tmp_path / "bin" / "go"


@pytest.mark.parametrize(
    "said",
    [
        'go: m@v1: Get "https://host/x": dial tcp: lookup host: no such host',
        "go: m@v1: reading https://host/x: 502 Bad Gateway",
        "go: module lookup disabled by GOPROXY=off",
        'Get "https://host/x": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
)
def test_unreachable_modules(said: str) -> None:
    error = go.failure("Fetching failed", said)
    assert "Go modules could not be fetched" in error.what
    assert said in error.what
    assert "HTTPS_PROXY" in error.remedy
    assert "GOPROXY" in error.remedy


def test_full_disk() -> None:
    assert "the disk is full" in go.failure("Building failed", "write x: no space left on device").what


def test_any_other_failure_keeps_the_last_words() -> None:
    assert "undefined: x" in go.failure("Building failed", "line\n" * 50 + "undefined: x").what
