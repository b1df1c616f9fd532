"""What several checks of preflight ask at the same time, asked once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from pulumi_milvus.aws_facts.connection import Clients


class Asked:
    """Clients that remember answers. Threads may share it."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._answers: dict[str, Future[Any]] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str) -> Any:
        """The client of a service."""
        return self._clients.client(service, region)

    def once(self, what: str, question: Callable[[], Any]) -> Any:
        """The answer to a question, whoever asked it first. Raises what the question raised."""
        with self._lock:
            known = self._answers.get(what)
            answer = self._answers.setdefault(what, Future())
        if known is None:
            try:
                answer.set_result(question())
            except Exception as error:
                answer.set_exception(error)
        return answer.result()
