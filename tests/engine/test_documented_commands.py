"""The commands of README and docs/, run as they stand in a project whose environment `lite` is up."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

from commands_not_run import NOT_RUN, NotRun
from documented_commands import Command, commands
from pulumi_cli import CLONE, Pulumi, copy_of_project

HERE = Path(__file__).resolve().parents[1]
ALL = commands()
WORKLOAD = {"collections": [{"name": "articles", "vectors": 40_000_000, "embedding_model": "BAAI/bge-base-en-v1.5"}]}
# Findings are an answer too.
STATUSES = {"pulumi-milvus check": (0, 1)}


def _left_out(command: Command) -> list[str]:
    return [line.pattern for line in NOT_RUN if re.fullmatch(line.pattern, command.text)]


RUN = list({command.text: command for command in ALL if not _left_out(command)}.values())


def test_every_command_is_run_or_it_is_said_why_not() -> None:
    assert len(RUN) > 50
    assert len(ALL) == len({(command.page, command.line) for command in ALL})
    for command in ALL:
        assert len(_left_out(command)) <= 1, command
    matched = Counter(pattern for command in ALL for pattern in _left_out(command))
    assert {line.pattern for line in NOT_RUN} == set(matched), "a line that leaves out no command"


@pytest.mark.parametrize("line", NOT_RUN, ids=lambda line: line.pattern)
def test_what_is_left_out_is_done_by_a_test_that_exists(line: NotRun) -> None:
    assert bool(line.test) != bool(line.needs)
    if line.test:
        file, _, function = line.test.partition("::")
        assert f"\ndef {function}(" in (HERE / file).read_text(), line.test


def test_commands_are_found_where_they_stand(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Say `pulumi up`.\n\n    pulumi up -s a    # words\n    name: value\n\n"
        "```sh\npulumi preview |\n    cat\n```\n\n```yaml\npulumi: up\nmake: x\n    make up\n```\n\n"
        "* item\n\n      KEY=1 make a \\\n          B=2\n      python -c 'a;\n      b'  # words\n"
    )
    found = [(command.line, command.text) for command in commands([page])]
    assert found == [
        (3, "pulumi up -s a"),
        (7, "pulumi preview | cat"),
        (19, "KEY=1 make a  B=2"),
        (21, "python -c 'a;\nb'"),
    ]


@pytest.fixture(scope="module")
def folder(engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Pulumi:
    """A project in git with the files that the pages speak of; its environment `lite` is up, and selected."""
    project = copy_of_project(engine, tmp_path_factory.mktemp("documented"))
    here = project.directory
    for name in ("Makefile", "scripts"):
        (here / name).symlink_to(CLONE / name)
    (here / "workload.yaml").write_text(yaml.safe_dump(WORKLOAD))
    # The page has its declaration on itself.
    page = (CLONE / "docs" / "planning.md").read_text()
    (here / "articles.yaml").write_text(page.split("```yaml\n")[1].split("```")[0])
    (here / "workloads.jsonl").write_text(json.dumps(WORKLOAD) + "\n")
    (here / "requests.jsonl").write_text('{"index": "HNSW", "vectors": 1000000, "dimension": 768}\n')
    form = {"index_type": "HNSW", "vectors_million": 40, "dimension": 768}
    (here / "forms.jsonl").write_text(json.dumps(form) + "\n")
    (here / "form.yaml").write_text(yaml.safe_dump(form))
    (here / "stacks" / "Pulumi.prod.yaml").write_text((here / "stacks" / "Pulumi.standalone.yaml").read_text())
    catalogue = CLONE / "components" / "pulumi_milvus" / "planning" / "hardware" / "aws_instances.json"
    shutil.copy(catalogue, here / "stacks" / "catalogue.json")
    _shell(project, "pulumi-milvus render --kubernetes stacks/Pulumi.distributed.yaml > milvus.yaml")
    nodes = {"apiVersion": "v1", "kind": "List", "items": []}
    (here / "nodes.yaml").write_text(yaml.safe_dump(nodes))
    _shell(
        project,
        "git init --quiet --initial-branch=main && git add stacks Pulumi.yaml && git commit --quiet --message first"
        " && git update-ref refs/remotes/origin/main HEAD",
    )
    project.run("stack", "init", "lite")
    project.run("up", "--yes", "-s", "lite")
    _shell(project, "pulumi stack export > main.json && cp main.json before.json")
    _shell(project, "pulumi preview --json --show-sames > preview.json && cp preview.json prod.json")
    return project


def _shell(project: Pulumi, text: str) -> subprocess.CompletedProcess[str]:
    done = _run(project, text)
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done


def _run(project: Pulumi, text: str) -> subprocess.CompletedProcess[str]:
    author = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com"}
    committer = {name.replace("AUTHOR", "COMMITTER"): value for name, value in author.items()}
    environment = {
        **project.environment,
        **author,
        **committer,
        # Who reads the page says yes, and writes a message for the commit.
        "PULUMI_SKIP_CONFIRMATIONS": "true",
        "GIT_EDITOR": "sh -c 'echo change >\"$1\"' --",
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=project.directory,
        env=environment,
        input=json.dumps(WORKLOAD),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("command", RUN, ids=lambda command: f"{command.page}:{command.line}")
def test_it_runs(folder: Pulumi, command: Command) -> None:
    done = _run(folder, command.text)
    allowed = next((codes for words, codes in STATUSES.items() if command.text.startswith(words)), (0,))
    assert done.returncode in allowed, f"{command.text}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert "Traceback" not in done.stderr
