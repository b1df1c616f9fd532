"""What a state says of each Milvus in the field's words: topology, version, roles with their pods, collections."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from pulumi_milvus.inspection.inspect import Inspection, inspect
from pulumi_milvus.inspection.shapes import mapping, mappings, text, whole
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.planning.written_facts import written_plan_facts
from pulumi_milvus.planning.written_plan_reader import read_written_plan
from pulumi_milvus.planning.written_use import plan_in_use
from pulumi_milvus.report.declared_collections import CollectionShape, collection_of_resource, collections_of_workload
from pulumi_milvus.report.roles import RoleSize, roles_of_facts, roles_of_plan
from pulumi_milvus.rules.milvus_facts import MilvusFacts

States = Mapping[str, Mapping[str, Any]]
COMPONENTS: Final = ("milvus:index:Lite", "milvus:index:Milvus", "milvus:index:Standalone", "milvus:index:Distributed")
_MODES: Final[Mapping[str | None, str]] = {"standalone": "standalone", "cluster": "distributed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One Milvus as a state shows it; None: not known.

    ``roles`` are what the resources say, else what the plan says; ``plan`` is the accepted one, else that of the
    declared workload, as plain data. ``as_planned`` False: the resources have other sizes than ``plan``, as after a
    release that plans otherwise.
    """

    topology: str | None = None
    version: str | None = None
    wal: str | None = None
    rotation: int | None = None
    disposable: bool | None = None
    roles: Mapping[str, RoleSize] = field(default_factory=dict)
    collections: Mapping[str, CollectionShape] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    plan: Mapping[str, Any] | None = None
    as_planned: bool = True
    workload: Workload | None = None
    facts: tuple[MilvusFacts, ...] = ()

    @property
    def usd_per_month(self) -> float | None:
        """What the plan's nodes, volumes and store cost, where the plan is the one that runs."""
        cost = mapping((self.plan or {}).get("cost")).get("usd_per_month")
        return (
            float(cost) if self.as_planned and isinstance(cost, (int, float)) and not isinstance(cost, bool) else None
        )


def inspection_of(states: States, workload: Workload | None = None) -> Inspection:
    """The facts that rules judge, of a state."""
    data = {"deployment": {"resources": [state for state in states.values() if isinstance(state.get("type"), str)]}}
    return inspect([("preview", json.dumps(data).encode())], workload)


def systems_of(states: States) -> dict[str, System]:
    """Every Milvus of a state by the name of its component; what is in none stands under the empty name."""
    groups: dict[str, dict[str, Mapping[str, Any]]] = {}
    for urn in sorted(states):
        home = _component_of(urn, states)
        kind = str(states[urn].get("type"))
        if home or kind.startswith("milvus:index:") or kind.startswith("kubernetes:"):
            groups.setdefault(home.rsplit("::", 1)[-1] if home else "", {})[urn] = states[urn]
    found = {name: _system(group) for name, group in groups.items()}
    return {name: system for name, system in found.items() if name or system != System()}


def _component_of(urn: str, states: States) -> str:
    seen: set[str] = set()
    while urn in states and urn not in seen:
        if states[urn].get("type") in COMPONENTS:
            return urn
        seen.add(urn)
        urn = text(states[urn].get("parent")) or ""
    return ""


def _system(states: States) -> System:
    system = System()
    shapes: dict[str, CollectionShape] = {}
    aliases: dict[str, str] = {}
    for state in states.values():
        kind, inputs = state.get("type"), mapping(state.get("inputs"))
        if kind in COMPONENTS:
            system = _planned(system, state)
        elif kind == "milvus:index:DataGuard":
            system = replace(
                system,
                topology=text(inputs.get("topology")) or system.topology,
                version=text(inputs.get("milvusVersion")) or system.version,
                wal=text(inputs.get("wal")) or system.wal,
                disposable=inputs.get("disposable") is True,
            )
        elif kind == "milvus:index:RootPassword":
            system = replace(system, rotation=whole(inputs.get("rotation")))
        elif kind == "milvus:index:Alias":
            aliases[str(inputs.get("alias"))] = str(inputs.get("collection"))
        elif kind == "milvus:index:Collection" and text(inputs.get("collectionName")):
            shapes[str(inputs["collectionName"])] = collection_of_resource(inputs)
    system = _with_resources(system, inspection_of(states))
    declared = collections_of_workload(system.workload) if system.workload else {}
    # A program may declare more collections beside the workload's.
    return replace(system, collections=MappingProxyType(shapes | declared), aliases=MappingProxyType(aliases))


def _planned(system: System, state: Mapping[str, Any]) -> System:
    inputs = mapping(state.get("inputs"))
    made = _plan_of(inputs.get("workload"))
    kept = mapping(mapping(state.get("outputs")).get("plan"))
    accepted = _accepted_plan_of(inputs.get("acceptedPlan"), made)
    # What is deployed was made by the plan in its outputs; the planner of today may decide otherwise. What will be has
    # no outputs yet: it is made by the plan that was accepted, else by the one that the workload asks for.
    plan = kept if _is_plan(kept) else accepted.to_json() if accepted else made.to_json() if made else None
    if plan is None:
        return system
    return replace(
        system,
        plan=plan,
        disposable=system.disposable or inputs.get("disposableData") is True,
        workload=made.workload if made else None,
        topology=system.topology or text(plan.get("topology")),
        version=system.version or text(plan.get("milvus_version")),
        wal=system.wal or text(plan.get("wal")),
        roles=MappingProxyType(roles_of_plan(plan)),
    )


def _plan_of(workload: object) -> Plan | None:
    try:
        return make_plan(read_workload(workload))
    except InvalidValues:
        return None


def _accepted_plan_of(value: object, made: Plan | None) -> Plan | None:
    """The plan that a component is given beside its workload; None where it has none that could be carried out."""
    if not isinstance(value, str) or made is None:
        return None
    try:
        written = read_written_plan(value.encode())
        return plan_in_use(written, made.workload, written_plan_facts(written, made.workload))
    except (InvalidValues, UnicodeEncodeError):
        return None


def _is_plan(plan: Mapping[str, Any]) -> bool:
    return isinstance(plan.get("roles"), Mapping) and isinstance(plan.get("decisions"), list)


def _with_resources(system: System, inspection: Inspection) -> System:
    """What the resources say goes before what the plan says."""
    roles = roles_of_facts(inspection.milvuses)
    if not inspection.milvuses:
        return system
    first = inspection.milvuses[0]
    return replace(
        system,
        topology=_MODES.get(first.mode, system.topology),
        version=first.version or system.version,
        as_planned=system.plan is None or not roles or _agree(roles, system.roles),
        roles=MappingProxyType(roles or dict(system.roles)),
        facts=inspection.milvuses,
    )


def _agree(roles: Mapping[str, RoleSize], planned: Mapping[str, RoleSize]) -> bool:
    return {name: size.pods for name, size in roles.items()} == {
        name: size.pods for name, size in planned.items()
    } and all(size.memory_bytes in (None, planned[name].memory_bytes) for name, size in roles.items())


def decisions_of(system: System | None) -> dict[str, str]:
    """Figure of the plan -> its reason."""
    made = mappings(((system and system.plan) or {}).get("decisions"))
    return {str(item.get("what")): str(item.get("because")) for item in made}
