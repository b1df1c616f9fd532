"""The files of a new project, as texts by their paths."""

from __future__ import annotations

from typing import Final

from pulumi_milvus.planning.values_file import read_values_text
from pulumi_milvus.starting.answers import Answers
from pulumi_milvus.starting.values_text import values_text

_PROGRAM: Final = '''"""One environment of Milvus, from the values file of the selected stack beside this program."""

from pathlib import Path

import pulumi

from pulumi_milvus import Lite, plain_errors, server_environment, stack_plan, stack_values

with plain_errors():
    values = stack_values()
    plan = stack_plan(values.workload, Path(__file__).parent)
    pulumi.export("topology", plan.topology)
    if plan.topology == "lite":
        milvus = Lite(
            "milvus",
            {
                "workload": pulumi.Config("milvus").require_object("workload"),
                "disposable_data": values.settings.disposable_data,
                "aliases": values.settings.aliases,
            },
        )
        pulumi.export("uri", milvus.uri)
        pulumi.export("collections", milvus.collections)
    else:
        server_environment(values, plan, Path(__file__).parent)
'''

_PLUGIN_PROGRAM: Final = '''"""The `milvus` plugin of the installed package. Pulumi starts it."""

import sys

from pulumi_milvus.provider.serve import main
from pulumi_milvus.version import PACKAGE_VERSION

if __name__ == "__main__":
    main(sys.argv[1:], PACKAGE_VERSION)
'''

_PLUGIN: Final = """\
name: milvus
version: VERSION
runtime:
  name: python
  options:
    toolchain: pip
    virtualenv: ../.venv
"""

_IGNORED: Final = """\
.venv/
.state/
.data/
__pycache__/
"""


def project_files(answers: Answers, package_version: str) -> dict[str, str]:
    """Path, relative to the project's folder, and text of each file. Raises ``InvalidValues`` with every mistake.

    ``package_version``: of this package, which the project is held to.
    """
    values = values_text(answers)
    topology = read_values_text(values).workload.topology or "lite"
    return {
        "Pulumi.yaml": _project(answers),
        "README.md": _readme(answers, topology),
        "requirements.txt": _requirements(topology, package_version),
        ".gitignore": _IGNORED,
        "stacks/__main__.py": _PROGRAM,
        f"stacks/Pulumi.{answers.environment}.yaml": values,
        "milvus-plugin/PulumiPlugin.yaml": _PLUGIN.replace("VERSION", package_version),
        "milvus-plugin/__main__.py": _PLUGIN_PROGRAM,
    }


def _project(answers: Answers) -> str:
    return f"""\
name: {answers.project}
description: Milvus for what is stored and asked
main: stacks
stackConfigDir: stacks
runtime:
  name: python
  options:
    toolchain: pip
    virtualenv: .venv
backend:
  # State in this folder. A team keeps it elsewhere: PULUMI_BACKEND_URL=s3://BUCKET?region=REGION
  url: file://./.state?create_dir=true&metadata=skip
plugins:
  providers:
    - name: milvus
      path: milvus-plugin
"""


def _requirements(topology: str, version: str) -> str:
    extra = "" if topology == "lite" else "[kubernetes]"
    return f"pulumi-milvus{extra}=={version}\n"


def _readme(answers: Answers, topology: str) -> str:
    stack, file = answers.environment, f"stacks/Pulumi.{answers.environment}.yaml"
    where = (
        "Milvus Lite, embedded in a local file: no server and no account."
        if topology == "lite"
        else "On the Kubernetes cluster that kubectl talks to, or that `kubernetes:context` of the stack names."
    )
    return f"""\
# {answers.project}

Milvus from what is stored and asked. {where}

## Bring it up

    export PULUMI_CONFIG_PASSPHRASE_FILE=.passphrase    # a file with a passphrase of yours; keep it
    pulumi install
    pulumi stack init {stack}
    pulumi up --stack {stack}

## Change it

Edit `{file}`; then see what follows, and let somebody look at it:

    pulumi-milvus plan {file}
    pulumi preview --stack {stack} --diff

A plan that is accepted stays, whatever a later version of the package would choose:

    pulumi-milvus plan --write {file}
"""
