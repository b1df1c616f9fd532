"""What the table holds of one resource type, and the AWS that its calls go to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from aws_provider import faults

Object = dict[str, Any]

# Which inputs the provider has filled in; pulumi-terraform-bridge keeps it under the same key.
DEFAULTS = "__defaults"
_RETRIES = 1


class Cloud:
    """The clients of one region. Threads may share it."""

    def __init__(self, region: str, endpoint_url: str) -> None:
        self.region = region
        self._endpoint_url = endpoint_url
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __call__(self, service: str) -> Any:
        """The client of a service."""
        with self._lock:
            if service not in self._clients:
                session = boto3.session.Session(region_name=self.region)
                client: Any = session.client(
                    service, endpoint_url=self._endpoint_url, config=Config(retries={"max_attempts": _RETRIES})
                )
                client.meta.events.register("before-call", faults.strike)
                self._clients[service] = client
            return self._clients[service]


Create = Callable[[Cloud, Object], str]
Complete = Callable[[Cloud, str, Object], None]
Read = Callable[[Cloud, str], Object | None]
Update = Callable[[Cloud, str, Object, Object], None]
Delete = Callable[[Cloud, str, Object], None]


def _nothing(*_: Any) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """One resource type.

    `arguments`: the dotted paths it takes (`tags.*` for any key); those in `replacing` make the resource anew.
    `outputs`: what it tells beside its arguments. `create` makes the object and returns the id; `complete` does what
    AWS needs further calls for, and may be repeated. `read` gives arguments and outputs as they are, None where the
    object is gone. `name_argument` is filled in where the program leaves it out.
    """

    token: str
    arguments: frozenset[str]
    create: Create
    read: Read
    delete: Delete
    outputs: frozenset[str] = frozenset()
    replacing: frozenset[str] = frozenset()
    complete: Complete = _nothing
    update: Update | None = None
    name_argument: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    moving_outputs: frozenset[str] = frozenset()
    """Outputs that an update changes, so that a preview does not know them."""


def words(text: str) -> frozenset[str]:
    """A set from words that blanks divide."""
    return frozenset(text.split())


def found(call: Callable[[], Any], *absent: str) -> Any:
    """What a call answers; None where AWS says one of the codes of absence."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in absent:
            return None
        raise


def gone(call: Callable[[], Any], *absent: str) -> None:
    """Delete what may be gone already."""
    found(call, *absent)


def tag_list(tags: Mapping[str, str] | None, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most services want them."""
    return [{key: name, value: item} for name, item in sorted((tags or {}).items())]


def tag_map(tags: Sequence[Mapping[str, str]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Tags as Pulumi has them, without AWS's own."""
    return {item[key]: item[value] for item in tags or () if not item[key].startswith("aws:")}


def without_none(**values: Any) -> Object:
    """The arguments that have a value."""
    return {key: item for key, item in values.items() if item is not None}
