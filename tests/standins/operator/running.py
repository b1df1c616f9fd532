"""Runs the operator's loop: ``python -m tests.standins.operator.running --kubeconfig FILE``, or from a fixture.

    with running_operator(kubeconfig, haste=20) as operator: ...

The environment's PULUMI_MILVUS_STANDIN_HASTE divides the waits, PULUMI_MILVUS_STANDIN_UNREACHABLE names endpoints
(host:port, separated by commas) that are to count as dead.
"""

from __future__ import annotations

import argparse
import logging
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from .api import ApiError
from .http_api import HttpApi
from .kubeconfig import BadKubeconfigError, read_kubeconfig
from .loop import Key, Loop
from .reconciling import Reconciler
from .surroundings import declared_unreachable
from .waits import Waits, declared_waits

_WATCH_SECONDS = 20.0
_AFTER_ERROR_SECONDS = 0.5
_LONGEST_SLEEP_SECONDS = 0.5
_END_SECONDS = 10.0
_log = logging.getLogger(__name__)


class RunningOperator:
    """The loop in a thread, with a second one that watches the resources."""

    def __init__(self, api: HttpApi, waits: Waits) -> None:
        self._api = api
        self._declared: frozenset[str] | None = None
        reconciler = Reconciler(api, waits, self._unreachable, lambda: f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        self._loop = Loop(reconciler)
        self._changes: queue.SimpleQueue[Key] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._watch, self._work)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the turn that goes on; the watch ends by itself, with its connection."""
        self._ending.set()
        self._threads[1].join(_END_SECONDS)

    def declare_unreachable(self, *endpoints: str) -> None:
        """Let these endpoints count as dead from the next probe on, and all others as alive."""
        self._declared = frozenset(endpoints)

    def _unreachable(self) -> frozenset[str]:
        return declared_unreachable() if self._declared is None else self._declared

    def _watch(self) -> None:
        since: str | None = None
        while not self._ending.is_set():
            try:
                for changed in self._api.watch("Milvus", _WATCH_SECONDS, since):
                    since = changed["metadata"]["resourceVersion"]
                    self._changes.put((changed["metadata"]["namespace"], changed["metadata"]["name"]))
                    if self._ending.is_set():
                        return
            except ApiError as error:
                _log.info("the watch of Milvus resources begins anew: %s", error)
                since = None
                self._ending.wait(_AFTER_ERROR_SECONDS)

    def _work(self) -> None:
        due = time.monotonic()
        while not self._ending.is_set():
            changed = self._changed(min(max(due - time.monotonic(), 0.0), _LONGEST_SLEEP_SECONDS))
            now = time.monotonic()
            if changed or now >= due:
                try:
                    due = self._loop.turn(now, changed)
                except Exception:
                    # As the real one: a look that goes wrong does not end the others.
                    _log.exception("a turn of the operator failed")
                    due = now + _AFTER_ERROR_SECONDS

    def _changed(self, seconds: float) -> list[Key]:
        changed: list[Key] = []
        try:
            changed.append(self._changes.get(timeout=seconds) if seconds else self._changes.get_nowait())
            while True:
                changed.append(self._changes.get_nowait())
        except queue.Empty:
            return changed


@contextmanager
def running_operator(kubeconfig: Path, *, haste: float | None = None) -> Iterator[RunningOperator]:
    """The operator on the API server of a kubeconfig, for as long as the block lasts.

    Args:
        haste: Divides the waits; None takes what the environment says.
    """
    waits = declared_waits() if haste is None else Waits(haste)
    operator = RunningOperator(HttpApi(read_kubeconfig(kubeconfig)), waits)
    operator.start()
    try:
        yield operator
    finally:
        operator.stop()


def main(arguments: list[str]) -> int:
    """Run until the process is told to end."""
    parser = argparse.ArgumentParser(prog="python -m tests.standins.operator.running", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True, help="file that names the API server")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    ended = threading.Event()
    # Before it says its first word: who hears that may end it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        with running_operator(chosen.kubeconfig):
            ended.wait()
    except (BadKubeconfigError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
