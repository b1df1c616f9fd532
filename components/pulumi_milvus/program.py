"""What a stack's program needs: its values, and errors as sentences."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pulumi
from pulumi.runtime.config import get_config_env

from pulumi_milvus.planning.problems import InvalidValues
from pulumi_milvus.planning.values_file import Values, values_of

_TEXTS = ("milvus:uri",)
_SECRETS = ("milvus:token",)
"""Only the provider reads these."""


def stack_values() -> Values:
    """The workload and settings in the configuration of the stack that runs.

    Raises InvalidValues with every mistake, misspelt `milvus:` keys among them.
    """
    config = pulumi.Config("milvus")
    keys = [key for key in get_config_env() if key.startswith("milvus:") and key not in _SECRETS]
    return values_of({"config": {key: _value(config, key) for key in keys}})


def _value(config: pulumi.Config, key: str) -> Any:
    text = config.get(key.removeprefix("milvus:"))
    if text is None or key in _TEXTS:
        return text or None
    try:
        return json.loads(text)
    except ValueError:
        return text


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Inside it, mistakes in values and arguments end the program with their own words instead of a traceback."""
    try:
        yield
    except (InvalidValues, pulumi.InputPropertiesError) as error:
        raise pulumi.RunError(getattr(error, "message", None) or str(error)) from None
