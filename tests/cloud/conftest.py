"""The tier ``cloud``: moto's server on the loopback address as AWS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from moto_server import AwsOnLoopback, aws_on_loopback


@pytest.fixture
def aws() -> Iterator[AwsOnLoopback]:
    """An empty AWS."""
    with aws_on_loopback() as server:
        # moto keeps what an earlier test of the process made.
        server.reset()
        yield server
