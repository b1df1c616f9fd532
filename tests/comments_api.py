"""The part of GitHub's API that comments of a pull request need, on loopback: list in pages, create, edit."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "job-token"
BOT = "github-actions[bot]"


class Comments:
    """What stands in pull request 7 of ``team/search``."""

    def __init__(self) -> None:
        self.url = ""
        self.all: list[dict[str, Any]] = []

    def add(self, login: str, body: str) -> dict[str, Any]:
        comment = {"id": 100 + len(self.all), "user": {"login": login}, "body": body}
        self.all.append(comment)
        return comment

    def answer(self, method: str, target: str, data: dict[str, str] | None) -> tuple[int, Any]:
        parts = urlsplit(target)
        if parts.path == "/repos/team/search/issues/7/comments":
            if method == "POST" and data is not None:
                return 201, self.add(BOT, data["body"])
            query = {key: int(value[0]) for key, value in parse_qs(parts.query).items()}
            start = (query["page"] - 1) * query["per_page"]
            return 200, self.all[start : start + query["per_page"]]
        found = re.fullmatch(r"/repos/team/search/issues/comments/(\d+)", parts.path)
        if method == "PATCH" and found is not None and data is not None:
            comment = self.all[int(found[1]) - 100]
            comment["body"] = data["body"]
            return 200, comment
        return 404, {"message": "Not Found"}


@contextmanager
def comments_api() -> Iterator[Comments]:
    """A server for one test."""
    comments = Comments()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            data = json.loads(self.rfile.read(length)) if length else None
            allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
            status, content = comments.answer(self.command, self.path, data) if allowed else (401, {})
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815  # the names that the server calls

        def log_message(self, format: str, *arguments: object) -> None:
            del format, arguments

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    comments.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield comments
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
