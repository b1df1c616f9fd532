"""Which changes of a collection take search away for a while."""

from __future__ import annotations

from pulumi_milvus.collection_schema.spec import CollectionSpec, FieldSpec

# Properties that Milvus alters on a released collection alone.
_NEEDS_RELEASE = "mmap."


def reindexed_fields(old: CollectionSpec, new: CollectionSpec) -> list[FieldSpec]:
    """The fields, as they shall be, whose existing index has to be dropped and perhaps built again."""
    before = {field.name: field.index for field in old.fields}
    return [field for field in new.fields if before.get(field.name) and before[field.name] != field.index]


def needs_release(old: CollectionSpec, new: CollectionSpec) -> bool:
    """Whether the collection must be released to make the change: searches fail until it is loaded again."""
    changed = {key for key in {*old.properties, *new.properties} if old.properties.get(key) != new.properties.get(key)}
    return bool(reindexed_fields(old, new)) or any(key.startswith(_NEEDS_RELEASE) for key in changed)


def takes_search_away(old: CollectionSpec, new: CollectionSpec) -> bool:
    """Whether searches that work now fail during or after the change."""
    return old.loaded and (not new.loaded or needs_release(old, new))
