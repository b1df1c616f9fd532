"""The stand-in language host under the real engine."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from pulumi_cli import CLONE, Pulumi, program

PROVIDER = """\
import sys
from pulumi.provider.experimental.provider import CheckResponse, CreateResponse, GetSchemaResponse, Provider
from pulumi.provider.experimental.server import main

class Tiny(Provider):
    async def get_schema(self, request):
        return GetSchemaResponse(schema='{"name": "tiny", "version": "0.1.0", "resources": {"tiny:index:Thing": {}}}')
    async def check(self, request):
        return CheckResponse(inputs=request.new_inputs)
    async def create(self, request):
        return CreateResponse(resource_id="made", properties=request.properties)
    async def delete(self, request):
        return None

main(sys.argv[1:], "0.1.0", Tiny())
"""

THING = "import pulumi\npulumi.CustomResource('tiny:index:Thing', 'one', {'size': 5})\n"

PACK = """\
import pulumi
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def small(args, report):
    if args.resource_type == "tiny:index:Thing" and args.props["size"] > 3:
        limit = pulumi.Config().get("limit")
        report(f"size {args.props['size']} in {pulumi.get_project()}/{pulumi.get_stack()}, limit {limit}")

PolicyPack("pack", enforcement_level=EnforcementLevel.MANDATORY, policies=[
    ResourceValidationPolicy(name="small", description="Things are small.", validate=small)])
"""


def outputs(pulumi: Pulumi, *arguments: str, check: bool = True) -> str:
    done = pulumi.run(*arguments, check=check)
    return done.stdout + done.stderr


def with_plugin(engine: Path, folder: Path) -> Pulumi:
    pulumi = program(engine, folder, THING, main_yaml="plugins: {providers: [{name: tiny, path: tiny}]}\n")
    plugin = pulumi.directory / "tiny"
    plugin.mkdir()
    options = f"{{toolchain: pip, virtualenv: {CLONE / '.venv'}}}"
    (plugin / "PulumiPlugin.yaml").write_text(
        f"name: tiny\nversion: 0.1.0\nruntime: {{name: python, options: {options}}}\n"
    )
    (plugin / "__main__.py").write_text(PROVIDER)
    pulumi.run("stack", "init", "dev")
    return pulumi


def test_program_comes_up_without_a_warning(engine: Path, tmp_path: Path) -> None:
    source = "import os, pulumi\npulumi.export('cwd', os.getcwd())\npulumi.export('org', pulumi.get_organization())"
    pulumi = program(engine, tmp_path, source)
    pulumi.run("stack", "init", "dev")
    said = outputs(pulumi, "up", "--yes", "-s", "dev")
    assert "warning" not in said
    assert pulumi.outputs("dev") == {"cwd": str(pulumi.directory), "org": "organization"}
    assert "1 unchanged" in outputs(pulumi, "up", "--yes", "-s", "dev")


def test_main_is_where_the_program_runs(engine: Path, tmp_path: Path) -> None:
    pulumi = program(engine, tmp_path, "", main_yaml="main: sub\n")
    (pulumi.directory / "sub").mkdir()
    (pulumi.directory / "sub" / "__main__.py").write_text("import os, pulumi\npulumi.export('cwd', os.getcwd())")
    pulumi.run("stack", "init", "dev")
    pulumi.run("up", "--yes", "-s", "dev")
    assert pulumi.outputs("dev")["cwd"] == str(pulumi.directory / "sub")


@pytest.mark.parametrize(
    ("source", "shown", "hidden"),
    [
        ("1 / 0", "ZeroDivisionError", "exited with non-zero"),
        ("raise SystemExit(3)", "Program exited with non-zero exit code: 3", "language_python"),
        ("import pulumi\npulumi.log.error('told')\nraise SystemExit(32)", "told", "exited with non-zero"),
        ("import pulumi\nraise pulumi.RunError('plain words')", "plain words", "language_python"),
    ],
)
def test_failing_program(engine: Path, tmp_path: Path, source: str, shown: str, hidden: str) -> None:
    pulumi = program(engine, tmp_path, source)
    pulumi.run("stack", "init", "dev")
    said = outputs(pulumi, "up", "--yes", "--skip-preview", "-s", "dev", check=False)
    assert shown in said
    assert hidden not in said
    assert "language_python" not in said


@pytest.mark.parametrize("whole_group", [True, False])
def test_interrupted_up_shows_nothing_of_the_host(engine: Path, tmp_path: Path, whole_group: bool) -> None:
    started = tmp_path / "started"
    pulumi = program(engine, tmp_path, f"import time\nopen({str(started)!r}, 'w').close()\ntime.sleep(120)")
    pulumi.run("stack", "init", "dev")
    process = pulumi.start("up", "--yes", "--skip-preview", "-s", "dev")
    end = time.monotonic() + 30
    while not started.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    for _ in range(2):
        # The second one says that waiting is not wanted.
        if process.poll() is None:
            (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
            time.sleep(1)
    said = "".join(process.communicate(timeout=60))
    assert process.returncode != 0
    assert "language_python" not in said
    assert "grpc/" not in said


def test_plugin_from_source(engine: Path, tmp_path: Path) -> None:
    pulumi = with_plugin(engine, tmp_path)
    said = outputs(pulumi, "up", "--yes", "-s", "dev")
    assert "warning" not in said
    thing = next(item for item in pulumi.resources("dev") if item["type"] == "tiny:index:Thing")
    assert (thing["id"], thing["outputs"]) == ("made", {"size": 5})
    pulumi.run("destroy", "--yes", "-s", "dev")
    assert pulumi.resources("dev") == []


def test_mandatory_policy_stops_the_preview(engine: Path, tmp_path: Path) -> None:
    pulumi = with_plugin(engine, tmp_path)
    pack = tmp_path / "pack"
    pack.mkdir()
    options = f"{{toolchain: pip, virtualenv: {CLONE / '.venv'}}}"
    (pack / "PulumiPolicy.yaml").write_text(f"runtime: {{name: python, options: {options}}}\n")
    (pack / "__main__.py").write_text(PACK)
    pulumi.run("config", "set", "limit", "3", "-s", "dev")
    done = pulumi.run("preview", "-s", "dev", "--policy-pack", str(pack), check=False)
    assert done.returncode != 0
    assert "[mandatory]  small" in done.stdout or "[mandatory] small" in done.stdout
    # Project, stack and configuration reach the pack.
    assert "size 5.0 in test/dev, limit 3" in done.stdout
    assert "preview failed" in done.stdout + done.stderr


def test_install_command(engine: Path, tmp_path: Path) -> None:
    pulumi = program(engine, tmp_path, "")
    (pulumi.directory / "Pulumi.yaml").write_text(
        "name: test\nruntime: {name: python, options: {toolchain: pip, virtualenv: own}}\n"
    )
    (pulumi.directory / "requirements.txt").touch()
    pulumi.run("install")
    assert (pulumi.directory / "own" / "bin" / "python").exists()
