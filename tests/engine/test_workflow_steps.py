"""Each shell step of preview, deploy and the action, run as it stands, by the real engine where it calls one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from comments_api import BOT, TOKEN, Comments, comments_api
from kubernetes_provider.official import provided
from pulumi_cli import CLONE, Pulumi, environment_for
from workflow_steps import Step, step, steps

# The steps that other tests run: what `make venv` does is in test_engine_bootstrap, ci's one step is all tests.
ELSEWHERE = {("preview", "touched", "Install"), ("deploy", "chosen", "Install"), ("ci", "test", ".ci/run")}
RELEASE = "release"  # test_release
TOUCHED = step("preview", "touched", "Which environments the change touches")
CHOSEN = step("deploy", "chosen", "Which environments come up")
COMMENT = step("preview", "comment", "Comment")
INSTALL = step("action", "", "Install")
RUN = step("action", "", "Preview or up")


def test_no_step_is_left_out() -> None:
    tried = {(item.file, item.job, item.name) for item in (TOUCHED, CHOSEN, COMMENT, INSTALL, RUN)}
    assert {(item.file, item.job, item.name) for item in steps() if item.file != RELEASE} == tried | ELSEWHERE


class Runner:
    """A checkout of a project of another team's on a runner, with the action's repository beside it."""

    def __init__(self, engine: Path, folder: Path, project: Path) -> None:
        self.project, self.temporary = project, folder / "runner"
        self.temporary.mkdir()
        self.summary = folder / "summary.md"
        self.environment = {
            **environment_for(engine, folder),
            "GITHUB_ACTION_PATH": str(CLONE),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        # What a step sets by itself must not be there already.
        for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"):
            del self.environment[name]

    def action(
        self, item: Step, environment: str, inputs: Mapping[str, str] | None = None, *, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        defaults = {"command": "preview", "backend-url": "", "passphrase": "", "kubeconfig": "", "policy-pack": ""}
        values = {f"inputs.{name}": value for name, value in {**defaults, **(inputs or {})}.items()}
        values |= {"inputs.environment": environment, "inputs.project": str(self.project)}
        values |= {"runner.temp": str(self.temporary), "github.server_url": "https://code.example"}
        values |= {"github.action_repository || github.repository": "team/pulumi-milvus"}
        values |= {"github.action_ref || github.sha": "v0.1.0"}
        return item.run(self.temporary, self.environment, values, check=check)

    def report(self, environment: str) -> str:
        return (self.temporary / "pulumi-milvus" / environment / "report.md").read_text(encoding="utf-8")


@pytest.fixture
def runner(engine: Path, tmp_path: Path) -> Runner:
    folder = tmp_path / "search"
    command = [sys.executable, "-m", "pulumi_milvus.cli", "init", str(folder), "--vectors", "1000", "--dimension", "8"]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    # The step would fetch the released package; here it is the clone's.
    (folder / ".venv").symlink_to(CLONE / ".venv")
    return Runner(engine, tmp_path, folder)


def test_a_change_is_previewed_comes_up_and_is_previewed_again(runner: Runner, tmp_path: Path) -> None:
    runner.action(INSTALL, "dev")
    # From a fork: no backend, no secret. Another passphrase has left its salt in the file.
    values = runner.project / "stacks" / "Pulumi.dev.yaml"
    values.write_text(values.read_text() + "encryptionsalt: v1:AAAAAAAAAAA=:v1:AAAAAAAAAAAAAAAA:AAAAAAAA\n")
    runner.action(RUN, "dev", {"policy-pack": str(CLONE / "policies")})
    assert "articles" in runner.report("dev")
    assert runner.summary.read_text() == runner.report("dev")
    refused = runner.action(RUN, "dev", {"command": "up"}, check=False)
    assert refused.returncode == 1
    assert "backend-url" in refused.stderr
    # Trusted, with a state that stays.
    state = tmp_path / "team-state"
    state.mkdir()
    values.write_text(values.read_text().partition("encryptionsalt")[0])
    kept = {"backend-url": f"file://{state}?metadata=skip", "passphrase": "team-passphrase"}
    runner.action(RUN, "dev", {"command": "up", **kept})
    pulumi = Pulumi(
        runner.project,
        {
            **runner.environment,
            "PULUMI_BACKEND_URL": kept["backend-url"],
            "PULUMI_CONFIG_PASSPHRASE": "team-passphrase",
        },
    )
    assert pulumi.outputs("dev")["collections"] == ["articles"]
    runner.action(RUN, "dev", kept)
    assert "nothing changes" in runner.report("dev").lower()
    pulumi.run("destroy", "--yes", "-s", "dev")


@pytest.mark.timeout(200)
def test_a_foreign_project_is_installed_from_its_own_requirements(runner: Runner, engine: Path, tmp_path: Path) -> None:
    # The clone's engine and host as an installation on the runner: a foreign project has no host of its own.
    installed = tmp_path / "pulumi-installed"
    installed.mkdir()
    for file in engine.glob("[!.]*"):
        (installed / file.name).symlink_to(file)
    runner.environment["PATH"] = f"{installed}:{runner.environment['PATH']}"
    (runner.project / ".venv").unlink()
    _run("git", "clone", "--quiet", str(CLONE), str(tmp_path / "source"))
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    _run(sys.executable, *build, str(tmp_path / "source"))
    (wheel,) = tmp_path.glob("pulumi_milvus-*.whl")
    (runner.project / "requirements.txt").write_text(f"{wheel}\n")
    # Nothing is downloaded: this environment's libraries stand behind the new one, the package does not.
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    runner.environment |= {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PYTHONPATH": libraries}
    runner.action(INSTALL, "dev")
    found = _run(str(runner.project / ".venv" / "bin" / "python"), "-c", "import pulumi_milvus as p; print(p.__file__)")
    assert found.startswith(str(runner.project / ".venv"))
    runner.action(RUN, "dev")
    assert "articles" in runner.report("dev")
    # What is there is not installed again.
    (runner.project / "requirements.txt").write_text("no-such-package==0\n")
    runner.action(INSTALL, "dev")


def test_a_preview_that_fails_fails_and_says_so(runner: Runner) -> None:
    (runner.project / "stacks" / "__main__.py").write_text("raise RuntimeError('no such thing')\n")
    done = runner.action(RUN, "dev", check=False)
    assert done.returncode != 0
    assert "no such thing" in runner.report("dev")
    assert runner.summary.read_text() == runner.report("dev")
    unknown = runner.action(RUN, "dev", {"command": "destroy"}, check=False)
    assert unknown.returncode == 1
    assert "use preview or up" in unknown.stderr


def test_what_a_fork_may_not_reach_shows_its_plan(engine: Path, tmp_path: Path, project: Pulumi) -> None:
    runner = Runner(engine, tmp_path, project.directory)
    runner.action(RUN, "aws-vm")
    assert "was not previewed" in runner.report("aws-vm")
    assert "    standalone" in runner.report("aws-vm").partition("values file")[2]
    values = project.directory / "stacks" / "Pulumi.aws-vm.yaml"
    values.write_text(values.read_text().replace("vectors: 5_000_000", "vectors: many"))
    refused = runner.action(RUN, "aws-vm", check=False)
    assert refused.returncode == 2
    assert "collections[0].vectors" in refused.stderr


def test_a_cluster_is_not_needed_for_a_preview(engine: Path, tmp_path: Path, project: Pulumi) -> None:
    runner = Runner(engine, tmp_path, project.directory)
    runner.environment["PATH"] = provided(project).environment["PATH"]
    runner.environment["KUBECONFIG"] = str(tmp_path / "no-kubeconfig")
    runner.action(RUN, "standalone")
    assert "was not previewed" not in runner.report("standalone")
    assert "StatefulSet" in runner.report("standalone")


def test_which_environments_are_touched_and_chosen(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (repository / "stacks").mkdir(parents=True)
    for name in (".github", ".venv"):
        (repository / name).symlink_to(CLONE / name)
    (repository / "Pulumi.yaml").write_text("name: search\nmain: stacks\nstackConfigDir: stacks\n")
    commits = []
    for vectors in (1000, 2000):
        for name in ("dev", "prod") if vectors == 1000 else ("prod",):
            workload = f"{{topology: lite, collections: [{{name: a, vectors: {vectors}, dimension: 8}}]}}"
            (repository / "stacks" / f"Pulumi.{name}.yaml").write_text(f"config: {{milvus:workload: {workload}}}\n")
        commits.append(_commit(repository))
    output = tmp_path / "output"
    environment = {**environment_for(Path("/usr/bin"), tmp_path), "GITHUB_OUTPUT": str(output)}
    TOUCHED.run(repository, environment, {"github.event.pull_request.base.sha": commits[0]})
    assert json.loads(output.read_text().removeprefix("touched="))["names"] == ["prod"]

    def chosen(asked: str, deployed: str, *, check: bool = True) -> object:
        output.write_text("")
        values = {
            "inputs.environment": asked,
            "github.event.before": commits[0],
            "vars.DEPLOYED_ENVIRONMENTS": deployed,
        }
        done = CHOSEN.run(repository, environment, values, check=check)
        return json.loads(output.read_text().removeprefix("chosen=")) if done.returncode == 0 else done.stderr

    assert chosen("", "") == []
    assert chosen("", '["dev"]') == []
    assert chosen("", '["dev", "prod"]') == ["prod"]
    assert chosen("dev", "") == ["dev"]
    assert "nearest: dev" in str(chosen("dve", "", check=False))


def test_one_comment_an_environment_edited_from_then_on(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    with comments_api() as comments:
        # More than a page, and somebody who writes our mark into a comment of theirs.
        for number in range(120):
            comments.add("somebody", f"<!-- pulumi-milvus: dev --> {number}")
        old = comments.add(BOT, "<!-- pulumi-milvus: gone -->\nwhat was")
        _report(reports, "dev", "first")
        _report(reports, "prod", "x" * 70_000)
        _comment(comments, reports)
        own = [comment["body"] for comment in comments.all if comment["user"]["login"] == BOT]
        assert own[1] == "<!-- pulumi-milvus: dev -->\nfirst"
        assert len(own[2]) == 65_536
        assert "no longer touches" in old["body"]
        _report(reports, "dev", "second")
        _comment(comments, reports)
        bodies = [comment["body"] for comment in comments.all if comment["user"]["login"] == BOT]
        assert len(bodies) == 3
        assert bodies[1] == "<!-- pulumi-milvus: dev -->\nsecond"
        assert sum(comment["user"]["login"] == "somebody" for comment in comments.all) == 120
        _report(reports, "a --> b", "what breaks out")
        assert _comment(comments, reports, check=False).returncode == 1
        refused = _comment(comments, reports, check=False, token="wrong")
        assert (refused.returncode, "401" in refused.stderr) == (1, True)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120, cwd="/").stdout


def _report(reports: Path, environment: str, text: str) -> None:
    folder = reports / f"preview-{environment}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.md").write_text(text)


def _comment(
    comments: Comments, reports: Path, *, check: bool = True, token: str = TOKEN
) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{CLONE / '.venv' / 'bin'}:/usr/bin:/bin",
        "GITHUB_API_URL": comments.url,
        "GITHUB_REPOSITORY": "team/search",
    }
    # The download makes one folder an artifact, in a folder that the step is told.
    values = {"github.token": token, "github.event.pull_request.number": "7", "runner.temp": str(reports.parent)}
    return COMMENT.run(CLONE, environment, values, check=check)


def _commit(repository: Path) -> str:
    for arguments in (
        ["init", "--quiet"],
        ["add", "--all", "stacks", "Pulumi.yaml"],
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "change"],
    ):
        subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True)
    return subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=repository, text=True).strip()
