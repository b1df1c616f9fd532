"""What people need of a Milvus in a cluster, in words: how to reach it, and why each part has its size."""

from typing import Any

from pulumi_milvus.manifests.names import MILVUS_PORT
from pulumi_milvus.manifests.settings import ClusterSettings
from pulumi_milvus.planning.plan import Plan


def port_forward_line(settings: ClusterSettings) -> str:
    """The command that brings Milvus to this machine."""
    return f"kubectl --namespace {settings.namespace} port-forward service/{settings.service_name} {MILVUS_PORT}"


def how_to_connect(settings: ClusterSettings) -> str:
    """A snippet for pymilvus, from a pod in the cluster that is among the declared clients."""
    scheme, options, trust = "http", "", ""
    if settings.tls_secret is not None:
        scheme, options = "https", ', server_pem_path="ca.crt"'
        if settings.tls_server_name is not None:
            options += f', server_name="{settings.tls_server_name}"'
        trust = f"\n# ca.crt: key `ca.crt` of the Secret {settings.tls_secret} there"
    return (
        "from pymilvus import MilvusClient\n"
        f'client = MilvusClient("{scheme}://{settings.address}", user="root", password=PASSWORD{options})\n'
        f"# PASSWORD: key `password` of the Secret {settings.name}-root in the namespace {settings.namespace}"
        f"{trust}"
    )


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
