"""Failures that a test wants: a file says which call of AWS fails, how, and how often.

The file is named by the variable below: {"operation": "CreateSubnet", "how": "throttle" | "exit", "times": 1}.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

VARIABLE = "PULUMI_MILVUS_TEST_AWS_FAULT"


def strike(model: Any, **_: Any) -> None:
    """Before each call: fail where the file says so."""
    name = os.environ.get(VARIABLE)
    if not name or not Path(name).exists():
        return
    how = _taken(Path(name), model.name)
    if how == "exit":
        os._exit(1)
    if how == "throttle":
        raise ClientError({"Error": {"Code": "RequestLimitExceeded", "Message": "Request limit exceeded."}}, model.name)


def _taken(file: Path, operation: str) -> str:
    with file.open("r+") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        fault = json.load(opened)
        if fault["operation"] != operation or fault["times"] < 1:
            return ""
        fault["times"] -= 1
        opened.seek(0)
        opened.truncate()
        json.dump(fault, opened)
        return str(fault["how"])
