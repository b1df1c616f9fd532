"""What would stop a deployment on AWS, asked before its first resource: everything at once, each with what to ask for.

    report = preflight(Wanted(region="eu-west-1", pools=pools_of(plan), zone_count=3, bucket="my-vectors"))
    if report.problems:
        raise InvalidValues(report.problems)

Only reading calls. What these credentials may not ask is in ``unchecked``, and never counts as passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from pulumi_milvus.aws_facts.checks.asked import Asked
from pulumi_milvus.aws_facts.checks.buckets import bucket_problems
from pulumi_milvus.aws_facts.checks.cluster_version import version_problems
from pulumi_milvus.aws_facts.checks.node_groups import broken_node_groups
from pulumi_milvus.aws_facts.checks.quota_room import quota_problems
from pulumi_milvus.aws_facts.checks.subnets import subnet_problems
from pulumi_milvus.aws_facts.checks.wanted import Pool, Report, Wanted, pools_of
from pulumi_milvus.aws_facts.checks.zones import zone_problems
from pulumi_milvus.aws_facts.connection import Clients, NotAnswered, ask, connect
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

__all__ = ["Pool", "Report", "Wanted", "pools_of", "preflight"]

Check = Callable[[Asked, Wanted, str], Iterable[Problem]]

# In the order in which a person would put them right.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("instance types and zones", zone_problems),
    ("vCPU quotas", quota_problems),
    ("subnets", subnet_problems),
    ("EKS version", version_problems),
    ("bucket", bucket_problems),
)
# What is told and stops nothing.
BROKEN: tuple[tuple[str, Check], ...] = (("node groups", broken_node_groups),)


def preflight(wanted: Wanted, clients: Clients | None = None) -> Report:
    """What would stop the deployment. ``clients`` None: boto3 with the usual credentials. Never raises."""
    try:
        found = clients or connect([wanted.region])
        account = ask(
            "credentials",
            "sts:GetCallerIdentity",
            lambda: str(found.client("sts", wanted.region).get_caller_identity()["Account"]),
        )
    except InvalidValues as error:
        return Report(error.problems)
    except NotAnswered as error:
        return Report((error.problem,))
    if wanted.account_id and wanted.account_id != account:
        reason = f"the credentials are those of account {account}; nothing else was looked at"
        near = f"AWS_PROFILE of account {wanted.account_id}"
        return Report((Problem("account_id", shown(wanted.account_id), reason, near),))
    asked = Asked(found)
    # Each waits for AWS most of its time: together they take as long as the slowest.
    every = (*CHECKS, *BROKEN)
    with ThreadPoolExecutor(len(every)) as threads:
        answers = list(threads.map(lambda item: _answer(item[0], item[1], asked, wanted, account), every))
    stopping, telling = answers[: len(CHECKS)], answers[len(CHECKS) :]
    return Report(
        problems=tuple(problem for answer in stopping for problem in answer.problems),
        unchecked=tuple(problem for answer in answers for problem in answer.unchecked),
        account=account,
        broken=tuple(problem for answer in telling for problem in answer.problems),
    )


def _answer(name: str, check: Check, asked: Asked, wanted: Wanted, account: str) -> Report:
    """What one check says."""
    problems: list[Problem] = []
    try:
        # What was found before a question that nobody answers stays.
        problems.extend(check(asked, wanted, account))
    except NotAnswered as error:
        if error.permission:
            return Report(tuple(problems), (Problem(name, "", f"not checked: needs {error.permission}"),))
        problems.append(error.problem)
    return Report(tuple(problems))
