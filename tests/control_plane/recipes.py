"""How the commands of the control plane are compiled from their Go modules."""

from __future__ import annotations

from pathlib import Path

from control_plane.versions import ETCD, KUBERNETES, KWOK
from pulumi_milvus.engine.compiling import Recipe

MODULES = Path(__file__).parent / "gomodules"

_FLAGS = ("-trimpath", "-buildvcs=false")
_MAJOR, _MINOR = KUBERNETES.split(".")[:2]
# Without these the server calls itself v0.0.0, which clients refuse to talk to.
_KUBERNETES_VERSION = " ".join(
    f"-X {package}.git{name}={value}"
    for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    for name, value in (("Version", f"v{KUBERNETES}"), ("Major", _MAJOR), ("Minor", _MINOR))
)

# Sizes: from one cold build with Go 1.26.8 on linux/amd64, rounded up. Compiled packages 2.9, 0.2 and 0.6 GB; sources
# 1.0 GB together; commands 0.33, 0.03 and 0.06 GB.
KUBERNETES_RECIPE = Recipe(
    name="Kubernetes",
    title="Kubernetes: ",
    version=KUBERNETES,
    key_prefix="kubernetes-",
    modules=MODULES / "kubernetes",
    packages=tuple(
        f"k8s.io/kubernetes/cmd/{name}"
        for name in ("kube-apiserver", "kube-scheduler", "kube-controller-manager", "kubectl")
    ),
    flags=(*_FLAGS, f"-ldflags=-s -w {_KUBERNETES_VERSION}"),
    sources_bytes=1_000_000_000,
    compiled_bytes=3_200_000_000,
    commands_bytes=400_000_000,
)

ETCD_RECIPE = Recipe(
    name="etcd",
    title="etcd: ",
    version=ETCD,
    key_prefix="etcd-",
    modules=MODULES / "etcd",
    packages=("go.etcd.io/etcd/server/v3",),
    # The package is called server.
    output="etcd",
    flags=(*_FLAGS, "-ldflags=-s -w"),
    sources_bytes=300_000_000,
    compiled_bytes=300_000_000,
    commands_bytes=50_000_000,
)

KWOK_RECIPE = Recipe(
    name="kwok",
    title="kwok: ",
    version=KWOK,
    key_prefix="kwok-",
    modules=MODULES / "kwok",
    packages=("sigs.k8s.io/kwok/cmd/kwok",),
    output="kwok",
    flags=(*_FLAGS, "-ldflags=-s -w"),
    sources_bytes=500_000_000,
    compiled_bytes=700_000_000,
    commands_bytes=100_000_000,
)

# etcd first: it is done in half a minute, so a machine that cannot build at all says so early.
RECIPES = (ETCD_RECIPE, KUBERNETES_RECIPE, KWOK_RECIPE)
