"""It starts, it can be broken part by part, and nothing of it is left, however its owner ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil
import pytest
import urllib3

from control_plane import ControlPlane, NodeShape, Object, StartError
from control_plane.commands import Ports
from fake_engine import executable
from pulumi_cli import CLONE

# Starts a control plane, says which processes it has, and waits to be ended.
OWNER = """\
import json, pathlib, sys, threading
from control_plane import ControlPlane
binaries = {name: pathlib.Path(path) for name, path in json.loads(sys.argv[1]).items()}
plane = ControlPlane(binaries, pathlib.Path(sys.argv[2]))
# A part that was restarted by a thread that has ended must not end with it, and must end with the process.
plane.start()
thread = threading.Thread(target=plane.restart, args=["kube-scheduler"])
thread.start()
thread.join()
print(json.dumps({part: plane.pid(part) for part in plane.parts}), flush=True)
sys.stdin.read()
"""


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited too long: {what}"
        time.sleep(0.05)


def alive(pids: Iterable[int]) -> list[int]:
    """Those that still run; a zombie whose parent is gone is taken by init soon."""
    found = []
    for pid in pids:
        try:
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
        except psutil.NoSuchProcess:
            pass
    return found


def mentioning(folder: Path) -> list[str]:
    """Processes, of anybody's, that have the folder in their command line."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if process.pid != os.getpid() and any(str(folder) in word for word in words):
            found.append(" ".join(words)[:200])
    return found


def deployment(name: str, replicas: int) -> Object:
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "main", "image": "example.org/none:1"}]},
    }
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def wait_for_ready(plane: ControlPlane, name: str, replicas: int) -> None:
    def ready(found: Object | None) -> bool:
        return found is not None and found.get("status", {}).get("readyReplicas", 0) == replicas

    what = f"deployment {name} has {replicas} ready"
    plane.api.wait_until(what, lambda: plane.api.get("Deployment", name, "default"), ready)


def owner(binaries: dict[str, Path], folder: Path) -> subprocess.Popen[str]:
    paths = json.dumps({name: str(path) for name, path in binaries.items()})
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, paths, str(folder)],
        env={**os.environ, "PYTHONPATH": f"{CLONE / 'tests'}{os.pathsep}{CLONE / 'components'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run_pytest(folder: Path, body: str, **environment: str) -> subprocess.Popen[str]:
    """A run of its own, of one test file, with the fixtures and hooks of this tier."""
    folder.mkdir(exist_ok=True)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_it.py").write_text(body)
    options = ["-p", "no:cacheprovider", "-p", "control_plane.fixtures", f"--basetemp={folder / 'temporary'}"]
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, str(folder)],
        env={**os.environ, "PYTHONPATH": f"{CLONE / 'tests'}{os.pathsep}{CLONE / 'components'}", **environment},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_stop_leaves_no_process_and_two_do_not_meet(
    control_plane: ControlPlane, control_plane_binaries: dict[str, Path], tmp_path: Path
) -> None:
    control_plane.nodes([NodeShape(name="of-the-first")])
    with ControlPlane(control_plane_binaries, tmp_path / "second") as second:
        assert second.api.list("Node") == []
        second.nodes([NodeShape(name="of-the-second")])
        pids = [pid for part in second.parts if (pid := second.pid(part))]
        assert len(pids) == 5
        for pid in pids:
            for connection in psutil.Process(pid).net_connections("inet"):
                if connection.status == psutil.CONN_LISTEN:
                    assert connection.laddr.ip == "127.0.0.1", connection
    assert alive(pids) == []
    assert mentioning(tmp_path / "second") == []
    assert [one["metadata"]["name"] for one in control_plane.api.list("Node")] == ["of-the-first"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_an_owner_that_is_killed(
    control_plane_binaries: dict[str, Path], tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "cluster"
    with owner(control_plane_binaries, folder) as process:
        assert process.stdout is not None
        pids = json.loads(process.stdout.readline())
        assert len(alive(pids.values())) == 5
        process.send_signal(number)
        process.wait(20)
    wait_for(lambda: alive(pids.values()) == [], "all parts have ended")
    wait_for(lambda: mentioning(folder) == [], "nothing names the folder")


@pytest.mark.usefixtures("control_plane_binaries")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_a_run_that_is_interrupted(tmp_path: Path, number: signal.Signals) -> None:
    started = tmp_path / "started"
    body = f"""\
import pathlib, time
def test_waits(control_plane):
    pathlib.Path({str(started)!r}).write_text(str(control_plane.folder))
    time.sleep(60)
"""
    process = run_pytest(tmp_path / "run", body)
    wait_for(lambda: process.poll() is not None or (started.exists() and started.read_text() != ""), "a start", 120)
    assert process.poll() is None, process.communicate()
    folder = Path(started.read_text())
    assert len(mentioning(folder)) >= 4
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert "INTERNALERROR" not in output
    wait_for(lambda: mentioning(folder) == [], "all parts have ended")


def test_part_that_fails_to_start_shows_its_log(control_plane_binaries: dict[str, Path], tmp_path: Path) -> None:
    broken = executable(tmp_path / "kube-apiserver", "#!/bin/sh\necho 'unknown flag: --so-and-so'\nexit 3\n")
    plane = ControlPlane({**control_plane_binaries, "kube-apiserver": broken}, tmp_path / "cluster")
    with pytest.raises(StartError) as caught:
        plane.start()
    assert "kube-apiserver ended with status 3" in str(caught.value)
    assert "unknown flag: --so-and-so" in str(caught.value)
    assert mentioning(tmp_path / "cluster") == []
    assert "unknown flag" in (tmp_path / "cluster" / "kube-apiserver.log").read_text()


def test_cluster_that_is_up_and_useless_is_not_left_running(
    control_plane_binaries: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise AssertionError("no account for pods")

    monkeypatch.setattr("control_plane.plane.Start", refuses)
    plane = ControlPlane(control_plane_binaries, tmp_path / "cluster")
    with pytest.raises(StartError) as caught:
        plane.start()
    assert "every part runs, but: no account for pods" in str(caught.value)
    assert "kube-controller-manager.log" in str(caught.value)
    assert mentioning(tmp_path / "cluster") == []


def test_port_that_was_taken_meanwhile_is_given_up(
    control_plane: ControlPlane,
    control_plane_binaries: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = int(control_plane.access[0].rpartition(":")[2])
    chosen = [Ports(taken, *(0 for _ in range(5))), Ports.free()]
    monkeypatch.setattr(Ports, "free", lambda: chosen.pop(0))
    with ControlPlane(control_plane_binaries, tmp_path / "cluster") as plane:
        assert plane.api.list("Namespace")
    assert chosen == []


def test_api_server_alone_is_killed_and_comes_back(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    control_plane.api.create(deployment("before", 2))
    wait_for_ready(control_plane, "before", 2)
    old = {part: control_plane.pid(part) for part in control_plane.parts}
    control_plane.kill("kube-apiserver")
    with pytest.raises(urllib3.exceptions.HTTPError):
        control_plane.api.list("Pod")
    assert control_plane.kubectl("get", "pods", check=False).returncode == 1
    control_plane.restart("kube-apiserver")
    new = {part: control_plane.pid(part) for part in control_plane.parts}
    assert {part for part in old if old[part] != new[part]} == {"kube-apiserver"}
    # What was there is there, and the others found it again by themselves.
    wait_for_ready(control_plane, "before", 2)
    control_plane.api.create(deployment("after", 2))
    wait_for_ready(control_plane, "after", 2)


def test_without_a_scheduler_pods_wait(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    control_plane.kill("kube-scheduler")
    control_plane.api.create(deployment("waits", 1))
    control_plane.api.wait_until("there is a pod", lambda: control_plane.api.list("Pod", "default"))
    time.sleep(1)
    (pod,) = control_plane.api.list("Pod", "default")
    assert "nodeName" not in pod["spec"]
    control_plane.restart("kube-scheduler")
    wait_for_ready(control_plane, "waits", 1)


def test_without_kubelets_pods_wait(control_plane: ControlPlane) -> None:
    control_plane.nodes([NodeShape()])
    control_plane.kill("kwok")
    control_plane.api.create(deployment("waits", 1))

    def placed(pods: list[Object]) -> bool:
        return [one["spec"].get("nodeName") is not None for one in pods] == [True]

    control_plane.api.wait_until("the pod is placed", lambda: control_plane.api.list("Pod", "default"), placed)
    time.sleep(1)
    (pod,) = control_plane.api.list("Pod", "default")
    assert pod["status"]["phase"] == "Pending"
    control_plane.restart("kwok")
    wait_for_ready(control_plane, "waits", 1)


def test_what_a_test_left_broken_is_mended_for_the_next(control_plane: ControlPlane) -> None:
    control_plane.namespace("left-behind")
    for part in control_plane.parts:
        control_plane.kill(part)
    control_plane.clean()
    assert all(control_plane.pid(part) for part in control_plane.parts)
    assert control_plane.api.get("Namespace", "left-behind") is None
    control_plane.nodes([NodeShape()])


@pytest.mark.usefixtures("control_plane_binaries")
def test_failing_test_shows_what_stands_badly(tmp_path: Path) -> None:
    body = """\
from control_plane import GIB, NodeShape

def large(name):
    requests = {"requests": {"memory": "50Gi"}}
    container = {"name": "main", "image": "example.org/none:1", "resources": requests}
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}

def test_too_large(control_plane):
    control_plane.nodes([NodeShape(memory_bytes=8 * GIB)])
    control_plane.api.create(large("too-large"))
    refused = lambda pod: pod["status"].get("conditions")
    control_plane.api.wait_until("refused", lambda: control_plane.api.get("Pod", "too-large", "default"), refused)
    control_plane.api.wait_until("an event", lambda: [
        event for event in control_plane.api.list("Event") if event["reason"] == "FailedScheduling"])
    assert control_plane is None

def test_all_is_well_again(control_plane):
    assert control_plane.api.list("Pod") == []

def test_server_is_gone(control_plane):
    control_plane.kill("kube-apiserver")
    assert control_plane is None

def test_all_is_well_once_more(control_plane):
    assert control_plane.api.list("Pod") == []
"""
    process = run_pytest(tmp_path / "run", body)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == pytest.ExitCode.TESTS_FAILED, output
    assert "2 failed, 2 passed" in output
    assert "INTERNALERROR" not in output
    assert "Pod default/too-large Pending [PodScheduled False, Unschedulable: 0/1 nodes" in output
    assert "Warning FailedScheduling x1: 0/1 nodes are available: 1 Insufficient memory" in output
    assert "kube-apiserver is down; the end of its log:" in output
    assert "the cluster could not be asked: " in output


def test_without_go_and_without_a_cache_the_tier_fails(tmp_path: Path) -> None:
    body = "def test_needs_it(control_plane): pass\n"
    with run_pytest(tmp_path / "run", body, PATH=str(tmp_path), PULUMI_MILVUS_CACHE=str(tmp_path / "cache")) as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.TESTS_FAILED, output
    assert "1 error" in output
    assert "no Kubernetes control plane: `make control-plane` fails, see its message above" in output
    assert "no `go` on PATH." in output
    assert "Install Go 1." in output
