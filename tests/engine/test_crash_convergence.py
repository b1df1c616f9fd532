"""Killed at any moment of an `up`, whichever process dies: the next `up` converges, with every row still there.

A state on the local disk or in a bucket stays locked by an engine that was killed; `pulumi cancel` lifts that, and is
what a user has to run. Nothing else is needed: pending operations are taken up by the next `up`.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from collection_specs import articles, dense, index, key
from collection_stack import STACK, CollectionStack, collection_stack
from lite_lock import is_held

SEED = int(os.environ.get("CRASH_SEED", "20261124"))
MOMENTS_OF_EACH = 10
VICTIMS = ("engine", "program", "provider", "host")
ROWS = 40

FIRST, OTHER = index("HNSW", "COSINE", M=8, efConstruction=64), index("IVF_FLAT", "L2", nlist=4)


def shape(round_: int) -> dict[str, Any]:
    """Indexes and the alias's target, different in every round: each `up` rebuilds one and switches the other."""
    there = articles(key(), dense(**(FIRST, OTHER)[round_ % 2]))
    news = articles(key(), dense(**FIRST), collectionName="news")
    return {"collections": {"articles": there, "news": news}, "aliases": {"live": ("articles", "news")[round_ % 2]}}


def created(round_: int) -> dict[str, Any]:
    """Two more collections and an alias in every round, besides those that hold the rows."""
    wanted = shape(0)
    names = [f"made_{round_}_a", f"made_{round_}_b"]
    # Those of earlier rounds hold no rows and go.
    wanted["collections"] |= {name: articles(collectionName=name) for name in names}
    wanted["aliases"] |= {f"alias_{round_}": names[0]}
    return wanted


def victims(root: psutil.Process) -> dict[str, psutil.Process]:
    """The processes of a running `pulumi up`, by what they are."""
    found = {"engine": root}
    for process in root.children(recursive=True):
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if "--monitor" in words:
            found["program"] = process
        elif any(word.endswith("/components") for word in words):
            found["provider"] = process
        elif any(word.endswith(("/language_python", "/pulumi-language-python")) for word in words):
            found["host"] = process
    return found


def kill_during_up(stack: CollectionStack, victim: str, after_seconds: float) -> bool:
    """Run `up` and kill one of its processes at a moment; whether that came to pass before it was over."""
    process = stack.pulumi.start("up", "--yes", "--skip-preview", "-s", STACK)
    root = psutil.Process(process.pid)
    time.sleep(after_seconds)
    killed = False
    deadline = time.monotonic() + 5
    while process.poll() is None and time.monotonic() < deadline:
        target = victims(root).get(victim)
        if target is not None:
            try:
                os.kill(target.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            killed = True
            break
        time.sleep(0.02)
    try:
        process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        pytest.fail(f"`pulumi up` hung after its {victim} was killed")
    return killed


def wait_until_free(stack: CollectionStack) -> None:
    """Whatever outlived its engine lets go of the file within seconds."""
    deadline = time.monotonic() + 10
    while is_held(stack.database):
        assert time.monotonic() < deadline, "an orphan keeps the Lite file"
        time.sleep(0.1)


def converge(stack: CollectionStack) -> None:
    """What a user does next: `up`, after `cancel` where the dead engine's lock is still there."""
    done = stack.up("--skip-preview", check=False)
    if done.returncode != 0 and "locked" in done.stdout + done.stderr:
        assert "pulumi cancel" in done.stdout + done.stderr
        stack.pulumi.run("cancel", "--yes", "-s", STACK)
        done = stack.up("--skip-preview", check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def assert_there(stack: CollectionStack, wanted: dict[str, Any]) -> None:
    """Collections, indexes, aliases and rows are what was declared, and Pulumi's state says so too."""
    with stack.client() as client:
        names = {item["collectionName"]: item for item in wanted["collections"].values()}
        assert set(client.list_collections()) == set(names)
        for name, item in names.items():
            found = client.describe_index(name, "embedding")
            declared = item["fields"][1]["index"]
            assert (found["index_type"], found["params"]) == (declared["indexType"], declared["params"])
        assert set(client.list_aliases()["aliases"]) == set(wanted["aliases"])
        for alias, target in wanted["aliases"].items():
            assert client.describe_alias(alias)["collection_name"] == target
        for name in ("articles", "news"):
            client.load_collection(name)
            assert client.query(name, output_fields=["count(*)"])[0]["count(*)"] == ROWS
            assert len(client.search(name, data=[[1.0] * 8], anns_field="embedding", limit=5)[0]) == 5
    assert set(stack.resources()) == {*wanted["collections"], *wanted["aliases"]}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("wanted_in", [created, shape], ids=["creates", "rebuilds"])
def test_the_next_up_converges(engine: Path, tmp_path: Path, wanted_in: Any) -> None:
    print(f"CRASH_SEED={SEED}")
    chance = random.Random(f"{SEED} {wanted_in.__name__}")
    stack = collection_stack(engine, tmp_path, **wanted_in(0))
    stack.up("--skip-preview")
    for name in ("articles", "news"):
        stack.insert(name, ROWS)
    stack.want(**wanted_in(1))
    began = time.monotonic()
    stack.up("--skip-preview")
    duration = time.monotonic() - began

    killed: list[str] = []
    for round_ in range(2, 3 * MOMENTS_OF_EACH):
        wanted = wanted_in(round_)
        stack.want(**wanted)
        victim = VICTIMS[len(killed) % len(VICTIMS)]
        # One moment in each slice of the duration, so that all of it is covered.
        after_seconds = (len(killed) + chance.random()) / MOMENTS_OF_EACH * duration
        if kill_during_up(stack, victim, after_seconds):
            killed.append(f"{victim} after {after_seconds:.2f} s of {duration:.2f} s")
            print(killed[-1])
        else:
            # It was over by then: a shared machine is not always equally fast.
            duration *= 0.8
        wait_until_free(stack)
        converge(stack)
        assert_there(stack, wanted)
        if len(killed) % 3 == 2 or len(killed) == MOMENTS_OF_EACH:
            stack.unchanged()
        if len(killed) == MOMENTS_OF_EACH:
            return
    pytest.fail(f"too few processes could be killed: {killed}")
