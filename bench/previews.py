"""The preview of a whole AWS environment against a bare program with as many resources of the same types.

Both are run in turn by the real engine, with the providers that the tests use and moto as AWS. What is more than bare
is planning, the manifests, the preflight and the components.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.timing import Result

if TYPE_CHECKING:
    from pulumi_cli import Pulumi

SUITE: Final = "previews"
ROOT: Final = Path(__file__).resolve().parents[1]
STACK: Final = "aws-nvme"
# The project's own aim.
MOST_RATIO: Final = 1.15
# A preview takes about ten seconds.
MOST_RUNS: Final = 5


def results(runs: int) -> Iterator[Result]:
    """Where the engine is built (`make engine`); nothing where it is not."""
    # At the end: the stand-in called operator must not stand before Python's own module.
    sys.path.extend(str(ROOT / folder) for folder in (".", "tests", "tests/standins"))
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_milvus.engine", "ensure", "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "components")},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print("The suite previews is left out: `make engine` builds what it needs.", file=sys.stderr)
        return
    from moto_server import aws_on_loopback

    with tempfile.TemporaryDirectory() as folder, aws_on_loopback() as aws:
        yield from _measured(Path(json.loads(done.stdout)["bin"]), Path(folder), aws.environment, min(runs, MOST_RUNS))


def _measured(engine: Path, folder: Path, variables: Mapping[str, str], runs: int) -> Iterator[Result]:
    from aws_provider.official import provided
    from kubernetes_provider.official import provided as with_kubernetes
    from pulumi_cli import copy_of_project

    nowhere = {"KUBECONFIG": str(folder / "no-kubeconfig")}
    whole, bare = (
        with_kubernetes(provided(copy_of_project(engine, folder / name))).with_environment(**variables, **nowhere)
        for name in ("whole", "bare")
    )
    for project in (whole, bare):
        _without_chart(project.directory / "stacks" / f"Pulumi.{STACK}.yaml")
        project.run("stack", "init", STACK)
    shown = whole.json("preview", "--json", "-s", STACK)
    stacks = bare.directory / "stacks"
    (stacks / "__main__.py").write_text((Path(__file__).parent / "bare_program.py").read_text())
    (stacks / "resources.json").write_text(json.dumps([step["newState"] for step in shown["steps"]]))
    if _types(bare.json("preview", "--json", "-s", STACK)) != _types(shown):
        raise AssertionError("the bare program does not have the same resources")
    taken: dict[str, list[tuple[float, float]]] = {"whole": [], "bare": []}
    for _ in range(runs):
        for name, project in (("bare", bare), ("whole", whole)):
            taken[name].append(_seconds(project))
    count = sum(_types(shown).values())
    yield _result(f"preview of {STACK}, {count} resources", "s", [wall for wall, _ in taken["whole"]])
    yield _result("  a bare program with the same resources", "s", [wall for wall, _ in taken["bare"]])
    yield from (_ratio(what, place, taken) for place, what in enumerate(("ratio", "ratio of processor time")))


def _seconds(project: Pulumi) -> tuple[float, float]:
    """(wall, processor of all processes) seconds that a preview takes."""
    wall, before = time.perf_counter(), os.times()
    project.run("preview", "-s", STACK)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - wall, cpu


def _ratio(what: str, place: int, taken: Mapping[str, list[tuple[float, float]]]) -> Result:
    """Of each pair of runs, one after the other: a busy machine meets both, and processor time is less moved by it."""
    ratios = [one[place] / other[place] for one, other in zip(taken["whole"], taken["bare"], strict=True)]
    return _result(f"  {what}", "", ratios, f"at most {MOST_RATIO}", statistics.median(ratios) <= MOST_RATIO)


def _without_chart(values: Path) -> None:
    """The operator's chart is a program of its own, which asks a cluster; it is left out of both."""
    text = values.read_text()
    values.write_text(text.replace("  milvus:kubernetes:\n", "  milvus:kubernetes:\n    operator: existing\n"))


def _types(shown: Mapping[str, Any]) -> Counter[str]:
    """How many resources of each type a preview makes; the stack itself and the engine's own providers are left out."""
    return Counter(
        str(step["newState"]["type"])
        for step in shown["steps"]
        if step["newState"]["type"] != "pulumi:pulumi:Stack" and "::default" not in step["urn"]
    )


def _result(what: str, unit: str, found: list[float], aim: str = "", met: bool | None = None) -> Result:
    return Result(
        suite=SUITE,
        what=what,
        value=statistics.median(found),
        unit=unit,
        runs=len(found),
        lowest=min(found),
        highest=max(found),
        aim=aim,
        met=met,
    )
