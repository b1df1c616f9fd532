"""One machine that runs the Compose file: image, first start, volume, snapshots."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_milvus.manifests.compose.compose_file import (
    COMPOSE_FILE,
    PASSWORD_FILE,
    PASSWORD_VARIABLE,
    compose_content,
)
from pulumi_milvus.manifests.names import MILVUS_PORT
from pulumi_milvus.manifests.self_contained_config import volume_bytes
from pulumi_milvus.manifests.setting_values import ClusterSettings
from pulumi_milvus.manifests.yaml_documents import yaml_document
from pulumi_milvus.planning.hardware.catalogue import InstanceType
from pulumi_milvus.planning.plan import Plan
from pulumi_milvus.planning.problems import Problem, shown

GIBIBYTE: Final = 2**30
# Ubuntu's archive has the packages docker.io and docker-compose-v2 (2.24 and newer); Amazon Linux 2023 has no Compose.
# The parameter: Canonical, documentation of Ubuntu on AWS, "Find Ubuntu images with the SSM Parameter Store".
_IMAGES: Final = "resolve:ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current"
_ARCHITECTURES: Final[Mapping[str, str]] = {"x86_64": "amd64", "arm64": "arm64"}
ROOT_DEVICE: Final = "/dev/sda1"
DATA_DEVICE: Final = "/dev/sdf"
# Whose machine it is: the name of the stack. Preflight knows it again by this.
MACHINE_TAG: Final = "milvus.io/stack"
_HOME: Final = "/opt/milvus"
_DATA: Final = "/var/lib/docker"
# EC2 takes 16 KB, before base64 (EC2 API reference, RunInstances).
LARGEST_USER_DATA_BYTES: Final = 16_384
_NVME_ID: Final = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One EC2 instance. ``compose``: the text of the Compose file, without a secret in it."""

    instance_type: str
    image: str
    root_volume_gib: int
    volume_gib: int
    compose: str


def machine(
    plan: Plan, kind: InstanceType, settings: ClusterSettings, *, open_to_clients: bool, problems: list[Problem]
) -> Machine | None:
    """The machine of a standalone's plan; None where it cannot be one, which ``problems`` then says.

    ``kind``: the type of the plan's nodes. ``open_to_clients``: whether others than the machine itself may connect.
    Raises ``InvalidValues`` where the plan is no standalone.
    """
    content = compose_content(plan, settings)
    if plan.roles["standalone"].gpus:
        reason = "a machine by itself has no NVIDIA driver: EKS's images have one"
        problems.append(Problem("hardware", shown(plan.hardware), reason, "run_on: eks"))
        return None
    if open_to_clients:
        content["services"]["milvus"]["ports"] = [f"{MILVUS_PORT}:{MILVUS_PORT}"]
    return Machine(
        instance_type=kind.name,
        image=f"{_IMAGES}/{_ARCHITECTURES[kind.architecture]}/hvm/ebs-gp3/ami-id",
        root_volume_gib=-(-int(plan.node_pools[0]["root_volume_bytes"]) // GIBIBYTE),
        volume_gib=-(-volume_bytes(plan) // GIBIBYTE),
        compose=yaml_document(content),
    )


def first_start(compose: str, volume_id: str) -> str:
    """The script of each new machine. The volume is formatted once, and never where anything is on it.

    root's password is made on the machine and stays on the volume: neither user data nor state has it.
    """
    device = _NVME_ID + volume_id.replace("-", "")
    encoded = base64.b64encode(compose.encode()).decode()
    return f"""#!/bin/bash
set -euo pipefail
for _ in $(seq 300); do [ -e {device} ] && break; sleep 2; done
blkid {device} || mkfs.ext4 -L milvus {device}
udevadm settle
mkdir -p {_DATA} {_HOME}
echo 'LABEL=milvus {_DATA} ext4 defaults,nofail,x-systemd.device-timeout=600 0 2' >> /etc/fstab
mount {_DATA}
resize2fs {device}
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes docker.io docker-compose-v2
echo {encoded} | base64 --decode > {_HOME}/{COMPOSE_FILE}
if [ ! -e {_DATA}/{PASSWORD_FILE} ]; then
  (umask 077; echo "{PASSWORD_VARIABLE}=$(openssl rand -hex 20)" > {_DATA}/{PASSWORD_FILE})
fi
ln -sf {_DATA}/{PASSWORD_FILE} {_HOME}/{PASSWORD_FILE}
cat > /etc/systemd/system/milvus.service <<'UNIT'
[Unit]
Description=Milvus
Requires=docker.service
After=docker.service network-online.target
Wants=network-online.target
RequiresMountsFor={_DATA}

[Service]
WorkingDirectory={_HOME}
ExecStart=/usr/bin/docker compose up
ExecStop=/usr/bin/docker compose stop --timeout 300
TimeoutStopSec=330
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now milvus.service
"""


def compressed(script: str) -> str:
    """User data in base64, compressed, which cloud-init unpacks; the same script always gives the same."""
    return base64.b64encode(gzip.compress(script.encode(), mtime=0)).decode()


def snapshot_schedule(kept: int, tag: Mapping[str, str]) -> dict[str, Any]:
    """A snapshot of the volumes with a tag each night (Amazon EBS user guide, snapshot-lifecycle)."""
    return {
        "resource_types": ["VOLUME"],
        "target_tags": dict(tag),
        "schedules": [
            {
                "name": "nightly",
                "create_rule": {"interval": 24, "interval_unit": "HOURS", "times": "03:00"},
                "retain_rule": {"count": kept},
                "copy_tags": True,
            }
        ],
    }
