"""`pulumi-milvus render`: what would run, as Kubernetes objects or as a Compose file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pulumi_milvus.cli.output import print_json, read_standard_input, refuse

if TYPE_CHECKING:
    from pulumi_milvus.manifests.manifest import Manifest
    from pulumi_milvus.manifests.settings import ClusterSettings
    from pulumi_milvus.planning.plan import Plan
    from pulumi_milvus.planning.values_file import Values


def render(
    file: Annotated[str, typer.Argument(help="A stack's values file, a bare workload (YAML or JSON), or - for stdin.")],
    kubernetes: Annotated[
        bool, typer.Option("--kubernetes", help="Kubernetes objects as YAML documents, without values of Secrets.")
    ] = False,
    compose: Annotated[
        bool, typer.Option("--compose", help="A Compose file for one machine; for a plan that is a standalone.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the files into a folder, which is made if it is missing.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a workload's plan makes: Kubernetes objects, or a Compose file. Nothing is created.

    A plan that was written is used as it stands, as `up` does. Of a stack that is made on AWS, bucket, role, storage
    class and autoscaler are those of `up`; the Compose file of run_on: virtual_machine is its machine's.

    \b
    Examples:
      pulumi-milvus render --kubernetes stacks/Pulumi.distributed.yaml
      pulumi-milvus render --compose stacks/Pulumi.standalone.yaml --output milvus
      docker compose --project-directory milvus up --detach --wait

    Exit status: 0 fine, 1 a rule found an error, 2 the file is wrong or the plan cannot be shown that way.
    """
    from pulumi_milvus.planning.problems import InvalidValues

    if kubernetes == compose:
        raise typer.BadParameter("one of --kubernetes and --compose is needed", param_hint="--kubernetes / --compose")
    try:
        values, plan = _values_and_plan(file, as_json=as_json)
        if plan.has_errors:
            _say_findings(plan)
            raise typer.Exit(1)
        settings, before, machine = _deployment(values, plan, file, compose=compose)
        if compose:
            _compose(plan, settings, machine, output, as_json=as_json)
        else:
            _kubernetes(plan, settings, before, output, as_json=as_json)
    except InvalidValues as error:
        refuse(error, "stdin" if file == "-" else file, as_json=as_json)


def _values_and_plan(file: str, *, as_json: bool) -> tuple[Values, Plan]:
    from pulumi_milvus.cli.catalogue_choice import catalogue_for
    from pulumi_milvus.cli.plan_files import judged
    from pulumi_milvus.planning.planner import make_plan
    from pulumi_milvus.planning.values_file import read_values, read_values_text
    from pulumi_milvus.planning.written_use import plan_in_use

    values = read_values_text(read_standard_input(), "stdin") if file == "-" else read_values(Path(file))
    nodes = catalogue_for(values, file, None, as_json=as_json)
    plan = make_plan(values.workload, nodes)
    if file != "-":
        _, beside = judged(file, plan, nodes, as_json=as_json)
        if beside is not None:
            plan = plan_in_use(beside.written, values.workload, beside.facts)
            typer.echo(f"{beside.file}: the written plan is shown", err=True)
    return values, plan


def _deployment(
    values: Values, plan: Plan, file: str, *, compose: bool
) -> tuple[ClusterSettings, tuple[Manifest, ...], str | None]:
    """The settings of Milvus, what stands in the cluster before it, and the Compose file of a machine of its own."""
    from pulumi_milvus.cli.render_on_aws import on_aws
    from pulumi_milvus.manifests.settings import ClusterSettings
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    if values.settings.aws is None:
        return values.settings.kubernetes or ClusterSettings(), (), None
    if file == "-":
        raise InvalidValues([Problem("config.milvus:aws", "", "is read of a file only", "render FILE")])
    found = on_aws(values, plan, Path(file), compose=compose)
    return found.settings, found.before, found.compose


def _say_findings(plan: Plan) -> None:
    for finding in plan.findings:
        typer.echo(str(finding), err=True)


def _kubernetes(
    plan: Plan, settings: ClusterSettings, before: tuple[Manifest, ...], output: Path | None, *, as_json: bool
) -> None:
    from pulumi_milvus.cloud_aws.cluster_manifests import AUTOSCALER_ROLE
    from pulumi_milvus.manifests.deployment import deployment_manifests
    from pulumi_milvus.manifests.notes import notes
    from pulumi_milvus.manifests.secrets import needed_secrets
    from pulumi_milvus.manifests.yaml_documents import manifests_text

    manifests = deployment_manifests(plan, settings)
    secrets = needed_secrets(plan, settings)
    told = notes(plan, settings, nodes_are_made=bool(before))
    if output is not None:
        texts = {"cluster.yaml": manifests_text(before)} if before else {}
        written = _write(output, texts | {"milvus.yaml": manifests_text(manifests)})
        _done(written, as_json=as_json)
    elif as_json:
        print_json(
            {
                "objects": [dict(manifest.body) for manifest in (*before, *manifests)],
                "secrets": [
                    {"name": item.name, "keys": list(item.keys), "generated": item.generated} for item in secrets
                ],
                "notes": list(told),
            }
        )
    else:
        typer.echo(manifests_text((*before, *manifests)), nl=False)
    for item in secrets:
        made = "the component generates it" if item.generated else "it must be there"
        typer.echo(f"Secret {item.name} ({', '.join(item.keys)}): {item.purpose}; {made}", err=True)
    if before:
        typer.echo(f"{AUTOSCALER_ROLE}: only `pulumi up` knows it, which makes the role", err=True)
    for sentence in told:
        typer.echo(sentence, err=True)


def _compose(plan: Plan, settings: ClusterSettings, machine: str | None, output: Path | None, *, as_json: bool) -> None:
    from pulumi_milvus.cli.password_file import keep_or_make_password
    from pulumi_milvus.manifests.compose.compose_file import COMPOSE_FILE, PASSWORD_FILE, compose_content, compose_text
    from pulumi_milvus.planning.yaml_text import parse

    text = compose_text(plan, settings) if machine is None else machine
    if output is not None:
        written = _write(output, {COMPOSE_FILE: text})
        made = keep_or_make_password(output / PASSWORD_FILE)
        _done([*written, *([str(output / PASSWORD_FILE)] if made else [])], as_json=as_json)
        words = "with a password of root that nobody else has: keep it" if made else "is kept as it was"
        typer.echo(f"{output / PASSWORD_FILE}: {words}", err=True)
        return
    if as_json:
        print_json(compose_content(plan, settings) if machine is None else parse(machine, COMPOSE_FILE))
    else:
        typer.echo(text, nl=False)
    typer.echo(f"--output DIR writes this and {PASSWORD_FILE}, with a new password of root", err=True)


def _write(folder: Path, texts: dict[str, str]) -> list[str]:
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = f"cannot be written: {error.strerror or type(error).__name__}"
        raise InvalidValues([Problem("--output", str(folder), reason, "a folder of yours")]) from None
    return [str(folder / name) for name in texts]


def _done(written: list[str], *, as_json: bool) -> None:
    if as_json:
        answer: dict[str, Any] = {"written": written}
        print_json(answer)
    else:
        typer.echo("written: " + ", ".join(written), err=True)
