"""One environment of Milvus, from the values file of the selected stack (Pulumi.<stack>.yaml beside this file)."""

import pulumi

from pulumi_milvus import Lite, make_plan, plain_errors, read_workload

config = pulumi.Config()

with plain_errors():
    plan = make_plan(read_workload(config.get_object("workload")))
    if plan.topology != "lite":
        raise pulumi.RunError(
            f"this workload needs the topology {plan.topology}, whose component comes with a later release: nothing "
            "was created. What works today: pulumi-milvus plan FILE, or a small copy of it with topology: lite"
        )
    milvus = Lite(
        "milvus",
        {
            "workload": config.require_object("workload"),
            "disposable_data": config.get_bool("disposableData") or False,
            "aliases": config.get_object("aliases") or {},
            "acknowledge_search_gap": config.get_object("acknowledgeSearchGap") or [],
        },
    )
    pulumi.export("topology", plan.topology)
    pulumi.export("uri", milvus.uri)
    pulumi.export("collections", milvus.collections)
    pulumi.export("memory_bytes", milvus.memory_bytes)
    pulumi.export("disposable_data", config.get_bool("disposableData") or False)
    pulumi.export("decisions", [decision.to_json() for decision in plan.decisions])
