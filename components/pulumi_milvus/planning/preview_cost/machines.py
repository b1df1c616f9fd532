"""Machines: EKS's managed node groups, and single instances; with their volumes."""

from __future__ import annotations

from typing import Any, Final

from pulumi_milvus.planning.hardware import cost_items
from pulumi_milvus.planning.hardware.catalogue import HOURS_PER_MONTH
from pulumi_milvus.planning.hardware.cost_items import CostItem
from pulumi_milvus.planning.preview_cost.lines import Context, Lines
from pulumi_milvus.planning.preview_cost.resource import NotKnown, Resource
from pulumi_milvus.planning.preview_cost.volumes import SYSTEM_VOLUME_GIB, said_of, volume_lines

_TEMPLATE: Final = {"type": "volumeType", "size": "volumeSize", "iops": "iops", "throughput": "throughput"}


def node_group_lines(group: Resource, context: Context) -> Lines:
    """Desired size x (instance + the volumes of its launch template)."""
    nodes = group.number("scalingConfig", "desiredSize")
    if nodes is None:
        raise NotKnown("scalingConfig.desiredSize")
    if group.get("capacityType") == "SPOT":
        return Lines(unpriced=(f"{group.name}: nodes at the spot price, which changes",))
    template = context.stack.launch_template(group)
    types = group.length("instanceTypes")
    first = group.get("instanceTypes", 0) if types else template.get("instanceType") if template else None
    if first is None:
        raise NotKnown("instanceTypes")
    if types > 1:
        named = ", ".join(map(str, group.get("instanceTypes")))
        return Lines(unpriced=(f"{group.name}: which of {named} EKS takes is not known",))
    lines = _machines(f"nodes {group.name}", int(nodes), str(first), context)
    return lines + _group_volumes(group, template, int(nodes), context)


def _group_volumes(group: Resource, template: Resource | None, nodes: int, context: Context) -> Lines:
    name, prices = f"node volumes {group.name}", context.catalogue.unit_prices
    if template is None:
        return volume_lines(prices, name, nodes, {"size": group.number("diskSize") or SYSTEM_VOLUME_GIB})
    if not template.length("blockDeviceMappings"):
        return volume_lines(prices, name, nodes, {"size": SYSTEM_VOLUME_GIB})
    return _template_volumes(name, template, nodes, context)


def _template_volumes(name: str, template: Resource, machines: int, context: Context) -> Lines:
    """The volumes that a template gives each machine; without any it is as large as its image says."""
    mappings = template.length("blockDeviceMappings")
    lines = Lines() if mappings else Lines(unpriced=(f"{name}: their size is the image's",))
    for position in range(mappings):
        if template.get("blockDeviceMappings", position, "ebs"):
            said = said_of(template, "blockDeviceMappings", position, "ebs", names=_TEMPLATE)
            lines += volume_lines(context.catalogue.unit_prices, name, machines, said)
    return lines


def instance_lines(instance: Resource, context: Context) -> Lines:
    """One machine with its root volume and further ones; a public address where it asks for one."""
    if instance.get("instanceMarketOptions", "marketType") == "spot":
        return Lines(unpriced=(f"{instance.name}: at the spot price, which changes",))
    kind = instance.get("instanceType")
    template = context.stack.launch_template(instance)
    if kind is None and template is not None:
        kind = template.get("instanceType")
    if kind is None:
        raise NotKnown("instanceType")
    prices = context.catalogue.unit_prices
    lines = _machines(f"instance {instance.name}", 1, str(kind), context)
    if template is not None and instance.get("rootBlockDevice") is None:
        lines += _template_volumes(f"volumes {instance.name}", template, 1, context)
    else:
        root = said_of(instance, "rootBlockDevice", names=_TEMPLATE)
        lines += volume_lines(prices, f"root volume {instance.name}", 1, root)
    for position in range(instance.length("ebsBlockDevices")):
        said = said_of(instance, "ebsBlockDevices", position, names=_TEMPLATE)
        lines += volume_lines(prices, f"volume {instance.name}", 1, said)
    if instance.get("associatePublicIpAddress") is True:
        lines += Lines((cost_items.priced(prices, "public_address_hour", HOURS_PER_MONTH, "public IPv4 address"),))
    return lines


def _machines(name: str, count: int, kind: str, context: Context) -> Lines:
    catalogue: Any = context.catalogue
    known = next((node for node in catalogue.types if node.name == kind), None)
    usd = known.usd_per_month if known else None
    if usd is None:
        return Lines(unpriced=(f"{name}: no price of {kind} is known in {catalogue.region}",))
    item = CostItem(
        name=f"{name} ({kind})",
        quantity=count,
        unit="node-month",
        usd_per_month=count * usd,
        source=catalogue.source,
        as_of=catalogue.prices_as_of,
        region=catalogue.region,
    )
    return Lines((item,))
