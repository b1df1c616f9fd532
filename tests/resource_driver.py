"""Drives a resource's handler as the engine drives the provider: every value passes the wire, every step is previewed.

articles = Driver(place, "articles")
articles.up(inputs)                 # check, preview, create; later calls: check, diff, preview, update
assert articles.up(inputs) == []    # the paths that differ
articles.refresh()                  # read; the paths that drifted
articles.delete()
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_milvus.resources.alias.handler import AliasHandler
from pulumi_milvus.resources.collection.handler import CollectionHandler
from pulumi_milvus.resources.endpoint import Endpoint
from pulumi_milvus.resources.handler import Found, Handler, Scene
from pulumi_milvus.resources.lite_file import LiteFiles
from pulumi_milvus.resources.wire import Plain, plain_map, property_map

if TYPE_CHECKING:
    from pymilvus import MilvusClient

HANDLERS: dict[str, type[Handler]] = {"Collection": CollectionHandler, "Alias": AliasHandler}


class Refused(AssertionError):  # noqa: N818 - it reads as a fact in tests
    """The check refused the inputs; `problems` maps path to reason."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"{path}: {reason}" for path, reason in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Place:
    """One Milvus and the files that this process has open."""

    uri: str
    lite_files: LiteFiles = field(default_factory=LiteFiles)
    token: str = ""
    wait_seconds: float | None = 5.0

    @property
    def is_file(self) -> bool:
        """Whether this process opens the file itself."""
        return Endpoint(self.uri).is_lite_file

    @contextmanager
    def client(self) -> Iterator[MilvusClient]:
        """A client of somebody else, in the same process, so that a file need not be closed for it."""
        from pymilvus import MilvusClient

        if not self.is_file:
            client = MilvusClient(self.uri)
            yield client
            client.close()
            return
        with self.lite_files.address(Path(self.uri)) as address:
            client = MilvusClient(address)
            yield client
            client.close()

    def reopened(self) -> Place:
        """The same as another process sees it: a file is closed first, and what was loaded is so no more."""
        self.lite_files.close_all()
        return replace(self, lite_files=LiteFiles())

    def scene(self, urn: str, lines: list[tuple[str, str]] | None = None) -> Scene:
        """What the provider gives to a handler."""
        return Scene(
            urn=urn,
            endpoint=Endpoint(self.uri, self.token),
            lite_files=self.lite_files,
            log=lambda severity, line: lines.append((severity, line)) if lines is not None else None,
            timeout_seconds=120.0,
            wait_seconds=self.wait_seconds,
        )


@dataclass
class Driver:
    """One resource of one stack."""

    place: Place
    name: str
    kind: str = "Collection"
    inputs: Plain | None = None
    state: Plain | None = None
    identifier: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)

    @property
    def urn(self) -> str:
        """The resource's URN in a stack called dev."""
        return f"urn:pulumi:dev::test::milvus:index:{self.kind}::{self.name}"

    @property
    def warnings(self) -> list[str]:
        """What was said as a warning so far."""
        return [line for severity, line in self.lines if severity == "warning"]

    def check(self, inputs: Plain) -> Plain:
        """The checked inputs. Raises Refused."""
        checked = self._handler.check(self._scene(), through_wire(self.inputs or {}), through_wire(inputs))
        if checked.problems:
            raise Refused({problem.path: problem.reason for problem in checked.problems})
        return through_wire(checked.inputs)

    def up(self, inputs: Plain) -> list[str]:
        """Bring it to the inputs; the paths that differed."""
        checked = self.check(inputs)
        if self.state is None:
            self._handler.create(self._scene(), checked, preview=True)
            self.identifier, state = self._handler.create(self._scene(), checked, preview=False)
            self.inputs, self.state = checked, through_wire(state)
            return ["new"]
        differing = self.differing(checked)
        if differing:
            self._handler.update(self._scene(), self.state, checked, preview=True)
            self.state = through_wire(self._handler.update(self._scene(), self.state, checked, preview=False))
        self.inputs = checked
        return differing

    def differing(self, checked: Plain) -> list[str]:
        """The paths in which checked inputs differ from the state."""
        return [item.path for item in self._handler.diff(self.state or {}, through_wire(checked)).differences]

    def refresh(self) -> list[str] | None:
        """Read it, as `pulumi refresh` does; the paths that drifted, None where it is gone."""
        found = self._handler.read(self._scene(), self.identifier, (self.state or {}) | (self.inputs or {}))
        if found is None:
            self.inputs = self.state = None
            return None
        before = self.inputs or {}
        self.state, self.inputs = through_wire(found.state), through_wire(found.inputs)
        return self.differing(before)

    def imported(self, identifier: str) -> Found | None:
        """Read it as `pulumi import` does."""
        return self._handler.read(self._scene(), identifier, {})

    def delete(self) -> None:
        """Delete it."""
        self._handler.delete(self._scene(), self.identifier, self.state or {})
        self.inputs = self.state = None

    @property
    def _handler(self) -> Handler:
        return HANDLERS[self.kind]()

    def _scene(self) -> Scene:
        return self.place.scene(self.urn, self.lines)


def through_wire(values: Mapping[str, Any]) -> Plain:
    """The values as they arrive at the other end."""
    return plain_map(property_map(values))
