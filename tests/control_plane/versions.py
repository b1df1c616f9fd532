"""Which versions the control plane is made of; ``gomodules`` names them too, and a test holds both together."""

from __future__ import annotations

# They belong together: Kubernetes 1.36 requires the etcd 3.6 client (its go.mod), kwok 0.8.0 is made for
# Kubernetes 1.36 (its pkg/consts).
KUBERNETES = "1.36.3"
ETCD = "3.6.16"
KWOK = "0.8.0"
