"""A Pulumi program of collections and aliases that a test changes by writing what it wants as JSON.

stack = collection_stack(engine, tmp_path, uri="milvus.db", collections={"articles": articles()})
stack.up()
stack.want(collections={}, aliases={})
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_cli import CLONE, Pulumi, program
from pulumi_milvus.resources.lite_file import LiteFiles

if TYPE_CHECKING:
    from pymilvus import MilvusClient

STACK = "dev"
PLUGIN = f"plugins: {{providers: [{{name: milvus, path: {json.dumps(str(CLONE / 'components'))}}}]}}\n"
SOURCE = """\
import json
from pathlib import Path

import pulumi

from pulumi_milvus.resources import Alias, Collection, Provider

wanted = json.loads(Path(__file__).with_name("wanted.json").read_text())
options = None
if wanted.get("provider"):
    options = pulumi.ResourceOptions(provider=Provider("explicit", wanted["provider"]))
protect = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(protect=wanted.get("protect")))
made = {name: Collection(name, args, protect) for name, args in wanted.get("collections", {}).items()}
for name, target in wanted.get("aliases", {}).items():
    collection = made[target].collection_name if target in made else target
    Alias(name, {"collection": collection}, options)
"""


@dataclass(frozen=True)
class CollectionStack:
    """One stack, `dev`, of such a program."""

    pulumi: Pulumi

    @property
    def database(self) -> Path:
        """Where a Lite file called milvus.db is."""
        return self.pulumi.directory / "milvus.db"

    def want(self, **wanted: Any) -> None:
        """What the program shall declare from now on: collections, aliases, provider, protect."""
        (self.pulumi.directory / "wanted.json").write_text(json.dumps(wanted))

    def up(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `pulumi up`, straight away: tests that look at a preview ask for one."""
        return self.pulumi.run("up", "--yes", "--skip-preview", "-s", STACK, *arguments, check=check)

    def unchanged(self) -> None:
        """Run one more `pulumi up`, which must change nothing."""
        self.up("--expect-no-changes")

    def preview(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `pulumi preview --diff`."""
        return self.pulumi.run("preview", "--diff", "-s", STACK, *arguments, check=check)

    def refresh(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `pulumi refresh`."""
        return self.pulumi.run("refresh", "--yes", "--skip-preview", "-s", STACK, *arguments, check=check)

    def destroy(self, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `pulumi destroy`."""
        return self.pulumi.run("destroy", "--yes", "--skip-preview", "-s", STACK, check=check)

    def config(self, key: str, value: str, *arguments: str) -> None:
        """Set a value of the stack's configuration."""
        self.pulumi.run("config", "set", "-s", STACK, *arguments, key, value)

    def resources(self) -> dict[str, dict[str, Any]]:
        """The state's collections and aliases by name."""
        return {
            resource["urn"].rpartition("::")[2]: resource
            for resource in self.pulumi.resources(STACK)
            if resource["type"].startswith("milvus:index:")
        }

    @contextmanager
    def client(self) -> Iterator[MilvusClient]:
        """A client of somebody else; the file is let go of afterwards."""
        from pymilvus import MilvusClient

        files = LiteFiles()
        with files.address(self.database) as address:
            client = MilvusClient(address)
            yield client
            client.close()
        files.close_all()

    def insert(self, name: str, rows: int, dimension: int = 8) -> None:
        """Rows from somebody else, flushed."""
        with self.client() as client:
            client.insert(name, [{"id": at, "embedding": [float(at % 9 + 1)] * dimension} for at in range(rows)])
            client.flush(name)

    def rows(self, name: str) -> int:
        """How many rows a collection or alias leads to."""
        with self.client() as client:
            client.load_collection(name)
            return int(client.query(name, output_fields=["count(*)"])[0]["count(*)"])


def collection_stack(
    engine: Path,
    folder: Path,
    *,
    uri: str = "milvus.db",
    config: Mapping[str, str] | None = None,
    name: str = "test",
    **wanted: Any,
) -> CollectionStack:
    """A new stack; `config` adds to its configuration, `wanted` is as for `want`."""
    stack = CollectionStack(program(engine, folder, SOURCE, name=name, main_yaml=PLUGIN))
    stack.want(**wanted)
    values = {"milvus:uri": uri, "milvus:waitSeconds": "2", **(config or {})}
    (stack.pulumi.directory / f"Pulumi.{STACK}.yaml").write_text(json.dumps({"config": values}))
    stack.pulumi.run("stack", "init", STACK)
    return stack
