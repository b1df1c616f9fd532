"""`check` on whole files: right systems, the same wrong by one detail, and what is none of its business."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from check_cases import (
    beside,
    chart,
    graphics_processors,
    local_disks,
    memory,
    on_aws,
    surroundings,
    varied,
    written_otherwise,
)
from check_cases.case import Case

from pulumi_milvus.cli.run import run

CASES = [
    *local_disks.CASES,
    *graphics_processors.CASES,
    *memory.CASES,
    *surroundings.CASES,
    *chart.CASES,
    *on_aws.CASES,
    *beside.CASES,
    *varied.CASES,
    *written_otherwise.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_errors_and_warnings_are_those_expected(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", str(tmp_path / "files.yaml"), "--json"]
    (tmp_path / "files.yaml").write_text(yaml.safe_dump_all(case.files, sort_keys=False))
    if case.workload is not None:
        (tmp_path / "workload.yaml").write_text(yaml.safe_dump(case.workload))
        arguments += ["--workload", str(tmp_path / "workload.yaml")]
    if case.environment is not None:
        arguments += ["--environment", case.environment]
    status = run(arguments)
    said = capsys.readouterr()
    answer = json.loads(said.out)
    judged = [finding for finding in answer["findings"] if finding["level"] != "advice"]
    found = {(finding["rule"], finding["level"]) for finding in judged}
    assert found == set(case.expected.items()), "\n".join(map(str, judged))
    assert status == (1 if "error" in case.expected.values() else 0)
