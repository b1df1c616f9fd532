"""What people need of a Milvus in a cluster, in words: how to reach it, and why each part has its size."""

from typing import Any

from pulumi_milvus.manifests.names import MILVUS_PORT
from pulumi_milvus.manifests.settings import ClusterSettings
from pulumi_milvus.planning.plan import Plan


def port_forward_line(settings: ClusterSettings) -> str:
    """The command that brings Milvus to this machine."""
    return f"kubectl --namespace {settings.namespace} port-forward service/{settings.service_name} {MILVUS_PORT}"


def how_to_connect(settings: ClusterSettings) -> str:
    """A program for pymilvus that runs as it stands: in a pod of a declared client, or through the port-forward.

    It reads the password from the environment, as its first lines say.
    """
    scheme, options, trust = "http", "", ""
    if settings.tls_secret is not None:
        scheme, options = "https", ', server_pem_path="ca.crt"'
        if settings.tls_server_name is not None:
            options += f', server_name="{settings.tls_server_name}"'
        trust = f"\n# ca.crt: key `ca.crt` of the Secret {settings.tls_secret} there"
    secret = f"kubectl --namespace {settings.namespace} get secret {settings.name}-root"
    return (
        f"# export MILVUS_PASSWORD=$({secret} --output jsonpath='{{.data.password}}' | base64 --decode)\n"
        f"# export MILVUS_URI={scheme}://127.0.0.1:{MILVUS_PORT}   # where the port-forward runs\n"
        "import os\n"
        "from pymilvus import MilvusClient\n"
        f'uri = os.environ.get("MILVUS_URI", "{scheme}://{settings.address}")\n'
        f'client = MilvusClient(uri, user="root", password=os.environ["MILVUS_PASSWORD"]{options})\n'
        f"print(client.list_collections()){trust}\n"
    )


def holds(plan: Plan) -> list[dict[str, Any]]:
    """Each collection that is declared: vectors now and at the horizon, and how each vector field is indexed."""
    months = plan.workload.horizon_months
    return [
        {
            "collection": collection.name,
            "vectors": collection.vectors,
            "vectorsAtHorizon": collection.vectors_after(months),
            "fields": [
                {"field": field.name, "dimension": field.resolved_dimension, "index": field.index}
                for field in collection.fields
            ],
        }
        for collection in plan.workload.collections
    ]


def sizes(plan: Plan) -> list[dict[str, Any]]:
    """Each role of the plan with its pods, what each of them has, and the reason."""
    reasons = {item.what: item.because for item in plan.decisions}
    return [
        {
            "role": name,
            "pods": role.pods,
            "cpuCores": role.cpu_cores,
            "memoryBytes": role.memory_bytes,
            "localDiskBytes": role.local_disk_bytes,
            "gpus": role.gpus,
            "because": "; ".join(
                f"{figure}: {reasons[path]}"
                for figure in ("pods", "memory_bytes", "peak_bytes_per_pod")
                if (path := f"roles.{name}.{figure}") in reasons
            ),
        }
        for name, role in plan.roles.items()
    ]
