"""The values file of a new project's first environment."""

from __future__ import annotations

import json
from typing import Any, Final

from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.reading import read_workload
from pulumi_milvus.planning.values_file import read_values_text
from pulumi_milvus.planning.workload import Workload
from pulumi_milvus.starting.answers import Answers

_MONTHS: Final = 12


def values_text(answers: Answers) -> str:
    """The text of ``stacks/Pulumi.<environment>.yaml``. Raises ``InvalidValues`` with every mistake.

    The planner has chosen the topology by then; it is written down, so that growth does not change it by itself.
    """
    workload = _workload(answers)
    plan = make_plan(_read(answers, workload))
    if answers.runs_on == "kubernetes" and plan.topology == "lite":
        plan = make_plan(read_workload(workload | {"topology": "standalone", "object_store": "local"}))
    _refuse_what_is_missing(answers, plan)
    text = "\n".join([*_head(answers), "config:", *_workload_lines(answers, plan), *_place_lines(answers, plan)]) + "\n"
    # What no option judges, such as the letters of a bucket's name, the reader of the file does.
    read_values_text(text)
    return text


def _read(answers: Answers, workload: dict[str, Any]) -> Workload:
    """The workload. Raises ``InvalidValues`` with what is wrong with it and with the answers that are no part of it."""
    refused = list(answers.problems())
    # Without a word of how long a vector is, the option is named once.
    told = (
        ("dimension", "embedding_model", "collections[0]")
        if any(problem.path == "--model" for problem in refused)
        else ()
    )
    try:
        read = read_workload(workload)
    except InvalidValues as error:
        refused += [problem for problem in error.problems if problem.path.rpartition(".")[2] not in told]
        raise InvalidValues(refused) from None
    if refused:
        raise InvalidValues(refused)
    return read


def _workload(answers: Answers) -> dict[str, Any]:
    """The declaration as plain data, as a file would give it."""
    collection: dict[str, Any] = {"name": answers.collection, "vectors": answers.vectors}
    if answers.embedding_model is not None:
        collection["embedding_model"] = answers.embedding_model
    else:
        collection |= {"dimension": answers.dimension, "metric": "COSINE"}
    declared: dict[str, Any] = {"collections": [collection], "production": answers.production}
    if answers.queries_per_second:
        declared["queries_per_second"] = answers.queries_per_second
    if answers.runs_on == "lite":
        declared["topology"] = "lite"
    if answers.production:
        declared["availability"] = "pod"
    return declared


def _refuse_what_is_missing(answers: Answers, plan: Plan) -> None:
    if answers.runs_on == "kubernetes" and plan.topology == "distributed" and answers.bucket is None:
        reason = f"{answers.vectors:,} vectors need a Milvus of several pods, and these share a bucket"
        raise InvalidValues([Problem("--bucket", "", reason, "--bucket NAME --region REGION")])


def _head(answers: Answers) -> list[str]:
    file = f"stacks/Pulumi.{answers.environment}.yaml"
    return [
        f"# Environment {answers.environment!r}: what is stored and asked. The sizes follow from it.",
        f"#   pulumi-milvus plan {file}            shows pods, nodes, cost, and why",
        f"#   pulumi-milvus plan --write {file}    accepts that plan: it stays until it is updated",
    ]


def _workload_lines(answers: Answers, plan: Plan) -> list[str]:
    length = (
        [f"        embedding_model: {_text(answers.embedding_model)}   # fills in dimension and metric"]
        if answers.embedding_model is not None
        else [f"        dimension: {answers.dimension}", "        metric: COSINE              # how two are compared"]
    )
    lines = [
        "  milvus:workload:",
        "    collections:",
        f"      - name: {_text(answers.collection)}",
        f"        vectors: {answers.vectors:_}            # stored today",
        "        growth_vectors_per_month: 0",
        *length,
        "        index: AUTOINDEX            # pulumi-milvus compare shows what others cost",
    ]
    if answers.queries_per_second:
        lines.append(f"    queries_per_second: {answers.queries_per_second:g}")
    lines.append(f"    horizon_months: {_MONTHS}              # the plan must hold for so long")
    if answers.production:
        lines += [
            "    availability: pod               # none, pod or zone: what may be lost",
            "    production: true                # the rules for production are errors, not warnings",
        ]
    lines.append(f"    topology: {plan.topology}")
    if plan.topology == "standalone":
        lines.append("    object_store: local             # the pod's volume; external: a bucket")
    return lines


def _place_lines(answers: Answers, plan: Plan) -> list[str]:
    if plan.topology == "lite":
        return [
            "  # The database, relative to the folder of Pulumi.yaml.",
            "  milvus:uri: .data/milvus.db",
            "  # Collections that hold rows may be deleted. Leave this out where the data matter.",
            "  milvus:disposableData: true",
        ]
    lines = ["  milvus:kubernetes:", f"    namespace: {_namespace(answers.project)}"]
    if plan.topology == "distributed":
        lines += [
            "    operator: install               # existing, where another stack of this cluster has it",
            "    object_store:",
            "      kind: s3",
            f"      bucket: {_text(answers.bucket)}",
            f"      region: {_text(answers.region)}",
            "      # An identity that may read and write that bucket, instead of keys:",
            "      # service_account_annotations: {eks.amazonaws.com/role-arn: arn:aws:iam::ACCOUNT:role/NAME}",
        ]
    return [
        *lines,
        "    # Who may connect; nobody else does, where the cluster enforces network policies.",
        "    clients:",
        "      - {namespace: default}",
    ]


def _namespace(project: str) -> str:
    """A name of a namespace (RFC 1123 label) made of the project's."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in project.lower())
    return letters.strip("-")[:63] or "milvus"


def _text(value: object) -> str:
    """A word as YAML reads it back: as it is where it is plain, else quoted."""
    word = str(value)
    plain = word.replace("-", "").replace("_", "").replace("/", "").replace(".", "")
    return word if plain.isalnum() and plain[0].isalpha() and plain.lower() not in _YAML_WORDS else json.dumps(word)


_YAML_WORDS: Final = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
