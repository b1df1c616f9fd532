"""Failures that a test wants: a file says which call of AWS fails, how, and how often.

The file is named by the variable below: {"operation": "CreateSubnet", "how": "throttle", "times": 1}. ``how`` may also
be ``expire``, ``exit``, or ``pause``: long enough for a test to kill the engine before the call.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

_PAUSE_SECONDS = 600
VARIABLE = "PULUMI_MILVUS_TEST_AWS_FAULT"

# As EC2 and STS word them (EC2 API reference, errors-overview; STS API reference, CommonErrors).
_ERRORS = {
    "throttle": ("RequestLimitExceeded", "Request limit exceeded."),
    "expire": ("ExpiredTokenException", "The security token included in the request is expired"),
}


def strike(model: Any, **_: Any) -> None:
    """Before each call: fail where the file says so."""
    name = os.environ.get(VARIABLE)
    if not name or not Path(name).exists():
        return
    how = _taken(Path(name), model.name)
    if how == "exit":
        os._exit(1)
    if how == "pause":
        time.sleep(_PAUSE_SECONDS)
    if how in _ERRORS:
        code, message = _ERRORS[how]
        raise ClientError({"Error": {"Code": code, "Message": message}}, model.name)


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
