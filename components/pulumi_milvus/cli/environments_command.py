"""`pulumi-milvus environments`: a project's environments, what each needs, and which of them a change touches."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pulumi_milvus.cli.output import print_json, refuse

if TYPE_CHECKING:
    from pulumi_milvus.touched_environments import Layout


def environments(
    name: Annotated[str | None, typer.Argument(help="One environment; by default all.", metavar="[NAME]")] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Only what changed since this commit or branch touches, as git has it.", metavar="COMMIT"),
    ] = None,
    project: Annotated[Path, typer.Option(help="The folder of Pulumi.yaml.", metavar="DIR")] = Path("."),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, on one line.")] = False,
) -> None:
    """List a project's environments and what a preview of each needs: nothing, a cluster, an account, a passphrase.

    \b
    With --since only those that a change touches: its own values file or accepted plan; or all of them, where the
    program, a component, a policy or what they are installed from changed. Words and tests touch none.

    \b
    Examples:
      pulumi-milvus environments
      pulumi-milvus environments --since origin/main --json

    Exit status: 0 fine, 2 an argument or the project is wrong.
    """
    from pulumi_milvus.planning.nearest import nearest_word
    from pulumi_milvus.planning.problems import InvalidValues, Problem, shown
    from pulumi_milvus.touched_environments import touched

    try:
        root = _repository(project) if since is not None else project.resolve()
        layout = _layout(root, project)
        texts = _values_files(root / layout.stacks)
        if name is not None and name not in texts:
            nearest = nearest_word(name, list(texts)) or ", ".join(texts) or "a values file"
            raise InvalidValues([Problem(shown(name), "", f"has no values file in {layout.stacks}", nearest)])
        names = sorted(texts) if since is None else touched(_changed(root, since), layout, texts)
        if name is not None:
            names = [item for item in names if item == name]
        found = {item: _needs(texts[item]) for item in names}
    except InvalidValues as error:
        refuse(error, str(project), as_json=as_json)
    if as_json:
        listed = [{"name": item, "needs": wanted} for item, wanted in found.items()]
        print_json({"names": names, "environments": listed}, compact=True)
    else:
        for item, wanted in found.items():
            typer.echo(f"{item}\tneeds: {', '.join(wanted) or 'nothing'}")
        if not found:
            typer.echo("no environment is touched" if since is not None else "no environment is here", err=True)


def _repository(project: Path) -> Path:
    return Path(_git(project, "rev-parse", "--show-toplevel").strip())


def _changed(root: Path, since: str) -> list[str]:
    """What differs between the commit that both have and this one; an old name of a moved file counts too."""
    told = _git(root, "diff", "--name-only", "--no-renames", "-z", "--merge-base", "--end-of-options", since, "HEAD")
    return [path for path in told.split("\0") if path]


def _git(folder: Path, *arguments: str) -> str:
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise InvalidValues([Problem("git", "", f"cannot be run: {error.strerror}", "git on PATH")]) from None
    if done.returncode != 0:
        reason = "fails: " + " ".join(done.stderr.split())[:300]
        nearest = "a commit of this repository, fetched with its history (actions/checkout: fetch-depth: 0)"
        raise InvalidValues([Problem("git " + arguments[0], "", reason, nearest)])
    return done.stdout


def _layout(root: Path, project: Path) -> Layout:
    from pulumi_milvus.planning.problems import InvalidValues, Problem
    from pulumi_milvus.planning.yaml_text import parse
    from pulumi_milvus.touched_environments import Layout

    file = project / "Pulumi.yaml"
    try:
        data = parse(file.read_bytes(), str(file))
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise InvalidValues([Problem(str(file), "", reason, "--project DIR, the folder of Pulumi.yaml")]) from None
    if not isinstance(data, dict):
        raise InvalidValues([Problem(str(file), "", "a mapping is needed", "name: milvus")])
    return Layout.read(PurePosixPath(project.resolve().relative_to(root).as_posix()), data)


def _values_files(folder: Path) -> dict[str, str]:
    files = sorted([*folder.glob("Pulumi.*.yaml"), *folder.glob("Pulumi.*.yml")])
    return {file.name.removeprefix("Pulumi.").rpartition(".")[0]: _text(file) for file in files}


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")


def _needs(text: str) -> list[str]:
    from pulumi_milvus.planning.planner import make_plan
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.values_file import values_of
    from pulumi_milvus.planning.yaml_text import parse
    from pulumi_milvus.touched_environments import needs

    topology = None
    data: Any = None
    try:
        data = parse(text.encode(), "")
        topology = make_plan(values_of(data).workload).topology
    except InvalidValues:
        # The preview says what is wrong with it, and needs nothing to say so.
        pass
    config = data.get("config") if isinstance(data, dict) else None
    return needs(config if isinstance(config, dict) else {}, topology)
