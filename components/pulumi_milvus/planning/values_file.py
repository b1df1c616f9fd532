"""Reads a stack's values file, or a bare workload, from a file or a text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import InvalidValues, Problem, key_in_path, shown
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.settings import Settings, read_settings, settings_problems
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.yaml_text import parse

WORKLOAD_KEY: Final = "milvus:workload"


@dataclass(frozen=True, slots=True)
class Values:
    """What a values file says: the workload, and the settings beside it (defaults for a bare workload)."""

    workload: Workload
    settings: Settings = field(default_factory=Settings)


def read_values(path: Path) -> Values:
    """The values of a file: a stack's values file (``config:`` with ``milvus:workload``) or a bare workload.

    Raises ``InvalidValues`` with every mistake, also where the file cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = f"cannot be read: {error.strerror or type(error).__name__}"
        raise InvalidValues([Problem(str(path), "", reason, _nearest_file(path))]) from None
    except ValueError:  # a name with a NUL character
        raise InvalidValues([Problem(shown(str(path)), "", "is no name of a file")]) from None
    return read_values_text(data, str(path))


def read_values_text(text: str | bytes, name: str = "") -> Values:
    """The values of a YAML or JSON text; ``name`` names it in messages. Raises ``InvalidValues`` with every mistake."""
    return values_of(parse(text, name))


def values_of(data: object) -> Values:
    """The values of plain data, as YAML or JSON gives it. Raises ``InvalidValues`` with every mistake."""
    if not isinstance(data, dict) or not _is_values_file(data):
        return Values(read_workload(data))
    config = data.get("config")
    if not isinstance(config, dict):
        raise InvalidValues([Problem("config", shown(config), "a mapping is needed", f"{{{WORKLOAD_KEY}: ...}}")])
    problems: list[Problem] = []
    settings = read_settings(config, problems)
    workload = None
    try:
        workload = read_workload(_workload_of(config))
    except InvalidValues as error:
        problems.extend(error.problems)
    if workload is not None:
        problems.extend(settings_problems(settings, workload))
    if workload is None or problems:
        raise InvalidValues(dict.fromkeys(problems))
    return Values(workload, settings)


def _is_values_file(data: dict[Any, Any]) -> bool:
    if "collections" in data:
        return False
    near_config = [key for key in data if isinstance(key, str) and nearest_word(key, ["config"], 0.8)]
    if near_config and "config" not in data:
        raise InvalidValues([Problem(key_in_path(near_config[0]), "", "unknown key", "config")])
    misplaced = [key for key in data if isinstance(key, str) and key.startswith("milvus:")]
    if misplaced and "config" not in data:
        raise InvalidValues([Problem(key_in_path(misplaced[0]), "", "stands under config: in a values file", "config")])
    return "config" in data


def _workload_of(config: dict[Any, Any]) -> object:
    if WORKLOAD_KEY in config:
        workload = config[WORKLOAD_KEY]
        if isinstance(workload, str):  # `pulumi config set milvus:workload '{...}'` keeps the JSON as a text
            try:
                return json.loads(workload)
            except (ValueError, RecursionError):
                return workload
        return workload
    near = next((key for key in config if isinstance(key, str) and nearest_word(key, [WORKLOAD_KEY], 0.8)), None)
    if near is not None:
        raise InvalidValues([Problem(f"config.{key_in_path(near)}", "", "unknown key", WORKLOAD_KEY)])
    raise InvalidValues(
        [Problem("config", "", f"{WORKLOAD_KEY} is missing", f"{WORKLOAD_KEY}: {{collections: [...]}}")]
    )


def _nearest_file(path: Path) -> str:
    try:
        siblings = [item.name for item in path.parent.iterdir() if item.suffix in (".yaml", ".yml", ".json")]
    except OSError:
        return ""
    near = nearest_word(path.name, siblings)
    return str(path.parent / near) if near else ""
