"""Service quotas of EC2 on demand: how many vCPUs of each class of instances an account may run at once.

The codes are those of Service Quotas, service ``ec2``, "Running On-Demand ... instances".
"""

from __future__ import annotations

import re
from typing import Any, Final

STANDARD: Final = "L-1216C47A"
# By the letters that a family's name begins with, the longest first: "Running On-Demand X instances", in vCPUs.
CODES: Final = {
    "L-1216C47A": "Standard (A, C, D, H, I, M, R, T, Z)",
    "L-DB2E81BA": "G and VT",
    "L-417A185B": "P",
    "L-7295265B": "X",
    "L-43DA4232": "High Memory",
    "L-1945791B": "Inf",
    "L-2C3B7624": "Trn",
    "L-74FC7D96": "F",
    "L-F7808C92": "HPC",
    "L-6E869C2A": "DL",
}
_BY_LETTERS: Final = {
    "g": "L-DB2E81BA",
    "gr": "L-DB2E81BA",
    "vt": "L-DB2E81BA",
    "p": "L-417A185B",
    "x": "L-7295265B",
    "u": "L-43DA4232",
    "inf": "L-1945791B",
    "trn": "L-2C3B7624",
    "f": "L-74FC7D96",
    "hpc": "L-F7808C92",
    "dl": "L-6E869C2A",
}


def quota_code(instance_type: str) -> str:
    """The code of the quota that a type counts to."""
    letters = re.match(r"[a-z]+", instance_type)
    return _BY_LETTERS.get(letters[0] if letters else "", STANDARD)


def quota_name(code: str) -> str:
    """The quota as the console names it."""
    return f"Running On-Demand {CODES.get(code, code)} instances"


def vcpu_quotas(service_quotas: Any) -> dict[str, float]:
    """The account's vCPU quotas by code: what was granted to it, else AWS's default.

    ListServiceQuotas leaves out a quota for which the account has no value of its own (botocore 1.44, its description).
    """
    found: dict[str, float] = {}
    for operation in ("list_aws_default_service_quotas", "list_service_quotas"):
        for page in service_quotas.get_paginator(operation).paginate(ServiceCode="ec2"):
            found |= {item["QuotaCode"]: float(item["Value"]) for item in page["Quotas"]}
    return {code: found[code] for code in CODES if code in found}
