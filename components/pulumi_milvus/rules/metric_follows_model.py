"""Rule ``metric-follows-model``: the metric contradicts the embedding model that makes the vectors.

Facts: planning/embedding_models (all are trained for cosine similarity). Callers: the plan, the component, later the
pack and ``check``; a field whose model is not known is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.data_types import FLOATING_TYPES
from pulumi_milvus.planning.embedding_models import find_model
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.facts import VectorFieldFacts

RULE: Final = "metric-follows-model"
LEVEL: Final = "warning"
REASON: Final = (
    "A model is trained for one similarity. Another metric orders neighbours differently, and nothing fails: the "
    "answers are just worse."
)
FIX: Final = "the model's own metric, or leave metric out"
SOURCE: Final = "the card of each model, named in planning/embedding_models"

# As they come from a model; what is made of them for BINARY_VECTOR has metrics of its own.
_AS_MADE: Final = frozenset({*FLOATING_TYPES, "INT8_VECTOR"})


def check(field: VectorFieldFacts) -> list[Finding]:
    """Judge the metric of one vector field; silent where no embedding model is named."""
    return list(_check(field))


def _check(field: VectorFieldFacts) -> Iterator[Finding]:
    model = find_model(field.embedding_model) if field.embedding_model else None
    if model is None or field.data_type not in _AS_MADE or field.metric in (None, model.metric):
        return
    if model.metric != "COSINE" or field.metric not in ("L2", "IP"):
        return  # a metric that the data type does not take is for index-pair to say
    path, fix = f"{field.subject}.metric", f"write metric: {model.metric}, or leave it out"
    if field.metric == "L2":
        message = f"{model.name} is trained for COSINE, and L2 also weighs how long vectors are"
        yield Finding(RULE, "warning", path, message, fix, model.source)
    else:
        message = (
            f"{model.name} is trained for COSINE; IP gives the same order only if every vector has length 1, which is "
            "not known here"
        )
        yield Finding(RULE, "advice", path, message, f"normalise the vectors, or {fix}", model.source)
