"""A VPC over three zones: private subnets for nodes, small public ones for NAT alone."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NAT_CHOICES: Final = ("one", "per_zone", "none")


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone with its subnets."""

    name: str
    private_cidr: str
    public_cidr: str


def zones_in(cidr: str, names: Sequence[str]) -> tuple[Zone, ...]:
    """The subnets of each zone. A quarter of the VPC a zone is private; of the last quarter a small part is public.

    Each pod takes an address of its node's subnet (Amazon EKS user guide, network-reqs), so private ones are large.
    """
    quarters = list(ipaddress.IPv4Network(cidr).subnets(prefixlen_diff=2))
    public = list(quarters[3].subnets(new_prefix=min(28, quarters[3].prefixlen + 4)))
    return tuple(Zone(name, str(quarters[place]), str(public[place])) for place, name in enumerate(names))


def nat_zones(choice: str, zones: Sequence[Zone]) -> tuple[Zone, ...]:
    """The zones with a NAT gateway."""
    return {"none": (), "one": tuple(zones[:1]), "per_zone": tuple(zones)}[choice]


def nat_for(choice: str, zones: Sequence[Zone], place: int) -> Zone | None:
    """Whose NAT gateway the private subnet of a zone uses; None: it has no way out."""
    gateways = nat_zones(choice, zones)
    return gateways[min(place, len(gateways) - 1)] if gateways else None


def subnet_tags(*, public: bool) -> dict[str, str]:
    """By these tags load balancers find their subnets (Amazon EKS user guide, network-load-balancing)."""
    return {"kubernetes.io/role/elb" if public else "kubernetes.io/role/internal-elb": "1"}
