"""Makes a live collection what it is declared to be.

Every function looks at what is there and does what is missing, so that a run that was cut off at any point is finished
by the next one.
"""

from __future__ import annotations

import time
from typing import Any

from pulumi_milvus.collection_schema.spec import CollectionSpec, FieldSpec
from pulumi_milvus.resources.collection import live
from pulumi_milvus.resources.collection.changes import refusals
from pulumi_milvus.resources.connection import Connected, Report
from pulumi_milvus.resources.errors import ResourceError
from pulumi_milvus.resources.lite_file import clear_half_made
from pulumi_milvus.resources.problems import PropertyProblem

_POLL_SECONDS = 1.0
_ANALYSIS = ("enable_analyzer", "enable_match")


def create(connected: Connected, spec: CollectionSpec, urn: str, timeout_seconds: float, report: Report) -> None:
    """Create the collection, or finish the creation that an earlier run of the same resource began.

    Raises ResourceError where the name is taken by something else.
    """
    name = spec.collection_name
    description = live.describe(connected, name)
    if description is not None and _is_useless(connected, spec, urn, description):
        report(f"dropping an empty {name} of another shape, which an interrupted run had begun")
        with connected.alias_changes:
            connected.client.drop_collection(name)
        description = None
    if description is None:
        _create_schema(connected, spec, urn)
        description = live.describe(connected, name) or {}
    elif description["collection_name"] != name:
        raise ResourceError(f"{name} is an alias of {description['collection_name']}; choose another collection name")
    elif live.owner(description) != urn:
        raise ResourceError(
            f"a collection {name} exists at {connected.endpoint} already and belongs to somebody else. To manage it "
            f"from here: pulumi import milvus:index:Collection {urn.rpartition('::')[2]} {spec.resource_id}; otherwise "
            "choose another name"
        )
    else:
        report(f"found {name}, which an interrupted run had begun; finishing it")
    converge(connected, spec, description, {}, timeout_seconds, report)


def converge(
    connected: Connected,
    spec: CollectionSpec,
    description: dict[str, Any],
    former_properties: dict[str, str],
    timeout_seconds: float,
    report: Report,
) -> None:
    """Bring fields, properties, indexes and load state of a collection to what `spec` says; rows stay.

    Raises ResourceError where that would lose data, which can happen only to a collection changed by somebody else.
    """
    found = _found(connected, spec, description)
    lossy = _lossy(connected, found, spec)
    if lossy:
        raise ResourceError("; ".join(f"{problem.path}: {problem.reason}" for problem in lossy))
    deadline = time.monotonic() + timeout_seconds
    _add_fields(connected, found, spec)
    _alter_fields(connected, found, spec)
    _set_properties(connected, found, spec, former_properties)
    _build_indexes(connected, spec, deadline, report)
    _set_load_state(connected, spec, max(10.0, deadline - time.monotonic()), report)


def _found(connected: Connected, spec: CollectionSpec, description: dict[str, Any]) -> CollectionSpec:
    found = live.read(connected, description, spec) | {"database": spec.database}
    return CollectionSpec.model_validate(found).with_defaults()


def _lossy(connected: Connected, found: CollectionSpec, spec: CollectionSpec) -> list[PropertyProblem]:
    return [problem for problem in refusals(found, spec, is_lite=connected.is_lite) if not _is_gap(problem.path)]


def _is_useless(connected: Connected, spec: CollectionSpec, urn: str, description: dict[str, Any]) -> bool:
    """Whether this is our own half-made collection of a shape that the program has given up since, without rows."""
    if description["collection_name"] != spec.collection_name or live.owner(description) != urn:
        return False
    if not _lossy(connected, _found(connected, spec, description), spec):
        return False
    return live.row_count(connected, spec.collection_name) == 0


def _is_gap(path: str) -> bool:
    # Production's consent to a gap was asked when the inputs were checked, against what the state says.
    return path == "loaded" or path.endswith(".index")


def _create_schema(connected: Connected, spec: CollectionSpec, urn: str) -> None:
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    schema = MilvusClient.create_schema(
        enable_dynamic_field=spec.enable_dynamic_field,
        description=spec.description,
        auto_id=any(field.auto_id for field in spec.fields),
    )
    for field in spec.fields:
        schema.add_field(field.name, DataType[field.data_type], **_field_arguments(field))
    for function in spec.functions:
        schema.add_function(
            Function(
                name=function.name,
                function_type=FunctionType[function.function_type],
                input_field_names=function.input_fields,
                output_field_names=function.output_fields,
                params=function.params,
            )
        )
    if connected.is_lite_file:
        clear_half_made(connected.endpoint.path(), spec.database, spec.collection_name)
    more: dict[str, Any] = {"num_partitions": spec.partitions} if spec.partitions else {}
    connected.client.create_collection(
        spec.collection_name,
        schema=schema,
        num_shards=spec.shards,
        consistency_level=spec.consistency_level,
        properties=spec.properties | {live.OWNER_PROPERTY: urn},
        **more,
    )


def _field_arguments(field: FieldSpec) -> dict[str, Any]:
    from pymilvus import DataType

    arguments: dict[str, Any] = {
        "description": field.description,
        "dim": field.dimension,
        "max_length": field.max_length,
        "max_capacity": field.max_capacity,
        "element_type": DataType[field.element_type] if field.element_type else None,
        "default_value": _default_value(field),
        "analyzer_params": field.analyzer_params,
    }
    flags = ("is_primary", "auto_id", "nullable", "is_partition_key", "is_clustering_key", *_ANALYSIS)
    arguments |= {flag: True for flag in flags if getattr(field, flag)}
    # A default of 0, false or "" is a default.
    return {key: value for key, value in arguments.items() if value is not None}


def _default_value(field: FieldSpec) -> bool | int | float | str | None:
    # The wire makes a whole number of 2.0, and of 1e19 one that is too long for the client.
    return float(field.default_value or 0) if _is_float_default(field) else field.default_value


def _is_float_default(field: FieldSpec) -> bool:
    return field.default_value is not None and field.data_type in ("FLOAT", "DOUBLE")


def _add_fields(connected: Connected, found: CollectionSpec, spec: CollectionSpec) -> None:
    from pymilvus import DataType

    for field in spec.fields:
        if found.field(field.name) is None:
            arguments = _field_arguments(field) | {"nullable": True}
            connected.client.add_collection_field(
                spec.collection_name, field.name, DataType[field.data_type], **arguments
            )


def _alter_fields(connected: Connected, found: CollectionSpec, spec: CollectionSpec) -> None:
    for field in spec.fields:
        before = found.field(field.name)
        if before is None:
            continue
        grown = {
            key: getattr(field, key)
            for key in ("max_length", "max_capacity")
            if getattr(field, key) != getattr(before, key)
        }
        if grown:
            connected.client.alter_collection_field(spec.collection_name, field.name, grown)


def _set_properties(
    connected: Connected, found: CollectionSpec, spec: CollectionSpec, former_properties: dict[str, str]
) -> None:
    wanted = {key: value for key, value in spec.properties.items() if found.properties.get(key) != value}
    if spec.enable_dynamic_field and not found.enable_dynamic_field:
        wanted["dynamicfield.enabled"] = "true"
    if not connected.is_lite and spec.description != found.description:
        wanted["collection.description"] = spec.description
    dropped = [key for key in former_properties if key not in spec.properties and key in found.properties]
    if any(key.startswith("mmap.") for key in [*wanted, *dropped]):
        connected.client.release_collection(spec.collection_name)
    if wanted:
        connected.client.alter_collection_properties(spec.collection_name, wanted)
    if dropped:
        connected.client.drop_collection_properties(spec.collection_name, dropped)


def _build_indexes(connected: Connected, spec: CollectionSpec, deadline: float, report: Report) -> None:
    name = spec.collection_name
    there = live.live_indexes(connected, name)
    declared = {field.name: field.index for field in spec.fields if field.index}
    outdated = [field for field, index in there.items() if not _is_index(index, declared.get(field))]
    if outdated:
        report(f"search on {name} is away from now on: rebuilding the index on {', '.join(outdated)}")
        connected.client.release_collection(name)
    for field in outdated:
        # Milvus Lite 3.2 drops every index of a collection when asked by the name under which it lists one; it tells
        # them apart only by this other name.
        connected.client.drop_index(name, f"{field}_idx" if connected.is_lite else there[field]["name"])
    for field, index in declared.items():
        if field in there and field not in outdated:
            continue
        _create_index(connected, name, field, index.index_type, index.metric_type, index.params)
        _wait_for_index(connected, name, field, deadline, report)


def _is_index(live_index: dict[str, Any], declared: Any) -> bool:
    if declared is None or live_index["indexType"] != declared.index_type:
        return False
    if declared.metric_type and live_index["metricType"] != declared.metric_type:
        return False
    if declared.index_type == "AUTOINDEX":
        return all(live_index["params"].get(key) == value for key, value in declared.params.items())
    return bool(live_index["params"] == declared.params)


def _create_index(
    connected: Connected, name: str, field: str, index_type: str, metric_type: str | None, params: dict[str, Any]
) -> None:
    # Milvus Lite 3.2 reads build parameters only from a nested "params" and drops the flat ones without a word,
    # which pymilvus 3.0 sends; servers take the flat ones.
    sent: dict[str, Any] = {"params": params} if connected.is_lite and params else dict(params)
    if metric_type:
        sent["metric_type"] = metric_type
    index_params = connected.client.prepare_index_params()
    index_params.add_index(field, index_type=index_type, index_name=field, **_as_index_arguments(sent))
    connected.client.create_index(name, index_params, sync=False)


def _as_index_arguments(sent: dict[str, Any]) -> dict[str, Any]:
    metric = {"metric_type": sent.pop("metric_type")} if "metric_type" in sent else {}
    return metric | ({"params": sent} if sent else {})


def _wait_for_index(connected: Connected, name: str, field: str, deadline: float, report: Report) -> None:
    while True:
        progress = connected.client.describe_index(name, field) or {}
        state, pending = progress.get("state", ""), int(progress.get("pending_index_rows") or 0)
        if state == "Failed":
            reason = progress.get("index_state_fail_reason") or "Milvus gave no reason"
            raise ResourceError(f"the index on {name}.{field} could not be built: {reason}")
        if state == "Finished" and not pending:
            return
        if time.monotonic() > deadline:
            raise ResourceError(
                f"the index on {name}.{field} was not built in time ({pending} rows to go). Milvus goes on building: "
                "run `pulumi up` again later, or give the resource a longer customTimeouts"
            )
        report(f"building the index on {name}.{field}: {pending} of {progress.get('total_rows', '?')} rows to go")
        time.sleep(_POLL_SECONDS)


def _set_load_state(connected: Connected, spec: CollectionSpec, timeout_seconds: float, report: Report) -> None:
    name = spec.collection_name
    if spec.loaded:
        report(f"loading {name}")
        connected.client.load_collection(name, replica_number=spec.replicas, timeout=timeout_seconds)
    elif live.is_loaded(connected, name):
        connected.client.release_collection(name)
