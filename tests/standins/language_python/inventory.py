"""Run by the project's own Python, alone: print its distributions and what each says about Pulumi plugins."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import sys
from typing import Any


def plugin_file(name: str) -> Any:
    """The content of ``<module>/pulumi-plugin.json`` of a distribution, or None."""
    try:
        spec = importlib.util.find_spec(name.replace("-", "_"))
    except (ImportError, ValueError):
        return None
    for folder in (spec.submodule_search_locations or []) if spec else []:
        try:
            with open(os.path.join(folder, "pulumi-plugin.json"), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            continue
    return None


def normal(name: str) -> str:
    """A distribution's name in the one spelling that can be compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """One JSON object on standard output."""
    distributions: dict[str, dict[str, Any]] = {}
    for found in importlib.metadata.distributions():
        name = found.metadata["Name"]
        if not name or normal(name) in distributions:
            continue
        needs = [re.split(r"[^A-Za-z0-9._-]", line)[0] for line in found.requires or [] if "extra ==" not in line]
        distributions[normal(name)] = {
            "name": name,
            "version": found.version,
            "requires": [normal(need) for need in needs],
            "plugin": plugin_file(name),
        }
    json.dump(list(distributions.values()), sys.stdout)


main()
