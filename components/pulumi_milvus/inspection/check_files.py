"""All rules on what files show: each Milvus, and what is stored in it."""

from __future__ import annotations

from pulumi_milvus.inspection.collection_findings import collection_findings
from pulumi_milvus.inspection.declared_findings import declared_findings
from pulumi_milvus.inspection.inspect import Inspection
from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.rules.deployment_rules import check_cluster, check_deployment

_ORDER: dict[Level, int] = {"error": 0, "warning": 1, "advice": 2}


def all_findings(inspection: Inspection) -> list[Finding]:
    """Errors first, then warnings, then advice; each once."""
    found = [finding for facts in inspection.milvuses for finding in check_deployment(facts)]
    found += [finding for facts in inspection.milvuses for finding in declared_findings(facts)]
    found += collection_findings(inspection)
    found += check_cluster(inspection.cluster)
    return sorted(dict.fromkeys(found), key=lambda finding: _ORDER[finding.level])
