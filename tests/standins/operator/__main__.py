"""JSON Lines in, JSON Lines out: ``python -m tests.standins.operator < resources.jsonl``, from the repository's root.

A line in: ``{"resource": MILVUS, "setup": [MANIFEST, ...]}``, where the setup is what else is in the namespace.
A line out: ``{"objects": [MANIFEST, ...]}``, or ``{"refused": REASON}`` where there are none, or
``{"unsupported": FIELD}``; with ``errors`` where the API server refuses a part. A line that cannot be read gives
``{"error": ...}``, and the rest go on.
"""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from .documents import Document
from .manifests import settled
from .surroundings import recorded_surroundings


def answer_line(line: str) -> Document:
    """The answer to one line."""
    try:
        asked: Any = json.loads(line)
    except ValueError as error:
        return {"error": f"no JSON: {error}"}
    resource = asked.get("resource") if isinstance(asked, dict) else None
    if not isinstance(resource, dict) or not (resource.get("metadata") or {}).get("name"):
        return {"error": 'a line is {"resource": {"metadata": {"name": ...}, "spec": ...}, "setup": [...]}'}
    found = settled(resource, recorded_surroundings(asked.get("setup") or []))
    errors = {"errors": found.errors} if found.errors else {}
    if found.unsupported:
        return {"unsupported": found.unsupported}
    if found.refused:
        return {"refused": found.refused}
    return {"objects": found.objects, **errors}


def main(lines: TextIO, answers: TextIO) -> int:
    """Answer every line, in order."""
    for line in lines:
        if line.strip():
            answers.write(json.dumps(answer_line(line), sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin, sys.stdout))
