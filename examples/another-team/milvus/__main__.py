"""What the search team owns: a Milvus of the size that its data needs, and the team's own overrides."""

import pulumi
from company import labelled

from pulumi_milvus import Milvus, plain_errors

config = pulumi.Config()
platform = pulumi.StackReference(config.require("platform"))
production = config.get_bool("production") or False

# An override of every object that the component makes; the component itself stays as it was shared.
pulumi.runtime.register_resource_transform(labelled({"example.com/team": "search"}))

with plain_errors():
    milvus = Milvus(
        "milvus",
        {
            "workload": {
                "collections": [
                    {"name": "articles", "vectors": config.require_int("vectors"), "dimension": 768, "index": "HNSW"}
                ],
                "production": production,
                "object_store": "external",
                "topology": "distributed" if production else "standalone",
            },
            "kubernetes": {
                "namespace": "search",
                # The platform team made it.
                "create_namespace": False,
                "operator": "existing",
                "object_store": {"kind": "s3", "bucket": config.require("bucket"), "region": "eu-central-1"},
                "clients": [{"namespace": "search"}],
            },
            "cluster": {"kubeconfig": platform.require_output("kubeconfig")},
            # They are another stack's.
            "create_collections": False,
        },
    )

# What the stack of the collections reads.
pulumi.export("kubeconfig", platform.require_output("kubeconfig"))
pulumi.export("namespace", "search")
pulumi.export("service", "milvus-milvus")
pulumi.export("token", milvus.token)
pulumi.export("endpoint", milvus.endpoint)
