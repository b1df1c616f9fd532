"""Files that are no Kubernetes YAML, or are it in odd ways: a problem with its file, or findings; never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_milvus.cli.run import run

MILVUS = "apiVersion: milvus.io/v1beta1\nkind: Milvus\nmetadata: {name: a}\n"
_laughs = "".join(f"  {chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"# nothing\n---\n---\n", "is empty"),
        (b"hello\n", "no objects"),
        (bytes(range(256)), "UTF-8"),
        (MILVUS.encode("utf-16"), "UTF-8"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b"a: " + b"{a: " * 5_000 + b"1" + b"}" * 5_000, "depth"),
        (b"!!python/object/apply:os.system ['false']\n", "tag"),
        (b"kind: ConfigMap\nmetadata: {name: !Ref x}\n", "tag"),
        (f"{MILVUS}spec: &s\n  mode: cluster\n  components: *s\n  config: *s\n".encode(), "hold itself"),
        (f"{MILVUS}spec:\n  a: &a [1,1,1,1,1,1,1,1,1]\n{_laughs}  config: *j\n".encode(), "aliases make more than"),
    ],
)
def test_what_cannot_be_read_is_named(
    content: bytes, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(content)
    assert run(["check", str(file)]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "file.yaml" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "text",
    [
        f"x: &image milvusdb/milvus:latest\n{MILVUS}spec: {{components: {{image: *image}}}}\n",
        f"base: &base {{mode: standalone}}\n{MILVUS}spec:\n  <<: *base\n",
        f"kind: Service\n{MILVUS}",
        "kind: MilvusList\nitems: [{apiVersion: milvus.io/v1beta1, metadata: {name: b}}, 7, null]\n",
        '[{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "milvus.io/v1beta1", "kind": "Milvus"}]}]',
        f"kind: [Milvus]\n---\nkind: 7\n---\n{MILVUS}spec: {{components: {{image: 3.0}}}}\n2026-01-01: x\n",
    ],
)
def test_odd_but_readable_files_are_judged(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(text)
    assert run(["check", str(file)]) == 1
    assert "image-pinned" in capsys.readouterr().out
