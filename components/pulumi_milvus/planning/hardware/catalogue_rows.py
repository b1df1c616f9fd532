"""The rows of a snapshot: which columns there are, and whether a file's rows are of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.planning.hardware.catalogue import ARCHITECTURES
from pulumi_milvus.planning.problems import Problem, shown

# A broken file is told by its first mistakes; the rest are counted.
_MOST_PROBLEMS: Final = 20
# 448 vCPUs and 32 TiB are the largest machines of today (u7in-32tb): far beyond them a number is a mistake.
_MOST: Final = 10**12


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in a column: values of ``kind``, null too where ``nullable``; a number at least ``least``."""

    kind: type
    nullable: bool = False
    least: int = 0


COLUMNS: Final[Mapping[str, Column]] = {
    "name": Column(str),
    "family": Column(str),
    "generation": Column(int),
    "architecture": Column(str),
    "vcpus": Column(int, least=1),
    "memory_mib": Column(int, least=1),
    "allocatable_cpu_millicores": Column(int, nullable=True),
    "allocatable_memory_mib": Column(int, nullable=True),
    "max_pods": Column(int, nullable=True),
    "local_nvme_gb": Column(int),
    "local_nvme_disks": Column(int),
    "local_nvme_read_iops": Column(int, nullable=True),
    "local_nvme_write_iops": Column(int, nullable=True),
    "gpus": Column(int),
    "gpu_name": Column(str, nullable=True),
    "gpu_memory_mib_each": Column(int),
    "gpu_compute_capability": Column(str, nullable=True),
    "cpu_model": Column(str, nullable=True),
    "simd": Column(str, nullable=True),
    "volume_base_megabits_per_second": Column(int, nullable=True),
    "volume_max_megabits_per_second": Column(int, nullable=True),
    "volume_max_iops": Column(int, nullable=True),
    "bare_metal": Column(bool),
    "retired": Column(bool),
    "offered": Column(bool),
    "usd_per_hour": Column(float, nullable=True),
    "zones": Column(list, nullable=True),
}
_WORDS: Final = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list of texts",
}


def rows_problems(data: Mapping[str, Any], path: str) -> list[Problem]:
    """What is wrong with ``columns`` and ``rows`` of a snapshot: empty where nothing is."""
    columns, rows = data.get("columns"), data.get("rows")
    if not isinstance(columns, list) or sorted(map(str, columns)) != sorted(COLUMNS):
        reason = "the columns are not those of this version"
        return [Problem(f"{path}.columns", shown(columns), reason, "pulumi-milvus catalogue refresh")]
    if not isinstance(rows, list) or not rows:
        return [Problem(f"{path}.rows", shown(rows), "a list of types is needed")]
    problems: list[Problem] = []
    names: set[str] = set()
    for position, row in enumerate(rows):
        where = f"{path}.rows[{position}]"
        if not isinstance(row, list) or len(row) != len(columns):
            problems.append(Problem(where, shown(row), f"a list of {len(columns)} values is needed"))
            continue
        values = dict(zip(columns, row, strict=True))
        problems.extend(_row_problems(values, where))
        if isinstance(values["name"], str) and values["name"] in names:
            problems.append(Problem(f"{where}.name", shown(values["name"]), "another row has this name"))
        names.add(str(values["name"]))
    if len(problems) > _MOST_PROBLEMS:
        return [*problems[:_MOST_PROBLEMS], Problem(path, "", f"and {len(problems) - _MOST_PROBLEMS} more problems")]
    return problems


def _row_problems(values: Mapping[str, Any], where: str) -> list[Problem]:
    problems = [
        Problem(f"{where}.{name}", shown(values[name]), _wrong(column))
        for name, column in COLUMNS.items()
        if not _fits(values[name], column)
    ]
    if isinstance(values["architecture"], str) and values["architecture"] not in ARCHITECTURES:
        near = ARCHITECTURES[0]
        problems.append(Problem(f"{where}.architecture", shown(values["architecture"]), "no architecture", near))
    return problems


def _fits(value: object, column: Column) -> bool:
    if value is None:
        return column.nullable
    if column.kind is bool or isinstance(value, bool):
        return isinstance(value, bool) and column.kind is bool
    if column.kind is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if column.kind is float:
        return isinstance(value, int | float) and 0 < value < _MOST
    if column.kind is int:
        return isinstance(value, int) and column.least <= value < _MOST
    return isinstance(value, str) and value != ""


def _wrong(column: Column) -> str:
    least = f", at least {column.least}" if column.least else ""
    return f"{_WORDS[column.kind]} is needed{least}{', or null' if column.nullable else ''}"
