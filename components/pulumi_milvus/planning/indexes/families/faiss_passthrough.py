"""FAISS: any index of the faiss library by its factory string, from Milvus 3.0 on. Its size depends on that string."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.indexes.model import DENSE_METRICS, SERVERS, IndexType, Parameter

INDEXES: Final = (
    IndexType(
        "FAISS",
        "faiss",
        frozenset({"FLOAT_VECTOR", "BINARY_VECTOR"}),
        DENSE_METRICS | {"HAMMING", "JACCARD"},
        SERVERS,
        "Milvus 3.0 docs, release_notes.md: the FAISS passthrough index; what it takes depends on the factory string",
        (Parameter("faiss_index_name", "text", required=True),),
        since=(3,),
    ),
)
