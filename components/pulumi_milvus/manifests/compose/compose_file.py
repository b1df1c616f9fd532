"""One Milvus with all inside as a Compose file: pinned, sized by the plan, open to the machine itself alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from pulumi_milvus.manifests.images import milvus_image
from pulumi_milvus.manifests.names import DATA_PATH, METRICS_PORT, MILVUS_PORT
from pulumi_milvus.manifests.quantities import whole_gib_up
from pulumi_milvus.manifests.self_contained_config import (
    CONFIG_PATH,
    ENVIRONMENT,
    ETCD_CONFIG,
    USER_CONFIG,
    config_text,
    embedded_etcd_config,
    self_contained_config,
    volume_bytes,
)
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.manifests.yaml_documents import yaml_document
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.problems import InvalidValues, Problem, shown

COMPOSE_FILE: Final = "compose.yaml"
# The file beside it with root's password. It is read by Compose and never mounted, so that it need not be shared with
# the virtual machine that Docker has on Windows and macOS.
PASSWORD_FILE: Final = "milvus.env"
PASSWORD_VARIABLE: Final = "COMMON_SECURITY_DEFAULTROOTPASSWORD"
# Configurations within the Compose file, `content:` (Docker Compose 2.23.1 release notes).
_LEAST_COMPOSE: Final = "2.23.1"


def refuse_compose(plan: Plan) -> None:
    """Raise ``InvalidValues`` where one container cannot be what the plan is."""
    if plan.topology == "standalone" and plan.roles:
        if plan.workload.object_store != "local":
            why = "a Compose file has Milvus alone, with its files on its own volume, which the plan then does not have"
            raise InvalidValues(
                [Problem("object_store", shown(plan.workload.object_store), why, "object_store: local in the workload")]
            )
        return
    if plan.topology == "standalone":
        reason, near = "the plan was not sized: see its findings", "pulumi-milvus plan FILE"
    elif plan.topology == "lite":
        reason, near = (
            "Milvus Lite needs no container: it is a file",
            "pulumi-milvus plan FILE, or topology: standalone",
        )
    else:
        pods = sum(role.pods for role in plan.roles.values())
        reason = f"a Compose file is for one machine, and the plan has {pods} pods that do not fit one"
        near = "pulumi-milvus render --kubernetes FILE, or topology: standalone"
    raise InvalidValues([Problem("topology", shown(plan.topology), reason, near)])


def compose_content(plan: Plan, settings: ClusterSettings) -> dict[str, Any]:
    """The Compose file as plain data. Raises ``InvalidValues`` where the plan is no standalone."""
    refuse_compose(plan)
    # Its certificate is a Secret of the cluster; here only the machine itself can connect.
    settings = replace(settings, tls_secret=None)
    role = plan.roles["standalone"]
    environment = dict(ENVIRONMENT)
    if role.local_disk_bytes:
        environment["LOCAL_STORAGE_SIZE"] = str(whole_gib_up(volume_bytes(plan)))
    service: dict[str, Any] = {
        "image": milvus_image(plan, settings),
        "command": ["milvus", "run", "standalone"],
        "restart": "unless-stopped",
        "environment": environment,
        "env_file": [PASSWORD_FILE],
        "ports": [f"127.0.0.1:{MILVUS_PORT}:{MILVUS_PORT}"],
        "volumes": [f"data:{DATA_PATH}"],
        "configs": [
            {"source": source, "target": f"{CONFIG_PATH}/{target}", "mode": 0o444}
            for source, target in (("milvus", USER_CONFIG), ("etcd", ETCD_CONFIG))
        ],
        "mem_limit": role.memory_bytes,
        # The same: no swap, in which an index would be searched.
        "memswap_limit": role.memory_bytes,
        "cpus": role.cpu_cores,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        # As the documentation's script has it (Milvus 3.0 docs, install_standalone-docker.md).
        "healthcheck": {
            "test": ["CMD", "curl", "-f", f"http://localhost:{METRICS_PORT}/healthz"],
            "interval": "30s",
            "timeout": "20s",
            "retries": 3,
            "start_period": "90s",
        },
        "stop_grace_period": "5m",
    }
    if role.gpus:
        devices = [{"driver": "nvidia", "count": role.gpus, "capabilities": ["gpu"]}]
        service["deploy"] = {"resources": {"reservations": {"devices": devices}}}
    return {
        "name": settings.name,
        "services": {"milvus": service},
        "configs": {
            # $ begins a variable of Compose.
            "milvus": {"content": config_text(self_contained_config(plan, settings)).replace("$", "$$")},
            "etcd": {"content": config_text(embedded_etcd_config(plan)).replace("$", "$$")},
        },
        "volumes": {"data": {"name": f"{settings.name}-data"}},
    }


def compose_text(plan: Plan, settings: ClusterSettings) -> str:
    """The Compose file as text, with what to do first."""
    content = compose_content(plan, settings)
    disk_gib = whole_gib_up(volume_bytes(plan))
    return (
        f"# Milvus {plan.milvus_version} on one machine, with etcd, files and log on the volume `data`.\n"
        f"# Needs Docker Compose {_LEAST_COMPOSE} or newer; on Windows Docker Desktop with WSL 2.\n"
        f"# The disk needs room for {disk_gib} GiB.\n"
        f"# The password of root comes from {PASSWORD_FILE} beside this file when the volume is new; "
        f"later changes there change nothing.\n"
        "#   docker compose up --detach --wait\n"
        f"{yaml_document(content)}"
    )
