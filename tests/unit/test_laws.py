"""Laws of the house that a test can hold: what is pure stays pure, and public names load lazily."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import pulumi_milvus

PACKAGE = Path(pulumi_milvus.__file__).parent
HEAVY = (
    "pulumi",
    "grpc",
    "pandas",
    "plotly",
    "pymilvus",
    "milvus_lite",
    "numpy",
    "boto3",
    "pulumi_aws",
    "pulumi_kubernetes",
)
PURE_FOLDERS = (
    "planning",
    "rules",
    "manifests",
    "inspection",
    "cloud_aws",
    "starting",
    "collection_schema",
    "report",
)
PURE = [path for folder in PURE_FOLDERS for path in sorted((PACKAGE / folder).rglob("*.py"))]


def loaded_by(statement: str) -> set[str]:
    """The heavy packages that a fresh Python has loaded after a statement."""
    code = f"import sys, json\n{statement}\nprint(json.dumps([n for n in {HEAVY!r} if n in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_planning_rules_and_the_command_line_load_nothing_heavy() -> None:
    statement = (
        "import pulumi_milvus.planning, pulumi_milvus.rules, pulumi_milvus.cli\n"
        "from pulumi_milvus import make_plan, read_workload, read_values\n"
        "import pulumi_milvus.planning.rebuild\n"
        "make_plan(read_workload({'collections': [{'name': 'a', 'vectors': 1, 'dimension': 8}]}))"
    )
    assert loaded_by(statement) == set()


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pure_modules_import_nothing_that_acts(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) - {
        "socket",
        "subprocess",
        "urllib",
        "http",
        "time",
        "random",
        "tempfile",
        "shutil",
    }
    allowed |= {"pydantic", "pydantic_core", "yaml"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [node.module or ""]
        for name in names:
            root = name.split(".")[0]
            if root == "pulumi_milvus":
                assert name.split(".")[1] in PURE_FOLDERS, f"{path.name} imports {name}"
            else:
                assert root in allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pure_modules_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 300


def test_public_names_are_those_that_are_promised() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    typed = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pulumi_milvus")
        for alias in node.names
    }
    assert typed == set(pulumi_milvus.__all__) == set(pulumi_milvus._HOMES)
    with pytest.raises(AttributeError):
        _ = pulumi_milvus.nothing


@pytest.mark.parametrize("name", sorted(pulumi_milvus.__all__))
def test_each_public_name_loads_and_stays_what_it_is(name: str) -> None:
    first = getattr(pulumi_milvus, name)
    assert getattr(pulumi_milvus, name) is first
    assert callable(first)
