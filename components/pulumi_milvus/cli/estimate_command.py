"""`pulumi-milvus estimate`: what one index weighs at rest, loaded, loading, building, growing, on disk and on a GPU."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pulumi_milvus.cli.numbers import number_in
from pulumi_milvus.cli.output import print_json, problem_json, read_standard_input, refuse

# Lines are answered in blocks: one write for each would cost as much as the estimate.
_LINES_PER_WRITE = 1_000


def estimate(
    index: Annotated[
        str | None, typer.Option(help="Index type, such as HNSW, IVF_SQ8, DISKANN, GPU_CAGRA or AUTOINDEX.")
    ] = None,
    vectors: Annotated[str | None, typer.Option(help="How many vectors.")] = None,
    dimension: Annotated[str | None, typer.Option(help="Numbers in a vector; not for sparse vectors.")] = None,
    param: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A build parameter; may be given several times.")
    ] = None,
    data_type: Annotated[str | None, typer.Option(help="FLOAT_VECTOR, FLOAT16_VECTOR, BINARY_VECTOR ...")] = None,
    metric: Annotated[str | None, typer.Option(help="COSINE, L2, IP ... Default: Milvus's own.")] = None,
    topology: Annotated[str | None, typer.Option(help="lite, standalone, distributed or managed.")] = None,
    hardware: Annotated[str | None, typer.Option(help="memory, nvme or gpu (the GPU image).")] = None,
    milvus_version: Annotated[str | None, typer.Option(help="Such as 2.6.24.")] = None,
    nonzeros_per_vector: Annotated[str | None, typer.Option(help="Values that are not zero (sparse).")] = None,
    scalar_bytes_per_row: Annotated[str | None, typer.Option(help="Scalar data of a row, bytes.")] = None,
    segment_bytes: Annotated[
        str | None, typer.Option(help="Cut into segments of that size; else one segment holds everything.")
    ] = None,
    replicas: Annotated[str | None, typer.Option(help="In-memory replicas.")] = None,
    mmap: Annotated[bool, typer.Option("--mmap", help="Map data and index from local disk.")] = False,
    tiered_storage_hot_share: Annotated[
        str | None, typer.Option(help="Share (0 to 1) that tiered storage keeps in memory.")
    ] = None,
    compaction: Annotated[
        bool, typer.Option("--compaction", help="Count what a compaction stores twice for a time.")
    ] = False,
    compare_official: Annotated[
        bool, typer.Option("--compare-official", help="Set the official sizing tool's figures beside ours.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    batch: Annotated[
        str | None, typer.Option(help="A file, or - for stdin, with one JSON request a line: one answer a line.")
    ] = None,
) -> None:
    """Say what one index weighs, in bytes, from how it is laid out and from measurements.

    \b
    Examples:
      pulumi-milvus estimate --index HNSW --vectors 1000000 --dimension 768 --param M=16
      pulumi-milvus estimate --index DISKANN --vectors 50_000_000 --dimension 768 --segment-bytes 2147483648
      pulumi-milvus estimate --index HNSW_SQ --vectors 1e7 --dimension 768 --param sq_type=SQ8 --json
      echo '{"index": "HNSW", "vectors": 1000000, "dimension": 768}' | pulumi-milvus estimate --batch -

    Exit status: 0 fine (a batch always), 2 the request cannot be answered.
    """
    given = {
        "index": index,
        "vectors": number_in(vectors),
        "dimension": number_in(dimension),
        "params": _parameters(param or []),
        "data_type": data_type,
        "metric": metric.upper() if metric else None,
        "topology": topology,
        "hardware": hardware,
        "milvus_version": milvus_version,
        "nonzeros_per_vector": number_in(nonzeros_per_vector),
        "scalar_bytes_per_row": number_in(scalar_bytes_per_row),
        "segment_bytes": number_in(segment_bytes),
        "replicas": number_in(replicas),
        "mmap": mmap or None,
        "tiered_storage_hot_share": number_in(tiered_storage_hot_share),
        "compaction": compaction or None,
    }
    request = {key: value for key, value in given.items() if value not in (None, {})}
    if batch is not None:
        if request:
            raise typer.BadParameter("a batch has everything in its lines", param_hint="--batch")
        _estimate_batch(batch, compare_official=compare_official)
    elif not request:
        raise typer.BadParameter("say at least --index and --vectors, or give --batch FILE", param_hint="--index")
    else:
        _estimate_one(request, as_json=as_json, compare_official=compare_official)


def _estimate_one(data: dict[str, Any], *, as_json: bool, compare_official: bool) -> None:
    from pulumi_milvus.planning.estimates.estimate import estimate as estimate_of
    from pulumi_milvus.planning.estimates.request import read_request
    from pulumi_milvus.planning.problems import InvalidValues

    try:
        request = read_request(data)
    except InvalidValues as error:
        refuse(error, "estimate", as_json=as_json)
    answer = estimate_of(request)
    if as_json:
        print_json(_compared(answer.to_json(), request) if compare_official else answer.to_json())
    else:
        from pulumi_milvus.cli.estimate_page import print_estimate

        print_estimate(request, answer, compare_official=compare_official)


def _estimate_batch(file: str, *, compare_official: bool) -> None:
    from pulumi_milvus.planning.problems import InvalidValues, Problem

    try:
        data = read_standard_input() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no name of a file"
        refuse(InvalidValues([Problem(file, "", f"cannot be read: {reason}")]), file, as_json=False)
    block: list[str] = []
    encode = json.JSONEncoder(ensure_ascii=True, check_circular=False).encode
    for answer in _answers(data, compare_official=compare_official):
        block.append(encode(answer))
        if len(block) == _LINES_PER_WRITE:
            sys.stdout.write("\n".join(block) + "\n")
            block.clear()
    if block:
        sys.stdout.write("\n".join(block) + "\n")
    sys.stdout.flush()


def _answers(data: bytes, *, compare_official: bool) -> Iterator[dict[str, Any]]:
    """One answer for each line, in order; a bad line is answered with its problems, and the rest go on."""
    from pulumi_milvus.planning.estimates.estimate import estimate as estimate_of
    from pulumi_milvus.planning.estimates.request import read_request
    from pulumi_milvus.planning.json_text import parse_json
    from pulumi_milvus.planning.problems import InvalidValues

    lines = data.split(b"\n")
    if lines and not lines[-1].strip():
        lines.pop()
    for line in lines:
        try:
            request = read_request(parse_json(line))
        except InvalidValues as error:
            yield problem_json(error)
            continue
        answer = estimate_of(request).to_json()
        yield _compared(answer, request) if compare_official else answer


def _compared(answer: dict[str, Any], request: Any) -> dict[str, Any]:
    from pulumi_milvus.planning.estimates.official_comparison import compare_with_official

    return answer | {"official": compare_with_official(request, answer)}


def _parameters(pairs: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise typer.BadParameter(f"{pair!r} is not NAME=VALUE, such as M=16", param_hint="--param")
        found[name.strip()] = {"true": True, "false": False}.get(value.lower(), number_in(value))
    return found
