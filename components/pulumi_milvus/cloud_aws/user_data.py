"""What a node does before it joins: nodeadm's NodeConfig and a script, as parts of one MIME document."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

# Threads of DISKANN open many requests at once; the kernel's 65,536 stops them with io_setup() -11 (Milvus 3.0 docs,
# reference/disk_index.md; milvus-io/milvus#26378).
AIO_MAX_REQUESTS: Final = 10_485_760
_BOUNDARY: Final = "MILVUS"
_SYSCTL_FILE: Final = "/etc/sysctl.d/90-milvus.conf"


def node_config(*, raid0: bool) -> dict[str, Any] | None:
    """nodeadm's NodeConfig (awslabs/amazon-eks-ami, nodeadm/doc/api.md, at 81fec2e8); None where EKS's own does.

    ``raid0``: one array of all instance-store disks, with kubelet and containerd on it, so that an emptyDir is on NVMe.
    EKS adds the cluster itself to what is said here.
    """
    if not raid0:
        return None
    return {
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {"instance": {"localStorage": {"strategy": "RAID0"}}},
    }


def kernel_script() -> str:
    """Sets what DISKANN needs of the kernel, now and after each start."""
    return (
        "#!/bin/bash\n"
        "set -euo pipefail\n"
        f"echo 'fs.aio-max-nr = {AIO_MAX_REQUESTS}' > {_SYSCTL_FILE}\n"
        f"sysctl --load {_SYSCTL_FILE}\n"
    )


def user_data(*, raid0: bool, many_disk_requests: bool) -> str | None:
    """The MIME document, or None where a node needs nothing of it."""
    parts = []
    config = node_config(raid0=raid0)
    if config is not None:
        # NodeConfig is YAML, which JSON is.
        parts.append(("application/node.eks.aws", json.dumps(config, indent=2) + "\n"))
    if many_disk_requests:
        parts.append(('text/x-shellscript; charset="us-ascii"', kernel_script()))
    if not parts:
        return None
    body = "".join(f"--{_BOUNDARY}\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
    return f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{_BOUNDARY}"\n\n{body}--{_BOUNDARY}--\n'


def encoded(text: str) -> str:
    """User data as a launch template takes it."""
    return base64.b64encode(text.encode()).decode()
