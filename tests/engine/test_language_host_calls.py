"""The stand-in language host over its own protocol: what it runs, where, in which environment, and how that ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from language_host import CLONES_VENV, HOST, info, running_host
from pulumi_milvus.engine.versions import PULUMI

Stub = language_pb2_grpc.LanguageRuntimeStub

TELL = """\
import json, os, sys
names = ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS", "VIRTUAL_ENV", "PATH", "PYTHONHOME", "GIVEN")
told = {"argv": sys.argv, "cwd": os.getcwd(), "python": sys.executable}
told.update({name: os.environ.get(name) for name in names})
"""


@pytest.fixture
def host() -> Iterator[Stub]:
    with running_host() as (stub, _):
        yield stub


def plugin(folder: Path, source: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "__main__.py").write_text(source)
    return folder


def run_plugin(stub: Stub, folder: Path, *, pwd: Path | None = None, **more: Any) -> Any:
    request = language_pb2.RunPluginRequest(info=info(folder, CLONES_VENV), pwd=str(pwd or folder), **more)
    return stub.RunPlugin(request)


def first_line(call: Any) -> str:
    """The plugin's first line, which may come in pieces."""
    line = b""
    for piece in call:
        line += piece.stdout
        if b"\n" in line:
            break
    return line.decode().strip()


def is_gone(pid: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def test_version_and_handshake(host: Stub) -> None:
    host.Handshake(language_pb2.LanguageHandshakeRequest(engine_address="127.0.0.1:2"))
    assert host.GetPluginInfo(empty_pb2.Empty()).version == PULUMI


def test_required_packages_leave_this_project_out(host: Stub, tmp_path: Path) -> None:
    found = host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=info(tmp_path, CLONES_VENV)))
    assert "milvus" not in [item.name for item in found.packages]
    assert "policy" not in [item.name for item in found.packages]


def test_missing_environment_is_explained(host: Stub, tmp_path: Path) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        host.GetRequiredPackages(
            language_pb2.GetRequiredPackagesRequest(info=info(tmp_path, {"toolchain": "pip", "virtualenv": "none"}))
        )
    assert f"fork/exec {tmp_path}/none/bin/python: no such file or directory" in str(caught.value.details())
    assert "pulumi install" in str(caught.value.details())


def test_environment_without_pip_stops_the_operation(host: Stub, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    with pytest.raises(grpc.RpcError) as caught:
        host.GetRequiredPackages(
            language_pb2.GetRequiredPackagesRequest(info=info(tmp_path, {"toolchain": "pip", "virtualenv": "venv"}))
        )
    assert "exit status 1" in str(caught.value.details())


def test_dependencies_and_about(host: Stub, tmp_path: Path) -> None:
    def names(transitive: bool) -> set[str]:
        request = language_pb2.GetProgramDependenciesRequest(
            info=info(tmp_path, CLONES_VENV), transitiveDependencies=transitive
        )
        return {item.name for item in host.GetProgramDependencies(request).dependencies}

    assert "grpcio" in names(True)
    assert "grpcio" not in names(False)
    about = host.About(language_pb2.AboutRequest(info=info(tmp_path, CLONES_VENV)))
    assert about.executable == f"{CLONES_VENV['virtualenv']}/bin/python"
    assert about.version.startswith("3.")


def test_installing_makes_the_environment(host: Stub, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()
    where = info(tmp_path, {"toolchain": "pip", "virtualenv": "venv"})
    request = language_pb2.InstallDependenciesRequest(directory=str(tmp_path), info=where)
    output = b"".join(piece.stdout for piece in host.InstallDependencies(request)).decode()
    assert "-m venv" in output
    assert (tmp_path / "venv" / "bin" / "python").exists()
    assert host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=where)).packages == []


def test_failed_install_is_an_error(host: Stub, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("this is no requirement\n")
    request = language_pb2.InstallDependenciesRequest(directory=str(tmp_path), info=info(tmp_path, CLONES_VENV))
    with pytest.raises(grpc.RpcError, match="installing dependencies failed"):
        list(host.InstallDependencies(request))


def test_plugin_runs_as_recorded(host: Stub, tmp_path: Path) -> None:
    folder = plugin(tmp_path / "components", TELL + "print(json.dumps(told)); sys.stderr.write('err'); sys.exit(7)")
    stacks = tmp_path / "stacks"
    stacks.mkdir()
    given = ["PYTHONHOME=/nowhere", "PATH=/usr/bin:/bin", "GIVEN=a=b"]
    pieces = list(run_plugin(host, folder, pwd=stacks, args=["127.0.0.1:3"], env=given, kind="resource"))
    assert b"".join(piece.stderr for piece in pieces) == b"err"
    assert pieces[-1].exitcode == 7
    told = json.loads(b"".join(piece.stdout for piece in pieces))
    venv = CLONES_VENV["virtualenv"]
    assert told["argv"] == [str(folder), "127.0.0.1:3"]
    assert told["cwd"] == str(stacks)
    assert told["python"] == told["VIRTUAL_ENV"] + "/bin/python" == f"{venv}/bin/python"
    assert told["PATH"] == f"{venv}/bin:/usr/bin:/bin"
    assert (told["PYTHONHOME"], told["GIVEN"]) == (None, "a=b")


def test_output_comes_while_the_plugin_runs(host: Stub, tmp_path: Path) -> None:
    folder = plugin(tmp_path / "p", "import time\nprint(1234, flush=True)\ntime.sleep(60)")
    call = run_plugin(host, folder)
    assert first_line(call) == "1234"
    call.cancel()


@pytest.mark.parametrize("stubborn", [False, True])
def test_cancelled_plugin_ends(host: Stub, tmp_path: Path, stubborn: bool) -> None:
    reaction = "pass" if stubborn else "open('cleaned-up', 'w').close(); sys.exit(0)"
    source = (
        # Told inside the try: the interrupt may follow at once.
        "import os, sys, time\nwhile True:\n    try:\n        print(os.getpid(), flush=True)\n        time.sleep(60)\n"
        f"    except KeyboardInterrupt: {reaction}\n"
    )
    folder = plugin(tmp_path / "p", source)
    call = run_plugin(host, folder)
    pid = int(first_line(call))
    call.cancel()
    assert is_gone(pid)
    assert (folder / "cleaned-up").exists() is not stubborn


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_plugin_outlives_the_host(tmp_path: Path, number: signal.Signals) -> None:
    folder = plugin(tmp_path / "p", "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)")
    with running_host() as (stub, process):
        call = run_plugin(stub, folder)
        pid = int(first_line(call))
        os.killpg(process.pid, number)
        assert process.wait(10) == (0 if number != signal.SIGKILL else -signal.SIGKILL)
        assert is_gone(pid)
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_host_ends_with_its_engine() -> None:
    code = (
        "import subprocess, sys, time\n"
        f"host = subprocess.Popen([sys.executable, {str(HOST)!r}, 'x'], stdout=subprocess.PIPE)\n"
        "host.stdout.readline(); print(host.pid, flush=True); time.sleep(60)\n"
    )
    engine = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert engine.stdout is not None
    pid = int(engine.stdout.readline())
    engine.kill()
    engine.communicate()
    assert is_gone(pid)


def run_program(stub: Stub, root: Path, program: Path, **more: Any) -> Any:
    where = info(root, CLONES_VENV, program=program)
    fields: dict[str, Any] = {"project": "p", "stack": "s", "parallel": 16, "monitor_address": "m:1", **more}
    return stub.Run(language_pb2.RunRequest(info=where, pwd=str(program), program=".", organization="org", **fields))


def test_program_runs_as_recorded(tmp_path: Path) -> None:
    script, stacks = tmp_path / "exec", tmp_path / "stacks"
    stacks.mkdir()
    script.write_text(TELL + f"open({str(tmp_path / 'told')!r}, 'w').write(json.dumps(told))")
    with running_host(script) as (stub, _):
        stub.Handshake(language_pb2.LanguageHandshakeRequest(engine_address="e:1"))
        answer = run_program(
            stub, tmp_path, stacks, dryRun=True, config={"p:a": "1"}, configSecretKeys=["p:b"], args=["x"]
        )
    assert (answer.error, answer.bail) == ("", False)
    told = json.loads((tmp_path / "told").read_text())
    assert told["cwd"] == str(stacks)
    assert json.loads(told["PULUMI_CONFIG"]) == {"p:a": "1"}
    assert json.loads(told["PULUMI_CONFIG_SECRET_KEYS"]) == ["p:b"]
    assert told["VIRTUAL_ENV"] == CLONES_VENV["virtualenv"]
    expected = f"--monitor m:1 --engine e:1 --project p --root_directory {tmp_path} --stack s --pwd {stacks}"
    assert told["argv"][1:] == f"{expected} --dry_run true --parallel 16 --organization org . x".split()


@pytest.mark.parametrize(
    ("status", "error", "bail"),
    [(0, "", False), (1, "Program exited with non-zero exit code: 1", False), (32, "", True)],
)
def test_end_of_a_program(tmp_path: Path, status: int, error: str, bail: bool) -> None:
    script = tmp_path / "exec"
    script.write_text(f"raise SystemExit({status})")
    with running_host(script) as (stub, _):
        answer = run_program(stub, tmp_path, tmp_path)
    assert (answer.error, answer.bail) == (error, bail)


def test_missing_exec_script_is_explained(host: Stub, tmp_path: Path) -> None:
    with pytest.raises(grpc.RpcError, match="pulumi-language-python-exec is missing"):
        run_program(host, tmp_path, tmp_path)
