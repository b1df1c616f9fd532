"""One environment of Milvus, from the values file of the selected stack (Pulumi.<stack>.yaml beside this file)."""

from pathlib import Path

import pulumi

from pulumi_milvus import (
    Lite,
    aws_environment,
    plain_errors,
    server_environment,
    stack_catalogue,
    stack_plan,
    stack_values,
)

with plain_errors():
    values = stack_values()
    folder = Path(__file__).parent
    plan = stack_plan(values.workload, folder, stack_catalogue(values, folder))
    pulumi.export("topology", plan.topology)
    if plan.topology == "lite":
        milvus = Lite(
            "milvus",
            {
                "workload": pulumi.Config().require_object("workload"),
                "disposable_data": values.settings.disposable_data,
                "aliases": values.settings.aliases,
                "acknowledge_search_gap": list(values.settings.acknowledge_search_gap),
            },
        )
        pulumi.export("uri", milvus.uri)
        pulumi.export("collections", milvus.collections)
        pulumi.export("memory_bytes", milvus.memory_bytes)
    elif values.settings.aws is not None:
        aws_environment(values, plan, folder)
    else:
        server_environment(values, plan, folder)
