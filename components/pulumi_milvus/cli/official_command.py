"""`pulumi-milvus official`: what the official Milvus sizing tool (milvus.io/tools/sizing) says, to be compared with."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pulumi_milvus.cli.output import print_json, problem_json, read_standard_input, refuse

# Lines are answered in blocks: one write for each would cost as much as the answer.
_LINES_PER_WRITE = 500


def official(
    file: Annotated[
        str | None, typer.Argument(help="A filled form (YAML or JSON, the keys of a batch), or - for stdin.")
    ] = None,
    index_type: Annotated[str | None, typer.Option(help="FLAT, SCANN, HNSW, IVF_FLAT, IVF_SQ8 ...")] = None,
    vectors_million: Annotated[str | None, typer.Option(help="Vectors in millions; 0.5 is half a million.")] = None,
    dimension: Annotated[str | None, typer.Option(help="Numbers in a vector; the tool knows floats only.")] = None,
    hnsw_m: Annotated[str | None, typer.Option(help="M of HNSW. Default: 30.")] = None,
    ivf_nlist: Annotated[str | None, typer.Option(help="nlist of the IVF types. Default: 128.")] = None,
    rabitq_refine_type: Annotated[
        str | None, typer.Option(help="None, SQ6, SQ8, FP16, BF16 or SQ32. Default: None.")
    ] = None,
    scann_with_raw_data: Annotated[bool, typer.Option("--scann-with-raw-data", help="SCANN keeps vectors.")] = False,
    graph_max_degree: Annotated[str | None, typer.Option(help="DISKANN and AISAQ. Default: 56.")] = None,
    aisaq_inline_pq: Annotated[str | None, typer.Option(help="AISAQ. Default: 56.")] = None,
    scalar_avg_bytes_per_row: Annotated[
        str | None, typer.Option(help="Scalar fields, bytes a row. Default: 0.")
    ] = None,
    scalar_offload_to_disk: Annotated[
        bool, typer.Option("--scalar-offload-to-disk", help="Map scalar fields from disk.")
    ] = False,
    segment_size_mib: Annotated[str | None, typer.Option(help="512, 1024 or 2048. Default: 1024.")] = None,
    mode_request: Annotated[
        str | None, typer.Option(help="auto, standalone or distributed. Default: auto, by the size of the raw data.")
    ] = None,
    message_queue: Annotated[
        str | None, typer.Option(help="pulsar, kafka or woodpecker, for a cluster. Default: pulsar.")
    ] = None,
    tool_version: Annotated[str | None, typer.Option(help="2.6.x, or 2.5.x for the older page.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    batch: Annotated[
        str | None, typer.Option(help="A file, or - for stdin, with one JSON form a line: one answer a line.")
    ] = None,
) -> None:
    """Say what the official Milvus sizing tool computes for a filled form: its arithmetic, not our advice.

    \b
    Examples:
      pulumi-milvus official --index-type HNSW --vectors-million 40 --dimension 768
      pulumi-milvus official --index-type DISKANN --vectors-million 600 --dimension 1024 --message-queue kafka --json
      pulumi-milvus official --json form.yaml
      echo '{"index_type": "FLAT", "vectors_million": 1, "dimension": 768}' | pulumi-milvus official --batch -

    Exit status: 0 fine (a batch always), 2 the form cannot be computed. docs/official.md says where the tool is wrong.
    """
    given = {
        "index_type": index_type,
        "vectors_million": _number(vectors_million),
        "dimension": _number(dimension),
        "hnsw_m": _number(hnsw_m),
        "ivf_nlist": _number(ivf_nlist),
        "rabitq_refine_type": rabitq_refine_type,
        "scann_with_raw_data": scann_with_raw_data or None,
        "graph_max_degree": _number(graph_max_degree),
        "aisaq_inline_pq": _number(aisaq_inline_pq),
        "scalar_avg_bytes_per_row": _number(scalar_avg_bytes_per_row),
        "scalar_offload_to_disk": scalar_offload_to_disk or None,
        "segment_size_mib": _number(segment_size_mib),
        "mode_request": mode_request,
        "message_queue": message_queue,
        "tool_version": tool_version,
    }
    form = {key: value for key, value in given.items() if value is not None}
    if [file is not None, batch is not None, bool(form)].count(True) != 1:
        reason = "fill the form by options, or name one FILE, or give --batch FILE"
        raise typer.BadParameter(reason, param_hint="FILE")
    if batch is not None:
        _official_batch(batch)
    elif file is not None:
        _official_file(file, as_json=as_json)
    else:
        _official_one(form, "the form", as_json=as_json)


def _official_file(file: str, *, as_json: bool) -> None:
    from pulumi_milvus.planning.problems import InvalidValues
    from pulumi_milvus.planning.yaml_text import parse

    name = "stdin" if file == "-" else file
    data = _bytes_of(file)
    try:
        form = parse(data, name)
    except InvalidValues as error:
        refuse(error, name, as_json=as_json)
    _official_one(form, name, as_json=as_json)


def _official_one(form: Any, name: str, *, as_json: bool) -> None:
    from pulumi_milvus.planning.official import official_size
    from pulumi_milvus.planning.problems import InvalidValues

    try:
        answer = official_size(form)
    except InvalidValues as error:
        refuse(error, name, as_json=as_json)
    if as_json:
        print_json(answer)
    else:
        _print_page(answer)


def _official_batch(file: str) -> None:
    encode = json.JSONEncoder(ensure_ascii=True, check_circular=False).encode
    block: list[str] = []
    for answer in _answers(_bytes_of(file)):
        block.append(encode(answer))
        if len(block) == _LINES_PER_WRITE:
            sys.stdout.write("\n".join(block) + "\n")
            block.clear()
    if block:
        sys.stdout.write("\n".join(block) + "\n")
    sys.stdout.flush()


def _answers(data: bytes) -> Iterator[dict[str, Any]]:
    """One answer for each line, in order; a bad line is answered with its problems, and the rest go on."""
    from pulumi_milvus.planning.json_text import parse_json
    from pulumi_milvus.planning.official import official_size
    from pulumi_milvus.planning.problems import InvalidValues

    lines = data.split(b"\n")
    if lines and not lines[-1].strip():
        lines.pop()
    for line in lines:
        try:
            yield official_size(parse_json(line))
        except InvalidValues as error:
            yield problem_json(error)


def _bytes_of(file: str) -> bytes:
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    try:
        return read_standard_input() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no name of a file"
        refuse(InvalidValues([Problem(file, "", f"cannot be read: {reason}")]), file, as_json=False)


def _number(text: str | None) -> Any:
    """The number in an option (768, 1_000, 0.5), or the text as it is, for the reader to refuse."""
    for read in (int, float):
        try:
            return None if text is None else read(text)
        except ValueError:
            continue
    return text


def _print_page(answer: dict[str, Any]) -> None:
    """The answer as the tool's page has it: sizes, what runs, what stands beside it, sums."""
    from rich.console import Console
    from rich.text import Text

    out = Console(highlight=False, markup=False)
    chosen = "" if answer["mode_effective"] == answer["mode_automatic"] else f", by itself {answer['mode_automatic']}"
    out.print(Text(f"The official sizing tool: {answer['mode_effective']}{chosen}", style="bold"))
    if answer["out_of_range_results_hidden"]:
        out.print(Text("Its page shows dashes here and refers to sales; these are the numbers behind them."))
    out.print(_sizes(answer))
    out.print(_pods("Milvus", answer["milvus"]))
    dependencies = answer["dependencies"]
    queue = {
        f"{name} {part}": pods for name in ("pulsar", "kafka") for part, pods in (dependencies[name] or {}).items()
    }
    out.print(_pods("Dependencies", {"etcd": dependencies["etcd"], "minio": dependencies["minio"], **queue}))
    if not answer["standalone_selectable"]:
        out.print(Text("Its form does not offer standalone for this much raw data."))
    out.print(Text("The tool leaves out headroom, replicas, queries, writes and growth: docs/official.md."))


def _table(title: str, *columns: str) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=box.SIMPLE_HEAD)
    for position, column in enumerate(columns):
        table.add_column(column, justify="right" if position else "left")
    return table


def _sizes(answer: dict[str, Any]) -> Any:
    totals, table = answer["totals"], _table("", "", "figure", "as its page shows it")
    shown = answer["displayed"]
    for label, key in (("raw data", "raw_data"), ("loading memory", "loading_memory"), ("local disk", "local_disk")):
        table.add_row(label, f"{answer[f'{key}_bytes']:,.0f} bytes", shown[key])
    table.add_row("cores in all", f"{totals['all_cpu_cores']:,}", shown["total_cpu_cores"])
    table.add_row("memory in all", f"{totals['all_memory_gib']:,} GiB", shown["total_memory"])
    table.add_row("volumes in all", f"{totals['dependency_storage_gib']:,} GiB", shown["total_storage"])
    return table


def _pods(title: str, pods_by_role: dict[str, Any]) -> Any:
    table = _table(title, "role", "pods", "cores each", "GiB each", "disk each")
    for role, pods in pods_by_role.items():
        cells = (pods["pod_count"], pods["cpu_cores_per_pod"], pods["memory_gib_per_pod"])
        table.add_row(role.replace("_", " "), *(f"{cell:,}" for cell in cells), _disk(pods))
    return table


def _disk(pods: dict[str, Any]) -> str:
    local_bytes = pods.get("local_disk_bytes_per_pod", pods.get("local_disk_bytes_displayed"))
    if local_bytes:
        return f"{local_bytes / 2**30:,.1f} GiB local"
    if "journal_gib_per_pod" in pods:
        return f"{pods['journal_gib_per_pod']:,} GiB journal, {pods['ledgers_gib_per_pod']:,} GiB ledgers"
    return f"{pods['pvc_gib_per_pod']:,} GiB" if "pvc_gib_per_pod" in pods else "-"
