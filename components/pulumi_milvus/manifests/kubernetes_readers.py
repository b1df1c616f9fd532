"""How the words of Kubernetes are read: names, labels, networks, addresses, images' registries, schedules."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.readers import Reader, Refused

# RFC 1123 label and RFC 1123 subdomain, as Kubernetes checks names (Kubernetes docs, Object Names and IDs).
_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
# Qualified names of labels and annotations (Kubernetes docs, Labels and Selectors).
_QUALIFIED: Final = re.compile(
    r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", re.ASCII
)
_LABEL_VALUE: Final = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?", re.ASCII)
_HOST: Final = r"[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?"
_REGISTRY: Final = re.compile(rf"{_HOST}(:[0-9]{{1,5}})?(/[a-z0-9._-]+)*", re.ASCII)
_CRON: Final = re.compile(r"[0-9*,/\-]+( [0-9A-Za-z*,/\-]+){4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KubernetesName(Reader):
    """A name of lower-case letters, digits and dashes; ``dots`` permits dots too, as names of secrets may have."""

    longest: int = 63
    dots: bool = False
    letter_first: bool = False

    @property
    def pattern(self) -> str:
        """The regular expression of such a name."""
        first = "[a-z]([-a-z0-9]*[a-z0-9])?" if self.letter_first else _LABEL
        return rf"^{_LABEL}(\.{_LABEL})*$" if self.dots else rf"^{first}$"

    def read(self, value: object) -> str:
        if isinstance(value, str) and len(value) <= self.longest and re.fullmatch(self.pattern, value, re.ASCII):
            return value
        first = "a letter first, " if self.letter_first else ""
        dots = ", dashes and dots" if self.dots else " and dashes"
        reason = f"a name of lower-case letters, digits{dots} is needed, {first}at most {self.longest} characters"
        raise Refused(reason, self._nearest(value))

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": self.pattern, "maxLength": self.longest}

    def _nearest(self, value: object) -> str:
        if not isinstance(value, str):
            return ""
        near = re.sub(r"[^a-z0-9]+", "-", value[:200].lower()).strip("-")
        if self.letter_first:
            near = near.lstrip("-0123456789")
        return near[: self.longest].strip("-")


@dataclass(frozen=True, slots=True)
class LabelKey(Reader):
    """The key of a label or an annotation."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and _QUALIFIED.fullmatch(value):
            return value
        raise Refused("a key such as team or example.com/team is needed")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{_QUALIFIED.pattern}$"}


@dataclass(frozen=True, slots=True)
class Provisioner(Reader):
    """Who makes volumes: the name of a CSI driver, or one with a slash (API server: a qualified name)."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and _QUALIFIED.fullmatch(value):
            return value
        raise Refused("the name of a driver is needed", "ebs.csi.aws.com")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{_QUALIFIED.pattern}$"}


@dataclass(frozen=True, slots=True)
class LabelValue(Reader):
    """The value of a label: a text, which YAML needs in quotes where it looks like a number or a truth."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and _LABEL_VALUE.fullmatch(value):
            return value
        near = str(value).lower() if isinstance(value, bool | int) and len(str(value)) < 60 else ""
        raise Refused("a text of at most 63 letters, digits, dashes, dots is needed", f'"{near}"' if near else "")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{_LABEL_VALUE.pattern}$"}


@dataclass(frozen=True, slots=True)
class Network(Reader):
    """A network such as 10.0.0.0/16. ``open_world`` false refuses the whole internet."""

    open_world: bool = False

    def read(self, value: object) -> str:
        try:
            network = ipaddress.ip_network(value, strict=False) if isinstance(value, str) else None
        except ValueError:
            network = None
        if network is None:
            raise Refused("a network of addresses is needed", "10.0.0.0/16")
        if network.prefixlen == 0 and not self.open_world:
            raise Refused("that is the whole internet: name the networks that may connect", "10.0.0.0/8")
        if str(network) != value:
            raise Refused("the address has bits beyond the prefix, or is written another way", str(network))
        return str(network)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^[0-9A-Fa-f.:]+/[0-9]{1,3}$"}


@dataclass(frozen=True, slots=True)
class Address(Reader):
    """``host:port``, bare: a scheme before it is refused. ``port`` is taken where none is said; None: it is needed."""

    port: int | None = None

    def read(self, value: object) -> str:
        text = value if isinstance(value, str) else ""
        match = re.fullmatch(rf"({_HOST})(?::([0-9]{{1,5}}))?", text, re.ASCII)
        port = (match[3] or self.port) if match else None
        if match and len(text) <= 260 and port is not None and 0 < int(port) < 65_536:
            return f"{match[1]}:{port}"
        bare = re.sub(r"^[a-z0-9+]+://", "", text, flags=re.ASCII).rstrip("/")
        near = bare if bare != text and re.fullmatch(rf"{_HOST}(:[0-9]{{1,5}})?", bare, re.ASCII) else ""
        raise Refused("a bare address host:port is needed", near or f"host:{self.port or 'port'}")

    def json_schema(self) -> dict[str, Any]:
        optional = "" if self.port is None else "?"
        return {"type": "string", "pattern": rf"^{_HOST}(:[0-9]{{1,5}}){optional}$"}


@dataclass(frozen=True, slots=True)
class Registry(Reader):
    """Where images are taken from instead of their own registries: ``registry.example.com/mirror``."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and len(value) <= 200 and _REGISTRY.fullmatch(value):
            return value
        bare = re.sub(r"^https?://", "", value).rstrip("/") if isinstance(value, str) else ""
        near = bare if _REGISTRY.fullmatch(bare) else "registry.example.com/mirror"
        raise Refused("a registry without scheme and closing slash is needed", near)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{_REGISTRY.pattern}$"}


@dataclass(frozen=True, slots=True)
class Schedule(Reader):
    """A schedule in cron's five fields."""

    def read(self, value: object) -> str:
        if isinstance(value, str) and _CRON.fullmatch(value):
            return value
        raise Refused("a schedule in five fields is needed: minute, hour, day, month, weekday", '"0 3 * * *"')

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{_CRON.pattern}$"}
