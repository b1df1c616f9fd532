"""Rule backup: production without a backup is an error, and who judges it."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_milvus.kubernetes.declared import declared
from pulumi_milvus.rules import RULE_IDS, BackupFacts, backup, check_backup

ARTICLES = {"name": "articles", "vectors": 2_000_000, "dimension": 768}
S3 = {"kind": "s3", "bucket": "vectors", "region": "us-east-1"}


def levels(**facts: Any) -> list[str]:
    return [finding.level for finding in check_backup(BackupFacts(**facts))]


def test_the_level_is_that_of_the_environment() -> None:
    assert backup.RULE in RULE_IDS
    assert levels(production=True, made=True) == levels(production=False, made=True) == []
    assert levels(production=True, made=False) == ["error"]
    assert levels(production=False, made=False) == ["warning"]
    assert levels(production=True, made=None) == ["advice"], "what is not known is not guessed"
    assert levels(production=True, made=False, instead="snapshots by the storage team") == []


def test_what_stands_in_the_way_is_said_with_what_can_be_done() -> None:
    (finding,) = check_backup(BackupFacts(production=True, made=False, obstacle="it is on a volume"))
    assert "production is true: it is on a volume" in finding.message
    assert "instead:" in finding.fix
    (finding,) = check_backup(BackupFacts(production=False, made=False))
    assert finding.fix == "backup: {enabled: true}"


def deployed(kubernetes: dict[str, Any], **workload: Any) -> list[str]:
    """Keys of what a component would make for a backup."""
    args = {"workload": {"collections": [ARTICLES], **workload}, "kubernetes": kubernetes}
    return [manifest.key for manifest in declared(args).manifests if "backup" in manifest.key]


MADE = ["service-account-backup", "backup-config", "network-policy-backup", "backup"]


def test_a_component_makes_it_in_production_and_where_it_is_asked_for() -> None:
    store = {"object_store": S3}
    assert deployed(store, topology="distributed", production=True) == MADE
    assert deployed(store, topology="distributed") == []
    assert deployed(store | {"backup": {"schedule": "30 1 * * *"}}, topology="distributed") == MADE


@pytest.mark.parametrize(
    ("kubernetes", "workload", "words"),
    [
        ({"object_store": S3, "backup": {"enabled": False}}, {"topology": "distributed"}, "no backup is made"),
        ({"object_store": S3, "tls": {"secret": "certificate"}}, {"topology": "distributed"}, "REST is on port 8080"),
        ({}, {"topology": "standalone", "object_store": "local"}, "on the volume of its pod"),
    ],
)
def test_a_component_refuses_production_without_a_backup(
    kubernetes: dict[str, Any], workload: dict[str, Any], words: str
) -> None:
    with pytest.raises(pulumi.InputPropertiesError, match=words) as told:
        deployed(kubernetes, production=True, **workload)
    assert [problem["property_path"] for problem in told.value.errors or ()] == ["kubernetes.backup"]
    assert deployed(kubernetes, **workload) == []
    instead = {"backup": {"enabled": False, "instead": "snapshots by the storage team"}}
    assert deployed(kubernetes | instead, production=True, **workload) == []
