"""How a measurement becomes a request for an estimate, and how far the answer may be from what was measured.

Measurements: tests/data/measured-index.jsonl (faiss-cpu 1.15.1, diskannpy 0.7.0, milvus-lite 3.2.2, Milvus 2.3.5
standalone) and measured-gpu.jsonl (cuVS 26.10 on one H100); docs/sizing.md says how they were made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent / "data"
MIB: Final = 1024**2
# faiss says SQ4 for what Milvus calls SQ4U, and FLAT for a refinement that keeps the vectors as they are.
MILVUS_SQ_TYPE: Final = {"SQ4": "SQ4U"}
MILVUS_REFINE_TYPE: Final = {"FLAT": "FP32"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, bytes, and the answers that agree with it.

    ``measured_bytes`` is what was measured; ``least_bytes`` the lower of two readings, where there were two.
    """

    key: str
    measured_bytes: int
    lowest_bytes: float
    highest_bytes: float
    allowed: str
    least_bytes: int | None = None

    def holds(self, answer_bytes: object) -> bool:
        """Whether an answer agrees."""
        return isinstance(answer_bytes, int) and self.lowest_bytes <= answer_bytes <= self.highest_bytes


@dataclass(frozen=True, slots=True)
class Case:
    """One figure of one measurement, and the request whose answer must agree with it."""

    engine: str
    index: str
    request: dict[str, Any]
    figure: Figure

    def __str__(self) -> str:
        asked = self.request
        params = "-".join(f"{name}={value}" for name, value in asked["params"].items())
        size = f"{asked['vectors']}x{asked['dimension']}"
        return "-".join(part for part in (self.engine, self.index, params, size, self.figure.key) if part)


def all_cases() -> list[Case]:
    """Every figure that was measured."""
    return [
        Case(row.get("engine", "cuVS"), request["index"], request, figure)
        for row, request in measured_requests()
        for figure in figures(row)
    ]


def refused_requests() -> list[dict[str, Any]]:
    """Requests for what Milvus Lite was seen to refuse."""
    return [index_request(row) for row in read_rows("measured-index.jsonl") if "error" in row["notes"]]


def measured_requests() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each measurement with its request."""
    for row in read_rows("measured-index.jsonl"):
        if "error" not in row["notes"]:
            yield row, index_request(row)
    for row in read_rows("measured-gpu.jsonl"):
        yield row, gpu_request(row)


def read_rows(name: str) -> list[dict[str, Any]]:
    """The measurements of one file."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def index_request(row: dict[str, Any]) -> dict[str, Any]:
    """The request for one row of measured-index.jsonl: the measured library's words in those of Milvus."""
    engine, index, params = row["engine"], row["index"], dict(row["params"])
    params.pop("efConstruction", None)  # it changes time and recall, not bytes
    asked = {"vectors": row["n"], "dimension": row["dim"], "data_type": "FLOAT_VECTOR", "metric": "L2"}
    if engine == "milvus-lite":
        asked["topology"] = "lite"
    elif engine == "diskannpy":
        params = {
            "max_degree": params["R"],
            "search_list_size": params["L"],
            "pq_code_budget_gb_ratio": params["pq_ratio"],
        }
    elif engine == "faiss-cpu":
        index, params = _milvus_words(index, params)
    elif index.startswith("GROWING"):
        index = "HNSW"
    if index == "HNSW_SQ":  # Milvus Lite has 8 bits only
        params.setdefault("sq_type", "SQ8")
    if index.startswith("BIN"):
        asked |= {"data_type": "BINARY_VECTOR", "metric": "HAMMING"}
    return {**asked, "index": index, "params": params}


def _milvus_words(index: str, params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if index == "BIN_IVF":
        return "BIN_IVF_FLAT", params
    if index == "IVF_SQ":
        return "IVF_SQ8", {"nlist": params["nlist"]}
    if index == "HNSW_SQ":
        return index, {"M": params["M"], "sq_type": MILVUS_SQ_TYPE.get(params["sq"], params["sq"])}
    if index == "HNSW_PQ":
        return index, {"nbits": 8, **params}
    if index in ("SCANN", "IVF_PQFS"):  # fast scan over 4-bit codes of two dimensions each
        return "SCANN", {"nlist": params["nlist"], "with_raw_data": params.get("refine") == "FLAT"}
    if index == "IVF_RABITQ":
        asked = {"nlist": params["nlist"]}
        if "nb_bits" in params:
            asked["rbq_bits"] = params["nb_bits"]
        if "refine" in params:
            asked |= {"refine": True, "refine_type": MILVUS_REFINE_TYPE.get(params["refine"], params["refine"])}
        return index, asked
    return index, params


def gpu_request(row: dict[str, Any]) -> dict[str, Any]:
    """The request for one row of measured-gpu.jsonl; all of them have the default allocation."""
    params = {
        name: value.upper() if name == "build_algo" else value
        for name, value in row["params"].items()
        if name != "conservative_memory_allocation"
    }
    return {
        "vectors": row["n"],
        "dimension": row["dim"],
        "data_type": "FLOAT_VECTOR",
        "metric": "L2",
        "index": row["index"].removesuffix("_HOST_DATA"),
        "params": params,
    }


def figures(row: dict[str, Any]) -> list[Figure]:
    """What one row of either file can judge."""
    if "engine" not in row:
        return _gpu_figures(row)
    engine, notes = row["engine"], row["notes"]
    if engine == "faiss-cpu":
        fast_scan = row["index"] in ("SCANN", "IVF_PQFS")  # padding of lists depends on how full each is
        share = 0.05 if fast_scan else 0.01
        return [
            _figure("index_bytes", row["index_bytes"], share, 4096, below=share),
            _figure("index_memory_bytes", notes["anon_delta"], 0.10, 12 * MIB),
        ]
    if engine == "diskannpy":
        disk = row["index_bytes"]
        return [
            Figure("local_disk_bytes", disk, disk, disk, "exact"),
            _figure("index_memory_bytes", notes["after_search_with_cache"], 0.10, 12 * MIB, below=0.10),
        ]
    if engine == "milvus-lite":
        return [_figure("lite_memory_bytes", row["rss_delta_bytes"], 0.40, 120 * MIB, below=0.10)]
    if row["index"].startswith("GROWING"):
        return [_figure("growing_memory_bytes", notes["anon_delta"], 0.60, 60 * MIB)]
    return _server_figures(row)


def _server_figures(row: dict[str, Any]) -> list[Figure]:
    notes = row["notes"]
    # What a release gives back is the least that was used; what a fresh server grew by holds its start-up noise too.
    least, most = notes["cpp_loaded_minus_released"], notes["cpp_anon_delta"]
    highest = max(1.35 * most, most + 60 * MIB)
    found = [
        Figure("loaded_memory_bytes", most, least, highest, "the lower reading to +35 % or 60 MiB", least),
        _figure("load_peak_memory_bytes", notes["load_peak_anon_delta"], 0.50, 90 * MIB, 0.20 if most < 2e8 else 0.05),
        _figure("object_store_bytes", row["disk_bytes"], 0.10, 12 * MIB),
    ]
    if row["index"] != "FLAT":  # nothing is built for it
        found.append(_figure("build_peak_memory_bytes", row["build_peak_rss_bytes"], 1.20, 0, below=0.03))
    return found


def _gpu_figures(row: dict[str, Any]) -> list[Figure]:
    # Lists double their room, so GPU_IVF_FLAT depends on how full each is.
    share = 0.60 if row["index"] == "GPU_IVF_FLAT" else 0.15
    # These rows were measured with the data set already on the GPU, where the index keeps it.
    own = row["raw_bytes"] if row["index"] == "GPU_CAGRA" else 0
    return [
        _figure("gpu_memory_bytes", row["steady_bytes"] + own, share, 24 * MIB, below=0.001),
        _figure("gpu_build_peak_bytes", row["build_peak_bytes"] + own, 0.60, 24 * MIB, below=0.001),
    ]


def _figure(key: str, measured_bytes: int, above: float, slack_bytes: int, below: float = 0.0) -> Figure:
    lowest = measured_bytes * (1 - below) - 1  # a byte for rounding
    highest = max(measured_bytes * (1 + above), measured_bytes + slack_bytes)
    more = f"+{above:.0%}".replace("%", " %")
    if slack_bytes:
        more += f" or {slack_bytes // MIB} MiB" if slack_bytes >= MIB else f" or {slack_bytes // 1024} KiB"
    less = f"-{below:.1%}".replace(".0%", "%").replace("%", " %") if below else "0"
    return Figure(key, measured_bytes, lowest, highest, f"{less} to {more}")
