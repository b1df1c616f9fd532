"""What a project's environment holds, and which of it are Pulumi packages with a plugin."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from language_python.environments import Environment
from language_python.errors import HostError

_INVENTORY = Path(__file__).with_name("inventory.py")
_NO_PLUGIN = ("pulumi-policy", "pulumi-esc-sdk")
_PRE_RELEASES = {"a": "alpha", "b": "beta", "rc": "rc"}


@dataclass(frozen=True)
class Distribution:
    """An installed distribution."""

    name: str
    version: str
    requires: tuple[str, ...] = ()
    plugin: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The normalised name."""
        return re.sub(r"[-_.]+", "-", self.name).lower()


@dataclass(frozen=True)
class Required:
    """A plugin that the engine should have ready."""

    name: str
    version: str
    server: str


def installed(environment: Environment, variables: Mapping[str, str]) -> list[Distribution]:
    """Every distribution of the environment, from one run of its own Python."""
    environment.check()
    environment.synchronise()
    done = subprocess.run(
        [environment.python, str(_INVENTORY)],
        env=environment.variables(variables),
        cwd=environment.root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise HostError(f"listing the packages of {environment.python} failed: {done.stderr.strip()}")
    found = [
        Distribution(item["name"], item["version"], tuple(item["requires"]), item["plugin"])
        for item in json.loads(done.stdout)
    ]
    if environment.toolchain == "pip" and all(item.key != "pip" for item in found):
        # The official host asks pip for the list, and stops here too.
        raise HostError(f"{environment.python} -m pip list --format json: exit status 1: No module named pip")
    return found


def direct(distributions: Iterable[Distribution]) -> list[Distribution]:
    """Those that no other distribution requires."""
    everything = list(distributions)
    needed = {need for item in everything for need in item.requires}
    return [item for item in everything if item.key not in needed]


def required(distributions: Iterable[Distribution]) -> list[Required]:
    """The plugins behind the distributions: by their pulumi-plugin.json, or by a name that begins with pulumi-."""
    found = []
    for item in distributions:
        if item.key in _NO_PLUGIN or (item.plugin is None and not item.key.startswith("pulumi-")):
            continue
        plugin = item.plugin or {}
        if plugin.get("resource") is False:
            continue
        version = str(plugin.get("version") or semantic(item.version))
        found.append(
            Required(
                name=str(plugin.get("name") or item.key.removeprefix("pulumi-")),
                version=version if version.startswith("v") else f"v{version}",
                server=str(plugin.get("server") or ""),
            )
        )
    return found


def semantic(version: str) -> str:
    """A PEP 440 version as a semantic one: ``3.1a2`` is ``3.1.0-alpha.2``."""
    parts = re.match(
        r"(?:\d+!)?(\d+(?:\.\d+)*)(?:(a|b|rc)(\d+))?(?:\.post(\d+))?(?:\.dev(\d+))?(?:\+([0-9A-Za-z.]+))?\Z", version
    )
    if parts is None:
        raise HostError(f"the version {version!r} of an installed package cannot be read")
    release, kind, number, post, dev, local = parts.groups()
    text = ".".join([*release.split("."), "0", "0"][:3])
    before = [f"{_PRE_RELEASES[kind]}.{number}"] if kind else []
    before += [f"dev.{dev}"] if dev else []
    after = [f"post.{post}"] if post else []
    after += [local] if local else []
    return text + ("-" + ".".join(before) if before else "") + ("+" + ".".join(after) if after else "")
