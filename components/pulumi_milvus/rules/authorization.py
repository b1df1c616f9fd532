"""Rule ``authorization``: whoever reaches Milvus must say who they are.

Facts: ``common.security.authorizationEnabled`` in the configuration or the environment of the pods. Callers:
``check``, the policy pack.
"""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking

RULE: Final = "authorization"
LEVEL: Final = "prod"
REASON: Final = "Milvus's default lets everybody who reaches port 19530 read, change and drop every collection."
FIX: Final = "common.security.authorizationEnabled: true"
SOURCE: Final = "Milvus 3.0 docs, adminGuide/authenticate.md"
KEY: Final = "common.security.authorizationEnabled"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge whether users are asked."""
    if is_on(facts):
        return []
    if facts.setting_on(KEY) is None and not facts.config_known:
        what = f"whether {KEY} is on is in a file that is not here"
        return [lacking(RULE, facts.config_subject, what, "give its ConfigMap to check as well", SOURCE)]
    said = "is false" if facts.setting_on(KEY) is False else "is not set, and off by default"
    return [Finding(RULE, facts.prod_level, f"{facts.config_subject}.{KEY}", f"{KEY} {said}", FIX, SOURCE)]


def is_on(facts: MilvusFacts) -> bool:
    """Whether files show that users are asked for their password."""
    return facts.setting_on(KEY) is True
