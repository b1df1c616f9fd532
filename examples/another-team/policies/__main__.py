"""The company's own policies, used beside those of pulumi-milvus: `--policy-pack policies --policy-pack ...`."""

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def says_whose_it_is(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """A collection's description begins with its team."""
    if args.resource_type != "milvus:index:Collection":
        return
    team, colon, words = str(args.props.get("description") or "").partition(": ")
    if not (team and colon and words):
        report("description: it begins with the team that owns the collection, such as `search: articles of the shop`")


PolicyPack(
    name="company",
    policies=[
        ResourceValidationPolicy(
            name="collection-says-whose-it-is",
            description="A collection's description begins with the team that owns it",
            validate=says_whose_it_is,
            enforcement_level=EnforcementLevel.MANDATORY,
        )
    ],
)
