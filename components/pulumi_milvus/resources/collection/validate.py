"""Whether a collection can exist as declared: what Milvus's schema rules say, and the shared rules on index pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pulumi_milvus.collection_schema.spec import CollectionSpec, FieldSpec
from pulumi_milvus.planning.milvus_limits import MAX_FIELDS, MAX_NAME_LENGTH, NAME
from pulumi_milvus.resources.problems import PropertyProblem

_KEY_TYPES = ("INT64", "VARCHAR")
_RESERVED = ("_seq", "_partition", "$meta", "iso", "interval")
_INTEGER_BITS = {"INT8": 8, "INT16": 16, "INT32": 32, "INT64": 64}
_LARGEST_FLOAT = (2 - 2**-23) * 2.0**127
_NO_DEFAULT = ("JSON", "ARRAY")
_MAX_VECTOR_FIELDS = 10
"""`proxy.maxVectorFieldNum` may be raised up to 10; its default is 4 (Milvus 3.0 docs, multi-vector search)."""


def schema_problems(spec: CollectionSpec) -> list[PropertyProblem]:
    """What Milvus would refuse about the schema, all of it at once."""
    return [
        *_name_problems("collectionName", spec.collection_name),
        *_field_list_problems(spec),
        *(problem for position, field in enumerate(spec.fields) for problem in _field_problems(position, field)),
        *_partition_key_problems(spec),
        *_function_problems(spec),
    ]


def _name_problems(path: str, name: str) -> Iterator[PropertyProblem]:
    if not NAME.fullmatch(name):
        fixed = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name) or "_"
        fixed = f"_{fixed}" if fixed[0].isdigit() else fixed
        yield PropertyProblem(
            path, f"{name[:80]!r} is no name for Milvus: letters, digits and underscores only, nearest: {fixed[:80]}"
        )
    elif len(name) > MAX_NAME_LENGTH:
        yield PropertyProblem(path, f"a name has at most {MAX_NAME_LENGTH} characters, this one {len(name)}")


def _field_list_problems(spec: CollectionSpec) -> Iterator[PropertyProblem]:
    primary = [field.name for field in spec.fields if field.is_primary]
    if len(primary) != 1:
        found = f"these are marked: {', '.join(primary)}" if primary else "none is marked isPrimary"
        yield PropertyProblem("fields", f"exactly one field is the primary key; {found}")
    vectors = [field for field in spec.fields if field.is_vector]
    if not vectors:
        yield PropertyProblem("fields", "a collection needs a vector field, for example one of type FLOAT_VECTOR")
    if len(vectors) > _MAX_VECTOR_FIELDS:
        yield PropertyProblem("fields", f"Milvus takes at most {_MAX_VECTOR_FIELDS} vector fields, not {len(vectors)}")
    if len(spec.fields) > MAX_FIELDS:
        yield PropertyProblem("fields", f"Milvus takes at most {MAX_FIELDS} fields, not {len(spec.fields)}")
    for name, count in Counter(field.name for field in spec.fields).items():
        if count > 1:
            yield PropertyProblem("fields", f"{count} fields are called {name!r}; names are unique in a collection")


def _field_problems(position: int, field: FieldSpec) -> Iterator[PropertyProblem]:
    at = f"fields[{position}]"
    yield from _name_problems(f"{at}.name", field.name)
    if field.name.casefold() in _RESERVED:
        yield PropertyProblem(f"{at}.name", f"{field.name!r} is reserved by Milvus; add an underscore behind it")
    if field.is_primary:
        if field.data_type not in _KEY_TYPES:
            yield PropertyProblem(f"{at}.dataType", f"a primary key is INT64 or VARCHAR, not {field.data_type}")
        if field.nullable or field.default_value is not None:
            yield PropertyProblem(at, "a primary key has a value in every row: drop nullable and defaultValue")
    elif field.auto_id:
        yield PropertyProblem(f"{at}.autoId", "only the primary key can be made by Milvus")
    yield from _needed("dimension", field.dimension, field.is_vector and not field.is_sparse, at, field)
    yield from _needed("maxLength", field.max_length, "VARCHAR" in (field.data_type, field.element_type), at, field)
    yield from _needed("elementType", field.element_type, field.data_type == "ARRAY", at, field)
    yield from _needed("maxCapacity", field.max_capacity, field.data_type == "ARRAY", at, field)
    yield from _default_problems(at, field)
    if field.data_type == "BINARY_VECTOR" and field.dimension and field.dimension % 8:
        nearest = (field.dimension + 7) // 8 * 8
        yield PropertyProblem(f"{at}.dimension", f"binary vectors are kept in whole bytes; nearest: {nearest}")
    if field.data_type != "VARCHAR" and (field.enable_analyzer or field.enable_match or field.analyzer_params):
        yield PropertyProblem(at, f"analyzers read VARCHAR fields, this one is {field.data_type}")
    if field.analyzer_params and not field.enable_analyzer:
        yield PropertyProblem(f"{at}.analyzerParams", "they have no effect without enableAnalyzer: true")
    if field.enable_match and not field.enable_analyzer:
        yield PropertyProblem(f"{at}.enableMatch", "TEXT_MATCH needs enableAnalyzer: true")
    if not field.is_vector and field.index and field.index.metric_type:
        yield PropertyProblem(f"{at}.index.metricType", "a scalar index has no metric; remove it")


def _needed(key: str, value: object, wanted: bool, at: str, field: FieldSpec) -> Iterator[PropertyProblem]:
    if wanted and value is None:
        yield PropertyProblem(f"{at}.{key}", f"field {field.name!r} of type {field.data_type} needs {key}")
    if not wanted and value is not None:
        yield PropertyProblem(f"{at}.{key}", f"field {field.name!r} of type {field.data_type} has no {key}; remove it")


def _default_problems(at: str, field: FieldSpec) -> Iterator[PropertyProblem]:
    value, data_type = field.default_value, field.data_type
    if value is None:
        return
    reason = ""
    if field.is_vector or data_type in _NO_DEFAULT:
        reason = f"Milvus takes no default for {data_type}; nearest: nullable: true"
    elif data_type in _INTEGER_BITS:
        limit = 2 ** (_INTEGER_BITS[data_type] - 1)
        if isinstance(value, bool) or not isinstance(value, int):
            reason = f"{value!r} is no whole number, as {data_type} needs"
        elif not -limit <= value < limit:
            reason = f"{value} does not fit {data_type}; nearest: {min(max(value, -limit), limit - 1)}"
    elif data_type in ("FLOAT", "DOUBLE"):
        if isinstance(value, bool | str):
            reason = f"{value!r} is no number, as {data_type} needs"
        elif data_type == "FLOAT" and abs(value) > _LARGEST_FLOAT:
            reason = f"{value!r} does not fit FLOAT; nearest: dataType DOUBLE"
    elif data_type == "BOOL":
        if not isinstance(value, bool):
            reason = f"{value!r} is not true or false, as BOOL needs"
    elif not isinstance(value, str):
        reason = f"{value!r} is no text, as {data_type} needs"
    elif field.max_length is not None and len(value.encode()) > field.max_length:
        reason = f"it has {len(value.encode())} bytes and maxLength is {field.max_length}"
    if reason:
        yield PropertyProblem(f"{at}.defaultValue", reason)


def _partition_key_problems(spec: CollectionSpec) -> Iterator[PropertyProblem]:
    keys = [field for field in spec.fields if field.is_partition_key]
    if len(keys) > 1:
        yield PropertyProblem("fields", f"one partition key at most, not {', '.join(key.name for key in keys)}")
    for key in keys:
        if key.is_primary or key.data_type not in _KEY_TYPES:
            yield PropertyProblem(
                f"fields[{spec.fields.index(key)}].isPartitionKey",
                "a partition key is an INT64 or VARCHAR field other than the primary key",
            )
    if spec.partitions and not keys:
        yield PropertyProblem("partitions", "a number of partitions needs a field with isPartitionKey: true")


def _function_problems(spec: CollectionSpec) -> Iterator[PropertyProblem]:
    filled: Counter[str] = Counter()
    for position, function in enumerate(spec.functions):
        at = f"functions[{position}]"
        for key, names in (("inputFields", function.input_fields), ("outputFields", function.output_fields)):
            for name in names:
                if spec.field(name) is None:
                    known = ", ".join(field.name for field in spec.fields)
                    yield PropertyProblem(f"{at}.{key}", f"no field is called {name!r}; there are {known}")
        filled.update(function.output_fields)
        if function.function_type == "BM25":
            yield from _bm25_problems(spec, position)
    for name, count in filled.items():
        if count > 1:
            yield PropertyProblem("functions", f"{count} functions fill the field {name!r}; one can")


def _bm25_problems(spec: CollectionSpec, position: int) -> Iterator[PropertyProblem]:
    function, at = spec.functions[position], f"functions[{position}]"
    for key, names in (("inputFields", function.input_fields), ("outputFields", function.output_fields)):
        if len(names) != 1:
            yield PropertyProblem(f"{at}.{key}", f"BM25 takes exactly one field here, not {len(names)}")
    source, target = spec.field(function.input_fields[0]), spec.field(function.output_fields[0])
    if source and (source.data_type != "VARCHAR" or not source.enable_analyzer):
        yield PropertyProblem(f"{at}.inputFields[0]", "BM25 reads a VARCHAR field with enableAnalyzer: true")
    if target and not target.is_sparse:
        yield PropertyProblem(f"{at}.outputFields[0]", "BM25 fills a field of type SPARSE_FLOAT_VECTOR")
