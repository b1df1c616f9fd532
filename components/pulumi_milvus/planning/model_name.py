"""Reads the name of an embedding model, and takes only those of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pulumi_milvus.planning.embedding_models import EMBEDDING_MODELS, find_model, nearest_model
from pulumi_milvus.planning.readers import Reader, Refused


@dataclass(frozen=True, slots=True)
class ModelName(Reader):
    """The name of a known embedding model, or null."""

    def read(self, value: object) -> str | None:
        """The name in the catalogue's spelling."""
        if value is None:
            return None
        model = find_model(value) if isinstance(value, str) else None
        if model is not None:
            return model.name
        near = nearest_model(value[:200]) if isinstance(value, str) else None
        raise Refused(
            "not a known embedding model; for another model leave embedding_model out and say dimension and metric",
            near or "",
        )

    def json_schema(self) -> dict[str, Any]:
        """Any text, with the known names as suggestions."""
        return {"anyOf": [{"type": "string", "examples": sorted(EMBEDDING_MODELS)}, {"type": "null"}]}
