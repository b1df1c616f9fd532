"""The catalogue that a command plans with, or the words why it cannot be used."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_milvus.cli.output import refuse

if TYPE_CHECKING:
    from pulumi_milvus.planning.hardware.aws_catalogue import AwsCatalogue
    from pulumi_milvus.planning.hardware.catalogue import Catalogue
    from pulumi_milvus.planning.values_file import Values


def catalogue_for(values: Values, file: str, option: str | None, *, as_json: bool) -> Catalogue:
    """The nodes that the values of a file may have. ``file`` is ``-`` for stdin, and ``option`` what --catalogue says.

    A cluster that is there (``node_shapes``) comes before every catalogue. Ends the command where it cannot be used.
    """
    from pulumi_milvus.planning.catalogue_choice import chosen_catalogue
    from pulumi_milvus.planning.planner import catalogue_of
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    if values.workload.node_shapes:
        if option is not None:
            reason = "the workload's node_shapes say which nodes there are, so no catalogue is chosen from"
            refuse(InvalidValues([Problem("--catalogue", option, reason)]), file, as_json=as_json)
        return catalogue_of(values.workload)
    folder = Path() if file == "-" else Path(file).parent
    try:
        chosen = chosen_catalogue(values.settings, folder, os.environ, option)
    except InvalidValues as error:
        refuse(error, "stdin" if file == "-" else file, as_json=as_json)
    return catalogue_of(values.workload) if chosen is None else chosen


def shared_catalogue(option: str | None) -> AwsCatalogue | None:
    """The catalogue for all workloads of a batch; None: each one's own."""
    from pulumi_milvus.planning.catalogue_choice import chosen_catalogue
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.settings import Settings

    try:
        return chosen_catalogue(Settings(), Path(), os.environ, option)
    except InvalidValues as error:
        refuse(error, "--catalogue" if option else "the environment", as_json=False)
