"""Collections as inputs, by hand and at random, that every Milvus takes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Inputs = dict[str, Any]


def dense(name: str = "embedding", dimension: int = 8, **more: Any) -> Inputs:
    """A dense vector field."""
    return {"name": name, "dataType": "FLOAT_VECTOR", "dimension": dimension, **more}


def key(**more: Any) -> Inputs:
    """The primary key."""
    return {"name": "id", "dataType": "INT64", "isPrimary": True, **more}


def index(index_type: str, metric_type: str | None = None, **params: Any) -> Inputs:
    """An index, for a field."""
    named = {"metricType": metric_type} if metric_type else {}
    return {"index": {"indexType": index_type, "params": params, **named}}


def articles(*fields: Inputs, **more: Any) -> Inputs:
    """A collection of a key and one vector field with HNSW, or of the fields given."""
    chosen = list(fields) or [key(), dense(**index("HNSW", "COSINE", M=8, efConstruction=64))]
    return {"collectionName": "articles", "fields": chosen, **more}


def hybrid(**more: Any) -> Inputs:
    """Dense and BM25 vectors, scalar indexes, a partition key, a dynamic field, properties."""
    return {
        "collectionName": "hybrid",
        "fields": [
            key(autoId=True),
            {"name": "body", "dataType": "VARCHAR", "maxLength": 2_000, "enableAnalyzer": True},
            {"name": "tenant", "dataType": "VARCHAR", "maxLength": 64, "isPartitionKey": True},
            {"name": "year", "dataType": "INT32", "nullable": True, **index("INVERTED")},
            {"name": "price", "dataType": "FLOAT", "defaultValue": 0.1, **index("INVERTED")},
            {"name": "tags", "dataType": "ARRAY", "elementType": "VARCHAR", "maxLength": 32, "maxCapacity": 10},
            dense("title_vector", 4, **index("FLAT", "L2")),
            dense("body_vector", 8, **index("IVF_FLAT", "IP", nlist=16)),
            {"name": "words", "dataType": "SPARSE_FLOAT_VECTOR", **index("SPARSE_INVERTED_INDEX", "BM25", bm25_k1=1.2)},
        ],
        "functions": [
            {"name": "split", "functionType": "BM25", "inputFields": ["body"], "outputFields": ["words"]},
        ],
        "enableDynamicField": True,
        "properties": {"collection.ttl.seconds": "3600"},
        "description": "dense and words",
        **more,
    }


_NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True).filter(lambda name: name not in ("iso", "interval"))
_METRICS = st.sampled_from(["COSINE", "L2", "IP"])
_DENSE_INDEXES = st.one_of(
    st.just({}),
    st.builds(lambda metric: index("AUTOINDEX", metric), _METRICS),
    st.builds(lambda metric: index("FLAT", metric), _METRICS),
    st.builds(lambda metric: index("BRUTE_FORCE", metric), _METRICS),
    st.builds(
        lambda metric, kind, m, ef: index(kind, metric, M=m, efConstruction=ef),
        _METRICS,
        st.sampled_from(["HNSW", "HNSW_SQ"]),
        st.integers(2, 64) | st.integers(2, 64).map(str),
        st.integers(8, 400),
    ),
    st.builds(
        lambda metric, kind, nlist: index(kind, metric, nlist=nlist),
        _METRICS,
        st.sampled_from(["IVF_FLAT", "IVF_SQ8"]),
        st.integers(1, 1_024),
    ),
    st.builds(lambda kind: index(kind), st.sampled_from(["HNSW", "IVF_SQ8", "hnsw_sq"])),
)
_SPARSE_INDEXES = st.sampled_from(
    [{}, index("SPARSE_INVERTED_INDEX"), index("SPARSE_INVERTED_INDEX", "IP", drop_ratio_build=0)]
)
_INVERTED = st.sampled_from([{}, index("INVERTED")])
_RANGES = {"INT8": 7, "INT16": 15, "INT32": 31, "INT64": 53}  # 53 bits are what Pulumi's wire carries exactly


@st.composite
def _scalar(draw: st.DrawFn, name: str) -> Inputs:
    data_type = draw(
        st.sampled_from(["BOOL", *_RANGES, "FLOAT", "DOUBLE", "VARCHAR", "JSON", "ARRAY", "TIMESTAMPTZ", "GEOMETRY"])
    )
    field: Inputs = {"name": name, "dataType": data_type}
    if draw(st.booleans()):
        field["nullable"] = True
    if data_type not in ("JSON", "ARRAY", "GEOMETRY"):
        field |= draw(_INVERTED)
    if data_type == "VARCHAR":
        field["maxLength"] = draw(st.integers(16, 65_535))
    elements = ["BOOL", "INT64", "FLOAT", "VARCHAR"]
    if data_type == "ARRAY":
        field |= {"elementType": draw(st.sampled_from(elements)), "maxCapacity": draw(st.integers(1, 4_096))}
        if field["elementType"] == "VARCHAR":
            field["maxLength"] = draw(st.integers(1, 65_535))
    defaults: dict[str, st.SearchStrategy[Any]] = {
        "BOOL": st.booleans(),
        "FLOAT": st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.1, 1 / 3, 3.14159]),
        "DOUBLE": st.floats(allow_nan=False, allow_infinity=False),
        "VARCHAR": st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=4),
        **{kind: st.integers(-(2**bits), 2**bits - 1) for kind, bits in _RANGES.items()},
    }
    if data_type in defaults and draw(st.booleans()):
        field["defaultValue"] = draw(defaults[data_type])
    return field


@st.composite
def lite_collections(draw: st.DrawFn) -> Inputs:
    """Collections that Milvus Lite can hold."""
    names = draw(st.lists(_NAMES, min_size=2, max_size=9, unique=True))
    text_key = draw(st.booleans())
    fields = [
        {"name": names.pop(), "dataType": "VARCHAR", "isPrimary": True, "maxLength": 128}
        if text_key
        else {"name": names.pop(), "dataType": "INT64", "isPrimary": True, "autoId": draw(st.booleans())}
    ]
    fields.append(dense(names.pop(), draw(st.integers(2, 1_024)), **draw(_DENSE_INDEXES)))
    functions: list[Inputs] = []
    more: Inputs = {}
    while names:
        kind = draw(st.sampled_from(["scalar", "scalar", "dense", "sparse", "words", "partition"]))
        name = names.pop()
        if kind == "dense":
            fields.append(dense(name, draw(st.integers(2, 64)), **draw(_DENSE_INDEXES)))
        elif kind == "sparse":
            fields.append({"name": name, "dataType": "SPARSE_FLOAT_VECTOR", **draw(_SPARSE_INDEXES)})
        elif kind == "words" and names and not functions:
            source = names.pop()
            fields.append({"name": source, "dataType": "VARCHAR", "maxLength": 999, "enableAnalyzer": True})
            fields.append({"name": name, "dataType": "SPARSE_FLOAT_VECTOR"})
            functions.append({"name": "f", "functionType": "BM25", "inputFields": [source], "outputFields": [name]})
        elif kind == "partition" and "partitions" not in more:
            fields.append({"name": name, "dataType": "INT64", "isPartitionKey": True})
            more["partitions"] = draw(st.integers(1, 64))
        else:
            fields.append(draw(_scalar(name)))
    order = draw(st.permutations(fields))
    for option, strategy in (
        ("enableDynamicField", st.booleans()),
        ("consistencyLevel", st.sampled_from(["Strong", "Session", "Bounded", "Eventually"])),
        ("description", st.text("abc äöü", max_size=12)),
        ("loaded", st.booleans()),
        ("disposable", st.just(True)),
        (
            "properties",
            st.dictionaries(st.sampled_from(["collection.ttl.seconds", "x.y"]), st.integers(0, 99).map(str)),
        ),
    ):
        if draw(st.booleans()):
            more[option] = draw(strategy)
    return {"collectionName": "anything", "fields": order, "functions": functions, **more}
