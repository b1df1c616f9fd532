"""Whether rows of one collection fit into another: every reason why they do not, at once."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.collection_schema.spec import MAX_VARCHAR_LENGTH_BYTES, CollectionSpec, FieldSpec
from pulumi_milvus.copying.reading import filled_by_functions, primary
from pulumi_milvus.planning.nearest import nearest_word
from pulumi_milvus.planning.problems import Problem, shown

KEEPS_KEYS = "allow_insert_auto_id"
"""With this property a collection takes keys that are given to it (Milvus 2.6 docs, modify-collection)."""
_BOUNDS = {"max_length": "maxLength", "max_capacity": "maxCapacity"}


def problems(source: CollectionSpec, target: CollectionSpec, *, new_keys: bool, is_lite: bool) -> list[Problem]:
    """Everything that keeps rows of `source` from going into `target`, which is Milvus Lite where `is_lite`."""
    found = [*_dynamic(source, target)]
    if primary(source) == primary(target):
        found += _keys(target, new_keys=new_keys, is_lite=is_lite)
    computed = filled_by_functions(target)
    for field in source.fields:
        if field.name not in computed:
            found += _field(field, source, target)
    for field in target.fields:
        known = source.field(field.name) is not None or field.name in computed
        needless = field.nullable or field.default_value is not None or field.auto_id
        if not known and not needless:
            reason = f"rows of the source have no {field.name}, and the target demands it"
            found.append(_problem(target, field.name, "", reason, "nullable: true or a default value in the target"))
    return found


def gets_new_keys(target: CollectionSpec) -> bool:
    """Whether a target gives rows keys of its own."""
    keeps = target.properties.get(KEEPS_KEYS, "").lower() == "true"
    return any(field.is_primary and field.auto_id for field in target.fields) and not keeps


def _problem(target: CollectionSpec, field: str, value: str, reason: str, nearest: str) -> Problem:
    return Problem(f"{target.collection_name}.{field}", value, reason, nearest)


def _dynamic(source: CollectionSpec, target: CollectionSpec) -> Iterator[Problem]:
    if source.enable_dynamic_field and not target.enable_dynamic_field:
        reason = "rows of the source may carry fields that are not declared, and the target takes none"
        yield _problem(target, "enableDynamicField", "false", reason, "true in the target")


def _keys(target: CollectionSpec, *, new_keys: bool, is_lite: bool) -> Iterator[Problem]:
    name = primary(target)
    makes_keys = gets_new_keys(target)
    if makes_keys and not new_keys:
        reason = "the target makes keys of its own, so that no row would keep the key it has"
        property_ = "" if is_lite else f', the property {KEEPS_KEYS}: "true" of the target (Milvus 2.6 or later),'
        nearest = f"autoId: false in the target{property_} or --new-keys, where nobody remembers keys"
        yield _problem(target, f"{name}.autoId", "true", reason, nearest)
    if new_keys and not makes_keys:
        reason = "--new-keys has no meaning here: the target takes the keys that rows have"
        yield _problem(target, f"{name}.autoId", "false", reason, "the same without --new-keys")


def _field(field: FieldSpec, source: CollectionSpec, target: CollectionSpec) -> Iterator[Problem]:
    other = target.field(field.name)
    if other is None:
        names = [each.name for each in target.fields if source.field(each.name) is None]
        close = nearest_word(field.name, names)
        nearest = f"a field {field.name} of type {field.data_type} in the target" + (f", not {close}" if close else "")
        yield _problem(target, field.name, "", "it is missing in the target", nearest)
        return
    if field.name in filled_by_functions(source) and field.is_sparse:
        reason = "a function fills it in the source, which gives it out to nobody; in the target none does"
        yield _problem(target, field.name, "", reason, "the same function in the target")
    if field.is_primary != other.is_primary:
        reason = f"the primary key is {primary(source)} in the source and {primary(target)} in the target"
        yield _problem(target, field.name, "", reason, f"{primary(source)} as the target's primary key")
    if field.data_type != other.data_type:
        reason = f"{field.data_type} in the source, {other.data_type} in the target"
        yield _problem(target, f"{field.name}.dataType", other.data_type, reason, field.data_type)
        return
    if field.dimension != other.dimension:
        reason = f"vectors of the source have {field.dimension} elements, the target takes {other.dimension}"
        yield _problem(target, f"{field.name}.dimension", str(other.dimension), reason, f"{field.dimension}")
    if field.element_type != other.element_type:
        reason = f"elements are {field.element_type} in the source, {other.element_type} in the target"
        yield _problem(target, f"{field.name}.elementType", f"{other.element_type}", reason, f"{field.element_type}")
    for key, wire in _BOUNDS.items():
        wanted, offered = getattr(field, key), getattr(other, key)
        if field.data_type == "ARRAY" and wanted == MAX_VARCHAR_LENGTH_BYTES:
            continue  # what is read of Milvus Lite, which forgets how long an array's strings may be
        if wanted is not None and offered is not None and offered < wanted:
            reason = f"values of the source may be up to {wanted} long, the target takes {offered}"
            yield _problem(target, f"{field.name}.{wire}", shown(offered), reason, f"{wanted}")
    if field.nullable and not other.nullable:
        reason = "values of the source may be null, the target takes no null"
        yield _problem(target, f"{field.name}.nullable", "false", reason, "true in the target")
