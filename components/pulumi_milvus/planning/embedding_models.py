"""Embedding models: naming one fills in dimension and metric.

Only models whose dimension a source confirms are listed. All are trained for cosine similarity; ``reducible`` lists
the other dimensions that the model's vectors may be cut to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_MILVUS: Final = "Milvus 3.0 docs, embeddings"


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """One embedding model: dimension of its dense vectors, dimensions it may be cut to, metric, source."""

    name: str
    dimension: int
    source: str
    metric: str = "COSINE"
    reducible: tuple[int, ...] = ()
    reducible_from: int | None = None  # any dimension from this one up to ``dimension``
    sparse: bool = False  # it gives sparse vectors too

    def gives(self, dimension: int) -> bool:
        """Whether the model can give vectors of this dimension."""
        if dimension == self.dimension or dimension in self.reducible:
            return True
        return self.reducible_from is not None and self.reducible_from <= dimension <= self.dimension

    def nearest(self, dimension: int) -> int:
        """The dimension nearest to the wanted one that the model can give."""
        if self.reducible_from is not None:
            return min(max(dimension, self.reducible_from), self.dimension)
        return min((self.dimension, *self.reducible), key=lambda known: (abs(known - dimension), known))


_OPENAI: Final = "Milvus 3.0 docs, userGuide/embedding-function/openai.md"
_ROWS: Final = (
    EmbeddingModel("sentence-transformers/all-MiniLM-L6-v2", 384, f"{_MILVUS}-function/hugging-face.md; model card"),
    EmbeddingModel("BAAI/bge-base-en-v1.5", 768, f"{_MILVUS}/embeddings.md"),
    EmbeddingModel("BAAI/bge-large-en-v1.5", 1024, "model card of BAAI/bge-large-en-v1.5"),
    EmbeddingModel("BAAI/bge-m3", 1024, f"{_MILVUS}/embed-with-bgm-m3.md", sparse=True),
    EmbeddingModel("intfloat/e5-large-v2", 1024, "Xinference documentation, built-in embedding models"),
    EmbeddingModel("intfloat/multilingual-e5-large", 1024, "Xinference documentation, built-in embedding models"),
    EmbeddingModel(
        "nomic-ai/nomic-embed-text-v1.5",
        768,
        "model card of nomic-ai/nomic-embed-text-v1.5",
        reducible=(64, 128, 256, 512),
    ),
    # OpenAI takes any smaller number in "dimensions"; Milvus needs at least 2.
    EmbeddingModel("openai/text-embedding-3-small", 1536, _OPENAI, reducible_from=2),
    EmbeddingModel("openai/text-embedding-3-large", 3072, _OPENAI, reducible_from=2),
    EmbeddingModel("cohere/embed-english-v3.0", 1024, "LanceDB documentation, Cohere embeddings"),
    EmbeddingModel("cohere/embed-multilingual-v3.0", 1024, "LanceDB documentation, Cohere embeddings"),
    EmbeddingModel("cohere/embed-v4.0", 1536, "AWS Bedrock documentation, Cohere Embed v4", reducible=(256, 512, 1024)),
    EmbeddingModel("voyage/voyage-3.5", 1024, "AI SDK documentation, Voyage AI provider", reducible=(256, 512, 2048)),
    EmbeddingModel(
        "voyage/voyage-3-large", 1024, "AI SDK documentation, Voyage AI provider", reducible=(256, 512, 2048)
    ),
    EmbeddingModel("voyage/voyage-3-lite", 512, "AI SDK documentation, Voyage AI provider"),
    EmbeddingModel("jinaai/jina-embeddings-v3", 1024, "Xinference documentation, built-in embedding models"),
    EmbeddingModel("jinaai/jina-embeddings-v4", 2048, "Qdrant documentation, Jina embeddings"),
    EmbeddingModel(
        "Qwen/Qwen3-Embedding-0.6B", 1024, "Xinference documentation, built-in embedding models", reducible_from=32
    ),
    EmbeddingModel(
        "Qwen/Qwen3-Embedding-4B", 2560, "Xinference documentation, built-in embedding models", reducible_from=32
    ),
    EmbeddingModel(
        "Qwen/Qwen3-Embedding-8B", 4096, "Xinference documentation, built-in embedding models", reducible_from=32
    ),
    EmbeddingModel(
        "google/gemini-embedding-001", 3072, "Milvus 3.0 docs, userGuide/embedding-function/google-gemini.md"
    ),
)

EMBEDDING_MODELS: Final[dict[str, EmbeddingModel]] = {model.name: model for model in _ROWS}
_BY_SHORT_NAME: Final = {model.name.rpartition("/")[2]: model for model in _ROWS}


def find_model(name: str) -> EmbeddingModel | None:
    """The model of that name, with or without its publisher: ``BAAI/bge-m3`` or ``bge-m3``."""
    return EMBEDDING_MODELS.get(name) or _BY_SHORT_NAME.get(name)


def nearest_model(name: str) -> str | None:
    """The known model whose name is closest, or None."""
    from pulumi_milvus.planning.nearest import nearest_word

    near = nearest_word(name.rpartition("/")[2], _BY_SHORT_NAME, 0.5) or nearest_word(name, EMBEDDING_MODELS, 0.5)
    model = find_model(near) if near else None
    return model.name if model else None
