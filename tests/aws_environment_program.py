"""The AWS part of an environment as a stack's program: what `aws_environment` makes, without what is in the cluster.

The cluster of the stand-in's AWS has no API server, so storage class, autoscaler and Milvus are left out here; the
tier cluster brings those up.
"""

from __future__ import annotations

from pulumi_cli import Pulumi

SOURCE = """
from pathlib import Path

import pulumi

from pulumi_milvus import plain_errors, stack_catalogue, stack_plan, stack_values
from pulumi_milvus.aws import environment

environment._in_cluster = lambda *_: []
environment.server_environment = lambda *_: None

with plain_errors():
    values, folder = stack_values(), Path(__file__).parent
    plan = stack_plan(values.workload, folder, stack_catalogue(values, folder))
    environment.aws_environment(values, plan, folder)
    pulumi.export("pools", [dict(pool) for pool in plan.node_pools])
"""


def with_aws_part(project: Pulumi, stack: str, *settings: str) -> Pulumi:
    """The project with this program; `settings` are further lines of the stack's `config`."""
    (project.directory / "stacks" / "__main__.py").write_text(SOURCE)
    values = project.directory / "stacks" / f"Pulumi.{stack}.yaml"
    values.write_text(values.read_text() + "".join(f"  {line}\n" for line in settings))
    return project
