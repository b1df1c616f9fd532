"""Rule ``gpu-image``: GPU indexes need Milvus's GPU build, and the GPU build needs a GPU.

Facts: images and GPUs of query nodes, data nodes and standalone; the workload's indexes (--workload).
Callers: ``check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.milvus_facts import MilvusFacts, lacking
from pulumi_milvus.rules.pod_facts import PodFacts
from pulumi_milvus.rules.stored import fields_on, index_names, is_gpu_image

RULE: Final = "gpu-image"
LEVEL: Final = "error"
REASON: Final = (
    "Only images whose tag ends in -gpu have GPU indexes: others refuse them as not supported. The GPU build without a "
    "GPU fails at start or gives AUTOINDEX a GPU index that nobody can build."
)
SOURCE: Final = "Milvus 3.0 docs, getstarted/run-milvus-gpu; milvus-io/milvus#34220, #36836"
FIX: Final = "milvusdb/milvus:v<version>-gpu with nvidia.com/gpu in the limits, or neither"


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge images against the indexes, and GPUs against images."""
    fields = fields_on(facts.workload, "gpu")
    wanted = fields[0] if fields else _autoindex_on_gpu(facts)
    return list(_indexes(facts, wanted) if wanted else ()) + list(_idle(facts))


def _autoindex_on_gpu(facts: MilvusFacts) -> str:
    """AUTOINDEX on pods that ask for a GPU is meant for it."""
    if facts.workload is None or not any(pod.gpus for pod in facts.hardware_pods):
        return ""
    return next(
        (f"{name} ({path}) with a GPU" for path, name in index_names(facts.workload) if name == "AUTOINDEX"), ""
    )


def _indexes(facts: MilvusFacts, wanted: str) -> Iterator[Finding]:
    for pod in facts.hardware_pods:
        if pod.image is None:
            if facts.source == "resource":
                message = f"{wanted} needs the GPU build, and {pod.component} has no image: the operator's is for CPUs"
                yield _error(facts, pod, message)
        elif not _has_tag(pod.image):
            what = f"the image {pod.image} of {pod.component} has no tag that tells whether it is a GPU build"
            yield lacking(RULE, f"{pod.subject}.image", what, "name the tag beside the digest", SOURCE)
        elif not is_gpu_image(pod.image):
            yield _error(facts, pod, f"{wanted} needs the GPU build, and {pod.component} runs {pod.image}")


def _idle(facts: MilvusFacts) -> Iterator[Finding]:
    running = [pod for pod in facts.hardware_pods if pod.image and is_gpu_image(pod.image)]
    if running and not any(pod.gpus for pod in facts.hardware_pods):
        message = f"{running[0].image} is a GPU build, and no query node, data node or standalone asks for a GPU"
        fix = 'limits: {nvidia.com/gpu: "1"}, or the image without -gpu'
        yield Finding(RULE, LEVEL, f"{running[0].subject}.image", message, fix, SOURCE)


def _error(facts: MilvusFacts, pod: PodFacts, message: str) -> Finding:
    fix = f"milvusdb/milvus:v{facts.version.removeprefix('v')}-gpu" if facts.version else FIX
    return Finding(RULE, LEVEL, f"{pod.subject}.image", message, fix, SOURCE)


def _has_tag(image: str) -> bool:
    return ":" in image.split("@", 1)[0].rsplit("/", 1)[-1] or "@" not in image
