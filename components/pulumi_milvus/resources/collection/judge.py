"""The shared rules on a collection's indexes, in the property paths of the resource."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_milvus.collection_schema.spec import CollectionSpec, FieldSpec
from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules import gpu_metric, index_pair, lite_limits
from pulumi_milvus.rules.facts import EnvironmentFacts, ScalarIndexFacts, VectorFieldFacts

_PATHS = {
    "index": "index.indexType",
    "type": "index.indexType",
    "metric": "index.metricType",
    "index_params": "index.params",
    "data_type": "dataType",
}


def findings(spec: CollectionSpec, *, is_lite: bool | None) -> list[Finding]:
    """What the rules say; `is_lite` None where nobody knows yet what will answer. Subjects are property paths."""
    topology = "lite" if is_lite else None
    found = list(_field_findings(spec, topology))
    if topology:
        environment = EnvironmentFacts(
            topology=topology, production=spec.production, replicas=spec.replicas, shards=spec.shards
        )
        found += lite_limits.check(environment)
        found += list(_lite_schema_findings(spec))
    return found


def _field_findings(spec: CollectionSpec, topology: str | None) -> Iterator[Finding]:
    filled_by_bm25 = {
        name for function in spec.functions if function.function_type == "BM25" for name in function.output_fields
    }
    for position, field in enumerate(spec.fields):
        index = field.index
        if index is None:
            continue
        subject = f"fields[{position}]"
        if not field.is_vector:
            scalar = ScalarIndexFacts(
                subject=subject,
                index_type=index.index_type,
                data_type=field.data_type,
                topology=topology,
                is_primary=field.is_primary,
            )
            yield from _located(index_pair.check_scalar_index(scalar) + lite_limits.check_scalar_index(scalar), subject)
            continue
        facts = VectorFieldFacts(
            subject=subject,
            index_type=index.index_type,
            data_type=field.data_type,
            metric=index.metric_type,
            dimension=field.dimension,
            params=index.params,
            topology=topology,
            function_output=field.name in filled_by_bm25,
        )
        yield from _located(
            _without_repeats(index_pair.check(facts) + gpu_metric.check(facts), lite_limits.check_field(facts)), subject
        )


def _without_repeats(pair: list[Finding], lite: list[Finding]) -> list[Finding]:
    """Both rules' findings; where both refuse the same thing, only what the general one says."""
    refused = {finding.subject for finding in pair if finding.level == "error"}
    return pair + [finding for finding in lite if finding.subject not in refused]


def _located(found: list[Finding], subject: str) -> Iterator[Finding]:
    for finding in found:
        first, _, rest = finding.subject.removeprefix(f"{subject}.").partition(".")
        path = f"{subject}.{_PATHS.get(first, first)}" + (f".{rest}" if rest else "")
        yield Finding(finding.rule, finding.level, path, finding.message, finding.fix, finding.source)


def _lite_schema_findings(spec: CollectionSpec) -> Iterator[Finding]:
    for position, field in enumerate(spec.fields):
        if _names_a_foreign_tokenizer(field):
            yield Finding(
                lite_limits.RULE,
                "error",
                f"fields[{position}].analyzerParams",
                "Milvus Lite has the analyzers standard and jieba only",
                "name one of them, or take a Milvus server",
                "milvus-lite 3.2.2, milvus_lite/analyzer/factory.py",
            )
        if field.auto_id and field.data_type != "INT64":
            yield Finding(
                lite_limits.RULE,
                "error",
                f"fields[{position}].autoId",
                f"Milvus Lite makes keys of type INT64 only, and {field.name!r} is {field.data_type}",
                "take dataType INT64, or write the keys yourself",
                "milvus-lite 3.2.2, milvus_lite/schema/validation.py",
            )
    for position, function in enumerate(spec.functions):
        if function.function_type == "MINHASH":
            yield Finding(
                lite_limits.RULE,
                "error",
                f"functions[{position}].functionType",
                "Milvus Lite has the functions BM25 and TEXTEMBEDDING only",
                "compute the signatures yourself, or take a Milvus server",
                "milvus-lite 3.2.2, adapter/grpc/translators/schema.py",
            )


def _names_a_foreign_tokenizer(field: FieldSpec) -> bool:
    params = field.analyzer_params or {}
    tokenizer = params.get("tokenizer", params.get("type", "standard"))
    if isinstance(tokenizer, dict):
        tokenizer = tokenizer.get("type", "standard")
    return tokenizer not in ("standard", "jieba")
