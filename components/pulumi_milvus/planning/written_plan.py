"""The written plan: an accepted plan in a file beside the values file. It stays as it is until somebody updates it.

The file is the plan's JSON with four keys before it: the version of this format, the version of this package, the day
of the prices, and the workload that the plan was made for. The same plan always has the same text, so that a version
control system shows what was changed and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pulumi_milvus.planning.hardware.catalogue import Catalogue
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import catalogue_of
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

FORMAT_VERSION: Final = 1
# Topologies with pods that could be resized by accident. Milvus Lite is planned at once, and a managed service sizes
# itself.
TOPOLOGIES: Final = ("standalone", "distributed")
PLANS_FOLDER: Final = "plans"
_VALUES_FILE: Final = re.compile(r"Pulumi\.(?P<environment>.+)\.(?:yaml|yml|json)")


@dataclass(frozen=True, slots=True)
class NodeType:
    """What the plan's own JSON does not say of a type of node, so that a plan can be judged without a catalogue.

    ``local_nvme_read_iops``: reads of 4 KB a second, None where nobody says.
    """

    gpu_memory_bytes_each: int
    local_nvme_read_iops: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPlan:
    """A plan as it was accepted; ``plan.workload`` is the workload that it was made for.

    ``catalogue_date`` is the day of the prices, None where there are none. ``node_types``: by name, all that are used.
    """

    plan: Plan
    package_version: str
    catalogue_date: str | None
    node_types: Mapping[str, NodeType]

    @property
    def replicas(self) -> int:
        """In-memory copies of the loaded data."""
        return max([int(planned["replicas"]) for planned in self.plan.collection_plans], default=1)

    def node_of(self, role: str) -> NodeType:
        """The type of node that a role's pods stand on; nothing known of it where the plan names none."""
        named = {pool["name"]: pool["instance_type"] for pool in self.plan.node_pools}
        pool = self.plan.roles[role].node_pool
        return self.node_types.get(named.get(pool, ""), NodeType(0, None))

    def to_json(self) -> dict[str, Any]:
        """The file's content as plain data."""
        return {
            "format_version": FORMAT_VERSION,
            "package_version": self.package_version,
            "catalogue_date": self.catalogue_date,
            "workload": self.plan.workload.model_dump(mode="json", exclude_unset=True),
            **self.plan.to_json(),
            "node_types": {name: asdict(node) for name, node in self.node_types.items()},
        }

    def to_text(self) -> str:
        """The file's text."""
        return json.dumps(self.to_json(), ensure_ascii=True, allow_nan=False, indent=2) + "\n"


def written_plan_of(plan: Plan, package_version: str, catalogue: Catalogue | None = None) -> WrittenPlan:
    """The plan as it is written down. Raises ``InvalidValues`` for a plan that cannot be kept.

    ``catalogue``: the one that the plan was made with, by default the workload's own.
    """
    if plan.topology not in TOPOLOGIES:
        reason = f"topology {plan.topology} has no pods of ours to keep: it is planned at once, without a file"
        raise InvalidValues([Problem("topology", shown(plan.topology), reason, TOPOLOGIES[0])])
    if plan.has_errors or not plan.roles:
        errors = [
            Problem(finding.subject, "", f"{finding.message} ({finding.rule})", finding.fix)
            for finding in plan.findings
            if finding.level == "error"
        ]
        raise InvalidValues(errors or [Problem("roles", "", "nothing was sized, so there is nothing to keep")])
    types = {item.name: item for item in (catalogue or catalogue_of(plan.workload)).types}
    used = [types[pool["instance_type"]] for pool in plan.node_pools]
    nodes = {item.name: NodeType(item.gpu_memory_bytes_each, item.local_nvme_read_iops) for item in used}
    return WrittenPlan(
        plan=plan,
        package_version=package_version,
        catalogue_date=plan.cost.prices_as_of,
        node_types=MappingProxyType(nodes),
    )


def environment_of(values_file: Path) -> str:
    """The environment of a stack's values file, ``Pulumi.<environment>.yaml``. Raises ``InvalidValues`` for others."""
    found = _VALUES_FILE.fullmatch(values_file.name)
    if found is None:
        reason = "is no stack's values file, and a plan is kept beside one"
        raise InvalidValues([Problem(shown(values_file.name)[1:-1], "", reason, "stacks/Pulumi.<environment>.yaml")])
    return found["environment"]


def plan_file(folder: Path, environment: str) -> Path:
    """Where the plan of an environment is written; ``folder`` is that of the values files."""
    return folder / PLANS_FOLDER / f"{environment}.json"


def load_written_plan(file: Path) -> WrittenPlan | None:
    """The plan in a file; None where there is no file.

    Raises ``InvalidValues`` with everything that is wrong in it, and nothing else.
    """
    from pulumi_milvus.planning.written_plan_reader import read_written_plan

    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InvalidValues([Problem("", "", f"cannot be read: {error.strerror or type(error).__name__}")]) from None
    except ValueError:  # a name with a NUL character
        raise InvalidValues([Problem("", "", "is no name of a file")]) from None
    return read_written_plan(data)
