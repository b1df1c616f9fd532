"""Rule ``least-privilege``: a role may do what its work needs, to what it needs it for.

Facts: policies and roles of a preview. Callers: ``check``, the policy pack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.cluster_facts import ClusterFacts, ResourceFacts
from pulumi_milvus.rules.policy_documents import items_of, statements, words

RULE: Final = "least-privilege"
LEVEL: Final = "error"
REASON: Final = (
    "Whoever takes over a pod has what its role has. A role of a node is that of every pod on it, so access to the "
    "bucket belongs to Milvus's service account."
)
FIX: Final = "the actions on the bucket that Milvus uses, and the bucket's own ARN"
SOURCE: Final = "AWS IAM docs, best practices; AWS EKS best practices, identity and access management"
_POLICIES: Final = ("aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy")
_ROLE: Final = "aws:iam/role:Role"
_ATTACHED: Final = ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/policyAttachment:PolicyAttachment")
_TOO_MUCH: Final = ("*", "*:*", "s3:*")
_TOO_MUCH_MANAGED: Final = ("AdministratorAccess", "AmazonS3FullAccess", "PowerUserAccess")
# Actions that AWS lets nobody narrow to a resource (service authorization reference: EC2, Auto Scaling, EKS, Pricing).
_WITHOUT_RESOURCE: Final = (
    "ec2:Describe",
    "ec2:GetInstanceTypesFromInstanceRequirements",
    "autoscaling:Describe",
    "pricing:",
    "sts:GetCallerIdentity",
)
# A condition on tags says which resources are meant, as ARNs would (kubernetes/autoscaler, its page on AWS).
_BY_TAG: Final = ("aws:resourcetag/", "ec2:resourcetag/", "autoscaling:resourcetag/")
_NARROWER: Final = "the ARNs of what is meant, or a condition on its tags"


def check_cluster(cluster: ClusterFacts) -> list[Finding]:
    """Judge every policy and role of a preview or stack; policies of keys are not among them."""
    nodes = {item.subject: item for item in cluster.resources if item.type == _ROLE and _is_of_nodes(item)}
    names = {name for item in nodes.values() for name in (item.name, str(item.inputs.get("name"))) if name != "None"}
    found: list[Finding] = []
    for item in cluster.resources:
        if item.type in _POLICIES:
            found += _policy(item, item.inputs.get("policy"), of_node=str(item.inputs.get("role")) in names)
        elif item.type == _ROLE:
            for inline in items_of(item.inputs.get("inlinePolicies")):
                if isinstance(inline, Mapping):
                    found += _policy(item, inline.get("policy"), of_node=item.subject in nodes)
            for arn in items_of(item.inputs.get("managedPolicyArns")):
                found += _managed(item, str(arn))
        elif item.type in _ATTACHED:
            found += _managed(item, str(item.inputs.get("policyArn")))
    return list(dict.fromkeys(found))


def _policy(item: ResourceFacts, document: Any, *, of_node: bool) -> Iterator[Finding]:
    for statement in statements(document):
        if statement.get("Effect") != "Allow":
            continue
        actions, resources = words(statement.get("Action")), words(statement.get("Resource"))
        for action in actions:
            if action.lower() in _TOO_MUCH:
                yield Finding(RULE, LEVEL, item.subject, f"{action} allows every action", FIX, SOURCE)
        narrow = all(action.startswith(_WITHOUT_RESOURCE) for action in actions) and actions
        if "*" in resources and not narrow and not _by_tag(statement):
            shown = ", ".join(actions[:3]) + (" ..." if len(actions) > 3 else "")
            fix = FIX if any(action.lower().startswith("s3:") for action in actions) else _NARROWER
            yield Finding(RULE, LEVEL, item.subject, f"{shown} on every resource (*)", fix, SOURCE)
        if of_node and any(action.lower().startswith("s3:") for action in actions):
            message = "the role of nodes reaches a bucket, and so does every pod on them"
            fix = "a role of Milvus's service account (eks.amazonaws.com/role-arn)"
            yield Finding(RULE, LEVEL, item.subject, message, fix, SOURCE)


def _by_tag(statement: Mapping[str, Any]) -> bool:
    """Whether a condition holds the statement to resources with a tag."""
    conditions = statement.get("Condition")
    if not isinstance(conditions, Mapping):
        return False
    return any(
        isinstance(keys, Mapping)
        and str(operator).startswith(("StringEquals", "StringLike"))
        and not str(operator).endswith("IfExists")
        and any(str(key).lower().startswith(_BY_TAG) for key in keys)
        for operator, keys in conditions.items()
    )


def _managed(item: ResourceFacts, arn: str) -> Iterator[Finding]:
    name = arn.rsplit("/", 1)[-1]
    if name in _TOO_MUCH_MANAGED:
        yield Finding(RULE, LEVEL, item.subject, f"{name} allows every action of a service", FIX, SOURCE)


def _is_of_nodes(item: ResourceFacts) -> bool:
    """Whether machines take the role on."""
    for statement in statements(item.inputs.get("assumeRolePolicy")):
        principal = statement.get("Principal")
        if isinstance(principal, Mapping) and any(
            service.startswith("ec2.amazonaws.com") for service in words(principal.get("Service"))
        ):
            return True
    return False
