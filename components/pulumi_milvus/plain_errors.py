"""Errors of a Pulumi program as sentences."""

import contextlib
from collections.abc import Iterator

import pulumi

from pulumi_milvus.planning.problems import InvalidValues


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Inside it, mistakes in values and arguments end the program with their own words instead of a traceback."""
    try:
        yield
    except (InvalidValues, pulumi.InputPropertiesError) as error:
        raise pulumi.RunError(getattr(error, "message", None) or str(error)) from None
