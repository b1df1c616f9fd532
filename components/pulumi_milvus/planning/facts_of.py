"""The facts of a workload, in the shape that the rules judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pulumi_milvus.planning.collection import Collection, VectorField
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.planning.indexes import resolve_autoindex
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.rules import check_environment, check_field, check_scalar_index
from pulumi_milvus.rules.facts import EnvironmentFacts, ScalarIndexFacts, VectorFieldFacts


def environment_facts(workload: Workload, topology: str) -> EnvironmentFacts:
    """What the environment as a whole asks for."""
    return EnvironmentFacts(
        topology=topology,
        production=workload.production,
        availability=workload.availability,
        replicas=workload.replicas,
        rows=workload.vectors_at_horizon,
        largest_collection_rows=max(
            collection.vectors_after(workload.horizon_months) for collection in workload.collections
        ),
        queries_per_second=workload.queries_per_second or None,
        latency_p99_ms=workload.latency_p99_ms,
        insert_acknowledge_ms=workload.insert_acknowledge_ms,
        wal=workload.resolved_wal if topology in ("standalone", "distributed") else None,
        milvus_version=workload.resolved_version if topology in ("standalone", "distributed") else None,
    )


def environment_findings(workload: Workload, topology: str) -> Iterator[Finding]:
    """What the rules say on the environment as a whole, and on what each collection asks of it."""
    yield from check_environment(environment_facts(workload, topology))
    for position, collection in enumerate(workload.collections):
        for finding in check_environment(EnvironmentFacts(topology=topology, shards=collection.shards)):
            yield replace(finding, subject=f"collections[{position}].{finding.subject}")


def field_findings(
    workload: Workload, topology: str, milvus_version: str | None = None, gpu_image: bool | None = None
) -> Iterator[Finding]:
    """What the rules say on every vector field and scalar index of a workload."""
    for position, collection in enumerate(workload.collections):
        path = f"collections[{position}]"
        for place, field in enumerate(collection.fields):
            subject = f"{path}.vector_fields[{place}]" if collection.vector_fields else path
            yield from check_field(_field(field, subject, topology, milvus_version, gpu_image))
        yield from _scalar_findings(collection, path, topology)


def _field(
    field: VectorField, subject: str, topology: str, milvus_version: str | None, gpu_image: bool | None
) -> VectorFieldFacts:
    index_type = field.index
    if topology == "lite" and field.data_type == "SPARSE_FLOAT_VECTOR" and index_type == "AUTOINDEX":
        # Milvus Lite does not know AUTOINDEX for sparse vectors; the component writes what a server would make of it.
        index_type, _ = resolve_autoindex(field.data_type, "lite")
    return VectorFieldFacts(
        subject=subject,
        index_type=index_type,
        data_type=field.data_type,
        metric=field.resolved_metric,
        dimension=field.resolved_dimension,
        params=field.index_params,
        topology=topology,
        gpu_image=gpu_image,
        milvus_version=milvus_version,
        embedding_model=field.embedding_model,
    )


def _scalar_findings(collection: Collection, path: str, topology: str) -> Iterator[Finding]:
    for place, index in enumerate(collection.scalar_indexes):
        yield from check_scalar_index(
            ScalarIndexFacts(
                subject=f"{path}.scalar_indexes[{place}]",
                index_type=index.type,
                data_type=index.data_type,
                topology=topology,
            )
        )
