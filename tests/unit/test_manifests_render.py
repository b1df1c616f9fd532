"""`pulumi-milvus render`: Kubernetes objects and a Compose file, from plans that can be shown that way."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from manifest_cases import CLONE, kept_plan, real_plan, settings_of
from pulumi_milvus.cli import main
from pulumi_milvus.manifests.compose.compose_file import compose_content, compose_text
from pulumi_milvus.manifests.secrets import LONGEST_PASSWORD
from pulumi_milvus.planning.problems import InvalidValues

STANDALONE = str(CLONE / "stacks" / "Pulumi.standalone.yaml")


def service(stack: str = "standalone") -> dict[str, Any]:
    return dict(compose_content(kept_plan(stack), settings_of({}))["services"]["milvus"])


def test_the_container_has_what_the_plan_says_and_is_open_to_the_machine_alone() -> None:
    plan = kept_plan("standalone")
    made, role = service("standalone"), plan.roles["standalone"]
    assert made["mem_limit"] == made["memswap_limit"] == role.memory_bytes
    assert made["cpus"] == role.cpu_cores
    assert made["image"] == f"milvusdb/milvus:v{plan.milvus_version}"
    assert made["ports"] == ["127.0.0.1:19530:19530"]
    assert made["cap_drop"] == ["ALL"]


def test_nothing_of_the_machines_file_system_is_mounted() -> None:
    content = compose_content(kept_plan("standalone"), settings_of({}))
    assert service()["volumes"] == ["data:/var/lib/milvus"]
    assert content["volumes"] == {"data": {"name": "milvus-data"}}
    assert all(set(config) == {"content"} for config in content["configs"].values())


def test_the_configuration_is_that_of_the_cluster() -> None:
    content = yaml.safe_load(compose_text(kept_plan("standalone"), settings_of({"tls": "cert"})))
    config = yaml.safe_load(content["configs"]["milvus"]["content"])
    assert config["common"] == {"security": {"authorizationEnabled": True}, "storageType": "local"}
    assert config["woodpecker"]["storage"]["type"] == "local"
    etcd = yaml.safe_load(content["configs"]["etcd"]["content"])
    assert etcd["quota-backend-bytes"] == 4 * 2**30
    assert etcd["auto-compaction-retention"] == "1000"
    assert etcd["listen-client-urls"].startswith("http://127.0.0.1:")
    assert "PASSWORD" not in json.dumps(content)


def test_files_are_written_and_the_password_is_made_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "here"
    assert main(["render", "--compose", STANDALONE, "--output", str(folder)]) == 0
    password = (folder / "milvus.env").read_text(encoding="utf-8")
    name, value = password.strip().split("=", 1)
    assert name == "COMMON_SECURITY_DEFAULTROOTPASSWORD"
    assert 40 <= len(value) <= LONGEST_PASSWORD
    if sys.platform != "win32":
        assert stat.S_IMODE((folder / "milvus.env").stat().st_mode) == 0o600
    assert yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))["services"]["milvus"]["env_file"] == [
        "milvus.env"
    ]
    assert main(["render", "--compose", STANDALONE, "--output", str(folder)]) == 0
    assert (folder / "milvus.env").read_text(encoding="utf-8") == password
    output = capsys.readouterr()
    assert value not in output.out + output.err


def test_two_passwords_differ(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert main(["render", "--compose", STANDALONE, "--output", str(tmp_path / name)]) == 0
    assert (tmp_path / "a" / "milvus.env").read_text() != (tmp_path / "b" / "milvus.env").read_text()


@pytest.mark.parametrize(
    ("environment", "said"),
    [("distributed", "a Compose file is for one machine"), ("lite", "Milvus Lite needs no container")],
)
def test_a_plan_that_is_no_standalone_is_refused(
    environment: str, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = str(CLONE / "stacks" / f"Pulumi.{environment}.yaml")
    assert main(["render", "--compose", file, "--output", str(tmp_path / "none")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_kubernetes_objects_are_printed_without_values_of_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "--kubernetes", STANDALONE]) == 0
    output = capsys.readouterr()
    kinds = [document["kind"] for document in yaml.safe_load_all(output.out)]
    assert {"Namespace", "StatefulSet", "ConfigMap", "NetworkPolicy"} <= set(kinds)
    assert "Secret" not in kinds
    assert "Secret milvus-root (password)" in output.err


def test_json_has_objects_secrets_and_notes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "--kubernetes", "--json", STANDALONE]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["secrets"] == [{"name": "milvus-root", "keys": ["password"], "generated": True}]
    assert answer["notes"]
    assert answer["objects"][0]["kind"] == "Namespace"


def test_a_store_that_is_missing_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    workload = {"collections": [{"name": "a", "vectors": 1_000_000, "dimension": 768}], "topology": "distributed"}
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(json.dumps({"config": {"milvus:workload": workload}}), encoding="utf-8")
    assert main(["render", "--kubernetes", str(file)]) == 2
    assert "object_store: is missing" in capsys.readouterr().err


def test_the_written_plan_is_what_is_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.small.yaml"
    collection = {"name": "a", "vectors": 3_000_000, "dimension": 768}
    workload = {"collections": [collection], "topology": "standalone", "object_store": "local"}
    file.write_text(json.dumps({"config": {"milvus:workload": workload}}), encoding="utf-8")
    assert main(["plan", "--write", str(file)]) == 0
    capsys.readouterr()
    collection["vectors"] = 2_000_000
    smaller = tmp_path / "Pulumi.other.yaml"
    smaller.write_text(json.dumps({"config": {"milvus:workload": workload}}), encoding="utf-8")
    file.write_text(smaller.read_text(encoding="utf-8"), encoding="utf-8")
    memory = {}
    for path in (file, smaller):
        assert main(["render", "--kubernetes", "--json", str(path)]) == 0
        objects = json.loads(capsys.readouterr().out)["objects"]
        pod = next(item for item in objects if item["kind"] == "StatefulSet")["spec"]["template"]["spec"]
        memory[path] = int(pod["containers"][0]["resources"]["limits"]["memory"].removesuffix("Gi"))
    assert memory[file] > memory[smaller]


@pytest.mark.parametrize("options", [[], ["--kubernetes", "--compose"]])
def test_one_form_is_asked_for(options: list[str]) -> None:
    assert main(["render", STANDALONE, *options]) == 2


def test_an_environment_of_today_can_be_composed() -> None:
    assert yaml.safe_load(compose_text(real_plan("standalone"), settings_of({})))


def test_a_compose_file_needs_a_plan_with_a_volume() -> None:
    with pytest.raises(InvalidValues, match="object_store: 'external': a Compose file has Milvus alone"):
        compose_content(kept_plan("standalone_external"), settings_of({}))
