"""Looks again and again until a Milvus is ready, and says where it is meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from pulumi_milvus.cluster_access.errors import ClusterError
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.readiness.parts import Verdict


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and how long what is ready must stay so."""

    poll_seconds: float = 3.0
    settle_seconds: float = 10.0
    """The operator acts on a change within 3 s (recorded in eight kinds of change, operator a6dcc6386f); until then
    everything still looks as ready as before."""
    tell_seconds: float = 30.0
    """A line that has not changed is repeated so often."""


def wait(
    look: Callable[[], Verdict],
    what: str,
    timeout_seconds: float,
    report: Callable[[str], None],
    ending: threading.Event,
    pace: Pace,
) -> Verdict:
    """The first verdict that has stayed ready. Raises ResourceError that names what is not, and why.

    A cluster that gives no answer for a while is waited for too; one that refuses the account is not.
    """
    began = time.monotonic()
    ready_since: float | None = None
    told, told_at = "", -pace.tell_seconds
    last: Verdict | str = "nothing was seen of it yet"
    while True:
        try:
            last = verdict = look()
        except ClusterError as error:
            if error.is_for_good:
                raise
            last, ready_since = str(error), None
        else:
            now = time.monotonic()
            ready_since = (now if ready_since is None else ready_since) if verdict.is_ready else None
            if ready_since is not None and now - ready_since >= pace.settle_seconds:
                return verdict
        now = time.monotonic()
        line = last if isinstance(last, str) else last.progress
        if line != told or now - told_at >= pace.tell_seconds:
            report(f"{what}, {now - began:.0f} s: {line}")
            told, told_at = line, now
        if now - began >= timeout_seconds and ready_since is None:
            raise ResourceError(_gave_up(what, now - began, last))
        if ending.wait(pace.poll_seconds):
            raise ResourceError(f"interrupted while {what} was not ready: {line}. The next `pulumi up` waits again")


def _gave_up(what: str, seconds: float, last: Verdict | str) -> str:
    if isinstance(last, str):
        return f"{what} could not be seen for {seconds:.0f} s: {last}. The next `pulumi up` waits again"
    lines = "\n".join(f"  - {part}" for part in last.unready)
    return (
        f"{what} is not ready after {seconds:.0f} s:\n{lines}\nWhat is made stays; mend the cause and run `pulumi up`, "
        "which waits again (milvus:readyTimeoutSeconds of the stack says for how long; timeoutSeconds or "
        "customTimeouts where it is a resource of your own)"
    )
