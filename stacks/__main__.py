"""One environment of Milvus, from the values file of the selected stack (Pulumi.<stack>.yaml beside this file)."""

from pathlib import Path

import pulumi

from pulumi_milvus import Lite, plain_errors, stack_plan, stack_values

with plain_errors():
    values = stack_values()
    plan = stack_plan(values.workload, Path(__file__).parent)
    if plan.topology != "lite":
        raise pulumi.RunError(
            f"this workload needs the topology {plan.topology}, whose component comes with a later release: nothing "
            "was created. What works today: pulumi-milvus plan FILE, or a small copy of it with topology: lite"
        )
    milvus = Lite(
        "milvus",
        {
            "workload": pulumi.Config().require_object("workload"),
            "disposable_data": values.settings.disposable_data,
            "aliases": values.settings.aliases,
            "acknowledge_search_gap": list(values.settings.acknowledge_search_gap),
        },
    )
    pulumi.export("topology", plan.topology)
    pulumi.export("uri", milvus.uri)
    pulumi.export("collections", milvus.collections)
    pulumi.export("memory_bytes", milvus.memory_bytes)
