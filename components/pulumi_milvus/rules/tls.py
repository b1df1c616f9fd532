"""Rule ``tls``: who comes from outside the cluster speaks TLS.

Facts: Services and Ingresses before the proxy, ``common.security.tlsMode``. Callers: ``check``, the policy pack.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.exposure import exposures
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking

RULE: Final = "tls"
LEVEL: Final = "prod"
REASON: Final = "Without TLS, passwords and rows of clients outside the cluster can be read on the way."
FIX: Final = "common.security.tlsMode: 1 with a certificate, or TLS at the load balancer"
SOURCE: Final = "Milvus 3.0 docs, adminGuide/tls.md"
KEY: Final = "common.security.tlsMode"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge each way from outside."""
    mode = facts.setting(KEY)
    if str(mode) in ("1", "2"):
        return []
    found = [way for way in exposures(facts) if not way.ends_tls]
    if found and mode is None and not facts.config_known:
        what = f"{KEY} is in a file that is not here"
        return [lacking(RULE, facts.config_subject, what, "give its ConfigMap to check as well", SOURCE)]
    return [
        Finding(
            RULE,
            facts.prod_level,
            way.subject,
            f"clients come through a {way.kind} and Milvus speaks no TLS ({KEY} is {'0' if mode is None else mode})",
            FIX,
            SOURCE,
        )
        for way in found
    ]
