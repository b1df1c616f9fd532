"""Write each environment's report as one comment of a pull request, and edit it from then on.

Environment: GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, PULL_REQUEST, and REPORTS, a folder with
``preview-ENVIRONMENT/report.md`` for each environment. Only the standard library: the job that runs this installs and
runs nothing of the change.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

# The limit of a comment's body on GitHub, in characters.
BODY_CHARACTERS = 65_536
# Only its own comments are edited; anybody may write the mark into theirs.
AUTHOR = "github-actions[bot]"
MARK = re.compile(r"<!-- pulumi-milvus: ([A-Za-z0-9._-]+) -->")
PAGE = 100


def main() -> int:
    """0 when every report stands in the pull request."""
    wanted = {
        folder.name.removeprefix("preview-"): (folder / "report.md").read_text(encoding="utf-8", errors="replace")
        for folder in sorted(Path(os.environ["REPORTS"]).glob("preview-*"))
        if (folder / "report.md").is_file()
    }
    try:
        present = own_comments()
        for environment in sorted(present.keys() - wanted.keys()):
            edit(present[environment], body(environment, f"**{environment}**: this change no longer touches it."))
        for environment, text in wanted.items():
            if environment in present:
                edit(present[environment], body(environment, text))
            else:
                call("POST", f"issues/{number()}/comments", {"body": body(environment, text)})
    except urllib.error.URLError as error:
        print(f"The comment was not written: {error}", file=sys.stderr)
        return 1
    return 0


def body(environment: str, text: str) -> str:
    """The report under its mark, no longer than a comment may be."""
    mark = f"<!-- pulumi-milvus: {environment} -->"
    if MARK.fullmatch(mark) is None:
        raise SystemExit(f"{environment!r} is no name of an environment: letters, digits, '.', '_' and '-'.")
    return f"{mark}\n{text}"[:BODY_CHARACTERS]


def own_comments() -> dict[str, int]:
    """Environment -> the id of its comment."""
    found: dict[str, int] = {}
    page = 1
    while True:
        comments = call("GET", f"issues/{number()}/comments?per_page={PAGE}&page={page}")
        for comment in comments:
            mark = MARK.match(comment["body"] or "")
            if mark is not None and (comment.get("user") or {}).get("login") == AUTHOR:
                found.setdefault(mark[1], comment["id"])
        if len(comments) < PAGE:
            return found
        page += 1


def edit(comment: int, text: str) -> None:
    """Replace what a comment says."""
    call("PATCH", f"issues/comments/{comment}", {"body": text})


def number() -> int:
    """The pull request's number."""
    return int(os.environ["PULL_REQUEST"])


def call(method: str, path: str, data: dict[str, str] | None = None) -> Any:
    """One request to the API of the repository."""
    request = urllib.request.Request(
        f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}",
        method=method,
        data=None if data is None else json.dumps(data).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
