"""Rules on `milvus:index:Collection`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi_policy import EnforcementLevel, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

from pulumi_milvus.rules import index_pair, lite_limits

_DESCRIPTIONS = {
    index_pair.RULE: "Index, data type, metric and parameters must go together",
    lite_limits.RULE: "Milvus Lite is asked only for what it has",
}


def collection_policies() -> list[ResourceValidationPolicy]:
    """One policy for each rule that judges collections, under the rule's name."""
    return [_policy(rule, description) for rule, description in _DESCRIPTIONS.items()]


def _policy(rule: str, description: str) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type != "milvus:index:Collection":
            return
        from pydantic import ValidationError  # only for who has collections: the pack boots without them

        from pulumi_milvus.collection_schema.spec import CollectionSpec
        from pulumi_milvus.resources.collection.judge import findings
        from pulumi_milvus.resources.endpoint import is_lite_file

        try:
            spec = CollectionSpec.model_validate(_plain(args.props)).with_defaults()
        except ValidationError:
            return  # the provider's check names what is wrong with the inputs themselves
        endpoint = spec.endpoint
        for finding in findings(spec, is_lite=None if endpoint is None else is_lite_file(endpoint)):
            if finding.rule == rule and finding.level == "error":
                report(f"{finding.subject}: {finding.message}; {finding.fix}", args.urn)

    return ResourceValidationPolicy(
        name=rule, description=description, validate=validate, enforcement_level=EnforcementLevel.MANDATORY
    )


def _plain(value: object) -> object:
    """Guarded values as plain data, whole numbers as ints; an unknown raises, which Pulumi reports as not yet known."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
