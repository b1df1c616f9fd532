"""Rule ``image-pinned``: every pod of a Milvus names one release, and the same one.

Facts: images of the pods, the version of the Milvus. Callers: ``check``, the policy pack.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from pulumi_milvus.planning.findings import Finding
from pulumi_milvus.rules.image_names import ImageName
from pulumi_milvus.rules.milvus_facts import MilvusFacts
from pulumi_milvus.rules.pod_facts import PodFacts

RULE: Final = "image-pinned"
LEVEL: Final = "error"
REASON: Final = (
    "An image without a tag, or with one that moves, is another Milvus after the next restart. The operator's default "
    "is a release of 2.6, and it reads from the tag which components there are; a tag that it cannot read counts as "
    "older than 2.6."
)
FIX: Final = "image: milvusdb/milvus:v3.0.2, the same release for every component"
SOURCE: Final = "Milvus Operator 1.3.8, pkg/config/config.go and apis/milvus.io/v1beta1; recorded: no image is v2.6.11"
# A tag that is moved from release to release: latest, 2.6-latest, v2.6, v3.
_MOVING: Final = re.compile(r"(^|[-_.])(latest|nightly|stable)$|^v?\d+(\.\d+)?$", re.IGNORECASE)


def check(facts: MilvusFacts) -> list[Finding]:
    """Judge the images of all pods that run."""
    pods = [pod for pod in facts.pods if pod.replicas != 0]
    found = [finding for pod in pods if (finding := _pinned(facts, pod)) is not None]
    return [*dict.fromkeys(found), *_differing(pods)]


def _pinned(facts: MilvusFacts, pod: PodFacts) -> Finding | None:
    subject = f"{pod.subject}.image"
    if pod.image is None:
        if facts.source != "resource":
            return None
        message = f"{pod.component} names no image, and the operator takes the one that its own release brings"
        return Finding(RULE, LEVEL, subject, message, FIX, SOURCE)
    image = ImageName.of(pod.image)
    if image.tag is None and image.digest is None:
        return Finding(RULE, LEVEL, subject, f"{pod.image} has no tag, which means latest", FIX, SOURCE)
    if image.digest is not None:
        if facts.source == "resource" and facts.version is None:
            message = f"{pod.image}: a digest tells the operator no version, and it makes the components of before 2.6"
            return Finding(RULE, LEVEL, subject, message, "components.version beside it, such as v3.0.2", SOURCE)
        return None
    if image.tag is not None and _MOVING.search(image.tag):
        return Finding(RULE, LEVEL, subject, f"the tag {image.tag} moves from release to release", FIX, SOURCE)
    return None


def _differing(pods: list[PodFacts]) -> list[Finding]:
    """Components on another release than most; the GPU build of a release is the same release."""
    releases = {
        pod.subject: (pod, release)
        for pod in pods
        if pod.image is not None and (release := ImageName.of(pod.image).release) is not None
    }
    counted = Counter(release for _, release in releases.values())
    if len(counted) < 2:
        return []
    most = counted.most_common(1)[0][0]
    return [
        Finding(
            RULE,
            LEVEL,
            f"{subject}.image",
            f"{pod.component} is of {release}, and the others are of {most}",
            f"the image of {most} for {pod.component} too",
            SOURCE,
        )
        for subject, (pod, release) in releases.items()
        if release != most
    ]
