"""A project's environments: which of them a change touches, and what each needs before it can be previewed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

# What no program of a stack reads. Everything else touches every environment: a preview too many costs minutes, one
# too few lets a change through unseen.
_READ_BY_NOBODY: Final = ("docs", "tests", "bench", "examples", "scripts", ".github", ".ci", ".vscode")
_WORDS: Final = ".md"
_FILES_OF_NOBODY: Final = ("LICENSE", ".gitignore", ".pre-commit-config.yaml", "Makefile", "requirements-dev.txt")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a project's parts lie, each relative to the repository's root, ``.`` for the root itself."""

    project: PurePosixPath
    stacks: PurePosixPath
    plugins: tuple[PurePosixPath, ...] = ()

    @staticmethod
    def read(project: PurePosixPath, pulumi_yaml: Mapping[str, Any]) -> Layout:
        """The layout that a Pulumi.yaml declares; ``project`` is its folder."""
        declared = pulumi_yaml.get("plugins")
        providers = declared.get("providers") if isinstance(declared, dict) else None
        paths = [item.get("path") for item in providers or () if isinstance(item, dict)]
        return Layout(
            project,
            _joined(project, str(pulumi_yaml.get("stackConfigDir") or ".")),
            tuple(_joined(project, path) for path in paths if isinstance(path, str)),
        )


def touched(changed: Iterable[str], layout: Layout, environments: Mapping[str, str]) -> list[str]:
    """The environments that a change touches, in order of their names.

    ``changed``: paths relative to the repository's root. ``environments``: each one's name and the text of its values
    file, in which another file of the change may be named (a catalogue of prices).
    """
    found: set[str] = set()
    for text in changed:
        path = PurePosixPath(text)
        own = _own_environment(path, layout)
        if own is not None:
            # A values file that is gone leaves nothing to preview.
            found.update({own} & environments.keys())
        elif _inside(path, layout.stacks) and path.suffix in (".json", ".yaml", ".yml"):
            named = {name for name, values in environments.items() if path.name in values}
            found.update(named or environments)
        elif _concerns_all(path, layout):
            found.update(environments)
    return sorted(found)


def _own_environment(path: PurePosixPath, layout: Layout) -> str | None:
    """``X`` of ``Pulumi.X.yaml`` and of its accepted plan, ``plans/X.json``."""
    name = path.name
    if path.parent == layout.stacks and name.startswith("Pulumi.") and path.suffix in (".yaml", ".yml"):
        return name.removeprefix("Pulumi.").removesuffix(path.suffix) or None
    if path.parent == layout.stacks / "plans" and path.suffix == ".json":
        return path.stem
    return None


def _concerns_all(path: PurePosixPath, layout: Layout) -> bool:
    if any(_inside(path, plugin) for plugin in layout.plugins):
        return True
    if not _inside(path, layout.project):
        return False
    inner = path.relative_to(layout.project)
    if inner.parts[0] in _READ_BY_NOBODY or inner.name in _FILES_OF_NOBODY:
        return False
    return not inner.name.endswith(_WORDS)


def needs(config: Mapping[str, Any], topology: str | None) -> list[str]:
    """What a preview of an environment needs besides its files: nothing, a cluster, an account, a passphrase.

    ``config``: what stands under ``config:`` in its values file. ``topology``: the planned one, where it is known.
    """
    found = []
    settings = config.get("milvus:aws")
    if isinstance(settings, dict):
        found.append("an account of AWS")
    elif "milvus:kubernetes" in config or topology in ("standalone", "distributed"):
        found.append("a Kubernetes cluster")
    if _holds_secret(config):
        found.append("the passphrase of its secrets")
    return found


def _holds_secret(value: object) -> bool:
    if isinstance(value, dict):
        return "secure" in value or any(_holds_secret(item) for item in value.values())
    return isinstance(value, list) and any(_holds_secret(item) for item in value)


def _joined(folder: PurePosixPath, path: str) -> PurePosixPath:
    parts: list[str] = []
    for part in (folder / path).parts:
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", ".."):
            parts.append(part)
    return PurePosixPath(*parts)


def _inside(path: PurePosixPath, folder: PurePosixPath) -> bool:
    return folder == PurePosixPath() or path.is_relative_to(folder)
