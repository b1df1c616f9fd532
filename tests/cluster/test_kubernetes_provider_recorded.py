"""The stand-in of the Kubernetes provider answers Check and Diff as the official one was recorded to answer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from control_plane import ControlPlane
from kubernetes_provider.official import BIN, PLUGIN
from kubernetes_provider.plugin_process import plugin_process
from kubernetes_provider.recorded_cases import RECORDING, asked


def comparable(answer: dict[str, Any]) -> str:
    """The answer without the random digits of names."""
    return re.sub(r"thing-[0-9a-f]{8}", "thing-XXXXXXXX", json.dumps(answer, sort_keys=True))


def test_check_and_diff_are_as_recorded(control_plane: ControlPlane) -> None:
    recorded = [json.loads(line) for line in RECORDING.read_text().splitlines()]
    with plugin_process(BIN / PLUGIN, control_plane.kubeconfig) as plugin:
        answered = list(asked(plugin))
    assert len(answered) == len(recorded), "the cases are not the recorded ones: record anew"
    different = [
        f"{ours['call']} {ours['token']} {ours['new']}\n  recorded {theirs['answer']}\n  answered {ours['answer']}"
        for ours, theirs in zip(answered, recorded, strict=True)
        if comparable(ours["answer"]) != comparable(theirs["answer"])
    ]
    if different:
        pytest.fail(f"{len(different)} of {len(answered)} differ:\n" + "\n".join(different[:10]))
