"""Writes docs/planning.md: one example from declaration to cost, with the figures of today.

python scripts/planning_page.py            # write it
python scripts/planning_page.py --check    # exit 1 where it is stale
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.planner import make_plan
from pulumi_milvus.planning.values_file import read_values_text

ROOT: Final = Path(__file__).resolve().parents[1]
TEMPLATE: Final = ROOT / "scripts" / "templates" / "planning.md"
PAGE: Final = ROOT / "docs" / "planning.md"
_WHY: Final = {
    "proxy": "0.6 core-ms a query; the official tool's smallest pod",
    "mix_coord": "one works, one stands by",
    "query_node": "above",
    "data_node": "twice the vectors of a segment, three times its index, and what building needs besides",
    "streaming_node": "rows that still grow, with their interim index, and write buffers",
}


def declaration(template: str) -> str:
    """The YAML block of the page."""
    return template.split("```yaml\n", 1)[1].split("```", 1)[0]


def example(template: str) -> Plan:
    """The plan of that declaration."""
    return make_plan(read_values_text(declaration(template).encode(), "docs/planning.md").workload)


def page(template: str) -> str:
    """The page with the figures of today."""
    plan = example(template)
    collection = plan.collection_plans[0]
    memory = plan.figures["roles.query_node.memory_bytes"]
    pods = plan.figures["roles.query_node.pods"]
    cores = plan.figures["roles.query_node.cpu_cores"]
    query, pool = plan.roles["query_node"], next(item for item in plan.node_pools if item["name"] == "query-node")
    decided = next(item for item in plan.decisions if item.what == "queries_per_second")
    low, high = decided.because.rsplit(": ", 1)[1].removesuffix(" cores").split(" to ")
    values = {
        "rows_per_segment": f"{collection['segment_bytes'] // 3080:,}",
        "segments": str(collection["segments"]),
        "index_bytes": f"{collection['index_bytes']:,}",
        "loaded_bytes": f"{collection['loaded_bytes']:,}",
        "node": pool["instance_type"],
        "pod_memory": f"{query.memory_bytes:,}",
        "query_terms": "\n".join(f"| {term.name} | {term.value:,.0f} |" for term in memory.terms if term.value),
        "query_sum": f"{sum(term.value for term in memory.terms):,.0f}",
        "holding": f"{pods.terms[0].value:.0f}",
        "query_pods": str(query.pods),
        "core_ms": f"{next(term.value for term in cores.steps if term.name == 'one query'):,.1f}",
        "cores": decided.choice.removesuffix(" cores"),
        "cores_low": low,
        "cores_high": high,
        "pod_cores": str(query.cpu_cores),
        "roles": "\n".join(
            f"| {name} | {role.pods} | {role.cpu_cores} | {role.memory_bytes / 2**30:.0f} | {_WHY[name]} |"
            for name, role in plan.roles.items()
        ),
        "pools": "\n".join(
            f"| {item['name']} | {item['nodes']} x {item['instance_type']} | {item['max_nodes']} "
            f"| {item['usd_per_month']:,.2f} |"
            for item in plan.node_pools
        ),
        "items": "\n".join(
            f"| {item['name']} | {item['usd_per_month']:,.2f} |" for item in plan.cost.items if item["usd_per_month"]
        ),
        "usd": f"{plan.cost.usd_per_month:,.2f}",
        "cheapest": f"{plan.cost.cheapest_usd_per_month:,.2f} USD",
        "as_of": plan.cost.prices_as_of,
        "unpriced": ", ".join(plan.cost.unpriced),
        "outgrown": "\n".join(f"* In month {item.month}: {item.what}; then {item.then}." for item in plan.outgrown),
    }
    text = template
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def main(arguments: list[str]) -> int:
    """Write the page, or check it."""
    wanted = page(TEMPLATE.read_text(encoding="utf-8"))
    if "--check" in arguments:
        if PAGE.read_text(encoding="utf-8") == wanted:
            return 0
        print("docs/planning.md is stale: run `make planning`", file=sys.stderr)
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
