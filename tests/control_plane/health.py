"""Waiting until a part of the control plane says that it is ready."""

from __future__ import annotations

import time
from pathlib import Path

import urllib3

from control_plane.processes import Child, StartError


def wait_until_healthy(child: Child, address: str, authority: Path, token: str, end: float) -> None:
    """Until ``address`` answers 200, at the latest ``end`` (monotonic); a StartError at once when the process ends."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    said = "nothing"
    with urllib3.PoolManager(ca_certs=str(authority), retries=False, headers=headers) as pool:
        while time.monotonic() < end:
            child.check()
            try:
                answer = pool.request("GET", address, timeout=5)
                if answer.status == 200:
                    return
                said = f"{answer.status} {answer.data.decode(errors='replace')[-600:]}"
            except urllib3.exceptions.HTTPError as error:
                said = str(error)
            time.sleep(0.05)
    raise StartError(f"{child.name} is not ready, it says: {said}\nthe end of {child.log}:\n{child.tail()}")
