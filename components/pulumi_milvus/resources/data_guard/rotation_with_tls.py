"""A new password of root is given to the Milvus that runs, so not in the `up` that turns its TLS on or off.

RootPassword comes before the objects of Milvus and connects as it is declared now: with TLS to a server that speaks
plain yet, or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.resources.data_guard.spec import DataGuardSpec
from pulumi_milvus.resources.problems import PropertyProblem


def rotation_with_tls(before: DataGuardSpec, after: DataGuardSpec) -> Iterator[PropertyProblem]:
    """The refusal of a rotation together with another state of TLS; nothing where a guard does not know of both."""
    known = None not in (before.password_rotation, after.password_rotation, before.tls, after.tls)
    if not known or before.password_rotation == after.password_rotation or before.tls == after.tls:
        return
    runs, declared = ("with", "without") if before.tls else ("without", "with")
    yield PropertyProblem(
        "passwordRotation",
        f"{before.password_rotation} became {after.password_rotation} while the Milvus that runs {runs} TLS is "
        f"declared {declared} it: the new password is given to it before it is changed, and the connection would be "
        f"refused. Instead: passwordRotation: {before.password_rotation} and `pulumi up`, then "
        f"{after.password_rotation} and `pulumi up` again",
    )
