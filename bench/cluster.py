"""A billion vectors on a real control plane with fake nodes: planned, deployed, every pod scheduled, Milvus healthy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bench.timing import Result

SUITE: Final = "cluster"
ROOT: Final = Path(__file__).resolve().parents[1]
# What answers in Milvus's place has no graphs on disk, so the collection is left to applications.
VALUES: Final[dict[str, Any]] = {
    "milvus:createCollections": False,
    "milvus:workload": {
        "collections": [{"name": "pages", "vectors": 10**9, "dimension": 768, "index": "DISKANN", "shards": 4}],
        "queries_per_second": 200,
        "availability": "pod",
        "topology": "distributed",
    },
    "milvus:kubernetes": {
        "operator": "existing",
        "object_store": {"kind": "s3", "bucket": "vectors", "region": "us-east-1"},
    },
}


def results(_runs: int) -> Iterator[Result]:
    """Once, where engine and control plane are built (`make engine control-plane`); nothing where they are not."""
    # At the end: the stand-in called operator must not stand before Python's own module.
    sys.path.extend(str(ROOT / folder) for folder in (".", "tests", "tests/standins"))
    commands, engine = _made("control_plane"), _made("pulumi_milvus.engine", "ensure", "--json")
    if commands is None or engine is None:
        print("The suite cluster is left out: `make engine control-plane` builds what it needs.", file=sys.stderr)
        return
    from control_plane import ControlPlane
    from kubernetes_environment import kubernetes_environment

    with tempfile.TemporaryDirectory() as folder:
        plane = ControlPlane({name: Path(path) for name, path in commands.items()}, Path(folder) / "cluster")
        with plane, kubernetes_environment(plane, Path(engine["bin"]), Path(folder), VALUES) as place:
            began = time.monotonic()
            place.up()
            seconds = time.monotonic() - began
            pods, nodes = len(place.pods()), sum(pool["nodes"] for pool in place.plan.node_pools)
            if place.pending():
                raise AssertionError(f"no room for {place.pending()}")
    what = f"a billion vectors deployed: {pods} pods on {nodes} nodes, Milvus healthy"
    yield Result(
        suite=SUITE, what=what, value=seconds, unit="s", runs=1, lowest=seconds, highest=seconds, aim="", met=None
    )


def _made(module: str, *arguments: str) -> Any:
    """What a module's command prints as JSON; None where it fails, having said why."""
    paths = os.pathsep.join(str(ROOT / folder) for folder in ("components", "tests"))
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else None
