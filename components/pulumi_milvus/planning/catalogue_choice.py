"""Which catalogue a stack or a command plans with: a file that is named, the region's, or the packaged one.

The order: the option of a command, the setting ``milvus:catalogue``, the environment variable
``PULUMI_MILVUS_CATALOGUE``; without any of them the packaged snapshot. The region is ``milvus:aws``'s ``region`` or
``aws:region``. Where ``milvus:aws`` says ``run_on: virtual_machine``, the plan is for one machine, not for a cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue, aws_catalogue, machine_catalogue
from pulumi_milvus.planning.hardware.catalogue_file import read_catalogue_file
from pulumi_milvus.planning.problems import InvalidValues, Problem
from pulumi_milvus.planning.settings import Settings

ENVIRONMENT_VARIABLE: Final = "PULUMI_MILVUS_CATALOGUE"


def chosen_catalogue(
    settings: Settings, folder: Path, environment: Mapping[str, str], option: str | None = None
) -> AwsCatalogue | None:
    """The catalogue to plan with; None where nothing is said: ``make_plan`` then takes its own.

    ``folder`` is that of the values file, from which ``milvus:catalogue`` is named. Raises ``InvalidValues`` where the
    file cannot be used, or does not have the region.
    """
    found = _chosen(settings, folder, environment, option)
    if settings.aws is not None and settings.aws.run_on == "virtual_machine":
        return machine_catalogue(found or aws_catalogue())
    return found


def _chosen(
    settings: Settings, folder: Path, environment: Mapping[str, str], option: str | None
) -> AwsCatalogue | None:
    named = chosen_file(settings, folder, environment, option)
    if named is None:
        return aws_catalogue(settings.region) if settings.region else None
    path, by = named
    try:
        return read_catalogue_file(path).snapshot(settings.region).catalogue
    except InvalidValues as error:
        raise InvalidValues(
            Problem(f"{by}: {item.path}", item.value, item.reason, item.nearest) for item in error.problems
        ) from None


def chosen_file(
    settings: Settings, folder: Path, environment: Mapping[str, str], option: str | None = None
) -> tuple[Path, str] | None:
    """The file that is named, and what names it; None where nothing does."""
    if option is not None:
        return Path(option), "--catalogue"
    if settings.catalogue:
        return folder / settings.catalogue, "milvus:catalogue"
    variable = environment.get(ENVIRONMENT_VARIABLE)
    return (Path(variable), ENVIRONMENT_VARIABLE) if variable else None
