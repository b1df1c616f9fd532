"""Rule ``version-pairs``: releases that do not go together, and upgrade paths that skip a step or go back.

Facts: ``EnvironmentFacts`` for what stands side by side, from whoever knows a version (None is not judged);
``DeploymentChange`` for a path. Callers: the planner's findings, the resource DataGuard.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pulumi_milvus.planning.findings import Finding, Level
from pulumi_milvus.planning.milvus_version import DEFAULT_VERSION, NEWEST_3_0
from pulumi_milvus.planning.versions import parse_version
from pulumi_milvus.rules.change_facts import DeploymentChange
from pulumi_milvus.rules.facts import EnvironmentFacts

RULE: Final = "version-pairs"
LEVEL: Final = "error"
REASON: Final = (
    "Some releases write what others cannot read, and some upgrade paths lead through a release that must not be "
    "skipped."
)
FIX: Final = "the release, or the step between, that the finding names"
SOURCE: Final = "Milvus 2.6 and 3.0 release notes; Milvus 3.0 docs, adminGuide/upgrade_milvus_cluster-operator.md"
Version = tuple[int, ...]

# "v2.5.16 or later with mixCoord enabled" comes before 2.6 and 3.0.
STEP_BEFORE_2_6: Final = (2, 5, 16)
STEP_SOURCE: Final = "Milvus 2.6 release notes; Milvus 3.0 docs, adminGuide/upgrade_milvus_cluster-operator.md"
# What the upgrade guide of 3.0 was tried with: from 2.6.20 to 3.0.0, by Operator 1.3.0, changing only the image.
TRIED_FROM: Final = (2, 6, 20)
OPERATOR_FOR_3_0: Final = (1, 3, 0)
GUIDE_3_0: Final = "Milvus 3.0 docs, adminGuide/upgrade_milvus_cluster-operator.md"
# Release notes: back to 2.6 until a feature with another format is used; upgrade guide: the image alone can fail.
ROLLBACK_SOURCE: Final = "Milvus 3.0 release notes; Milvus 3.0 docs, adminGuide/upgrade_milvus_cluster-operator.md"
# milvus-backup main f81df44, restore matrix: no row for 3.0, and none from a newer release to an older one.
BACKUP_SOURCE: Final = "Milvus 3.0 docs, userGuide/tools/milvus-backup/milvus_backup_overview.md"
# Reports of standalones that restart for ever after 2.5.16 -> 2.6.15 or 2.6.17.
CRASH_LOOPS: Final = "milvus-io/milvus#49584, #50217"
# Docs "advise Milvus >= 3.0.1 and woodpecker >= 0.1.37"; the Milvus half is the rule wal-allowed.
WOODPECKER_SERVICE: Final = (0, 1, 37)
WOODPECKER_SOURCE: Final = "Milvus 3.0 docs, adminGuide/woodpecker.md"
# woodpecker.external came in July 2026; 1.3.8 of August is the first release that is known to have it.
OPERATOR_FOR_SERVICE: Final = (1, 3, 8)
OPERATOR_SERVICE_SOURCE: Final = "zilliztech/milvus-operator#502; Milvus Operator a6dcc63"
# GPU images have CUDA 12.9 since these releases; any CUDA 12 needs driver 525 or later by minor-version compatibility.
CUDA_12_9_SINCE: Final = (2, 6, 19)
DRIVER_FOR_CUDA_12: Final = (525,)
DRIVER_ADVISED: Final = (545,)
CUDA_SOURCE: Final = "Milvus 2.6.19 and 3.0 release notes; NVIDIA docs, CUDA compatibility"
DRIVER_SOURCE: Final = "Milvus 3.0 docs, getstarted/run-milvus-gpu/prerequisite-gpu.md"
# dataCoord.targetVecIndexVersion 10 came with 3.0.
NEW_INDEX_VERSION: Final = 10
INDEX_VERSION_SOURCE: Final = "Milvus 3.0 release notes"
AUTOINDEX_SOURCE: Final = "Milvus, pkg/util/paramtable/autoindex_param_cuda.go; milvus-io/milvus#34220"


def check(facts: EnvironmentFacts) -> list[Finding]:
    """Judge releases that stand side by side; what is not known is not judged."""
    return list(_pairs(facts))


def check_change(change: DeploymentChange) -> list[Finding]:
    """Judge the way from one release, and from one kind of image, to another."""
    return [*_path(change), *_image(change)]


def _pairs(facts: EnvironmentFacts) -> Iterator[Finding]:
    milvus, operator = parse_version(facts.milvus_version), parse_version(facts.operator_version)
    service = facts.wal == "woodpecker-service"
    woodpecker = parse_version(facts.woodpecker_version)
    if service and woodpecker is not None and woodpecker < WOODPECKER_SERVICE:
        message = (
            f"the Woodpecker service is {facts.woodpecker_version}, and Milvus 3.0 needs {_text(WOODPECKER_SERVICE)}"
        )
        yield _found(
            "error", "woodpecker_version", message, f"v{_text(WOODPECKER_SERVICE)} or later", WOODPECKER_SOURCE
        )
    if service and operator is not None and operator < OPERATOR_FOR_SERVICE:
        message = f"Milvus Operator {facts.operator_version} may not know a Woodpecker service outside"
        fix = f"Milvus Operator {_text(OPERATOR_FOR_SERVICE)} or later, or wal: woodpecker"
        yield _found("warning", "operator_version", message, fix, OPERATOR_SERVICE_SOURCE)
    if operator is not None and milvus is not None and milvus >= (3,) and operator < OPERATOR_FOR_3_0:
        message = (
            f"Milvus {facts.milvus_version} was tried with Operator {_text(OPERATOR_FOR_3_0)}, not with older ones"
        )
        fix = f"Milvus Operator {_text(OPERATOR_FOR_3_0)} or later first, then Milvus"
        yield _found("warning", "operator_version", message, fix, GUIDE_3_0)
    wanted = facts.index_format_version
    if wanted is not None and wanted >= NEW_INDEX_VERSION and milvus is not None and milvus < (3,):
        message = f"index version {wanted} came with Milvus 3.0, and this is {facts.milvus_version}"
        fix = f"milvus_version: {NEWEST_3_0}, or leave dataCoord.targetVecIndexVersion out"
        yield _found("error", "index_format_version", message, fix, INDEX_VERSION_SOURCE)
    yield from _driver(facts, milvus)


def _driver(facts: EnvironmentFacts, milvus: Version | None) -> Iterator[Finding]:
    driver = parse_version(facts.cuda_driver_version)
    if not facts.gpu_image or driver is None:
        return
    if milvus is not None and milvus >= CUDA_12_9_SINCE and driver < DRIVER_FOR_CUDA_12:
        message = (
            f"the GPU image of Milvus {facts.milvus_version} has CUDA 12.9, which no driver before "
            f"{_text(DRIVER_FOR_CUDA_12)} runs, and this is {facts.cuda_driver_version}"
        )
        fix = f"NVIDIA driver {_text(DRIVER_ADVISED)} or later on the nodes"
        yield _found("error", "cuda_driver_version", message, fix, CUDA_SOURCE)
    elif driver < DRIVER_ADVISED:
        message = f"driver {facts.cuda_driver_version} is older than the {_text(DRIVER_ADVISED)} that Milvus advises"
        fix = f"NVIDIA driver {_text(DRIVER_ADVISED)} or later on the nodes"
        yield _found("warning", "cuda_driver_version", message, fix, DRIVER_SOURCE)


def _path(change: DeploymentChange) -> Iterator[Finding]:
    was, becomes = change.before.milvus_version, change.after.milvus_version
    if was == becomes:
        return
    before, after = parse_version(was), parse_version(becomes)
    if before is None or after is None:
        message = f"{was} would become {becomes}, and whether that goes up or down cannot be told"
        yield _found("advice", "milvus_version", message, "name releases, such as 2.6.24", STEP_SOURCE)
    elif after < before:
        yield from _down(change, before, after)
    elif after > before:
        yield from _up(change, before, after)


def _up(change: DeploymentChange, before: Version, after: Version) -> Iterator[Finding]:
    was, becomes = change.before.milvus_version, change.after.milvus_version
    if before < (2, 6) <= after:
        yield from _to_streaming(change, before, after)
    elif before < (3,) <= after:
        message = (
            f"{was} -> {becomes}: its guide was tried from {_text(TRIED_FROM)}, and an image-only way back may fail "
            "once 3.0 has written"
        )
        fix = "take a backup first"
        if before < TRIED_FROM:
            fix = f"go to milvus_version: {DEFAULT_VERSION} first, and take a backup there"
        yield _found("warning", "milvus_version", message, fix, GUIDE_3_0)
    elif after[:2] > (3, 0) and before[:2] != after[:2]:
        message = f"{was} -> {becomes}: no way to a release this new is known here"
        yield _found("warning", "milvus_version", message, "read its upgrade guide, and take a backup first", GUIDE_3_0)


def _to_streaming(change: DeploymentChange, before: Version, after: Version) -> Iterator[Finding]:
    """From before 2.6: coordinators became one, streaming nodes took the log over."""
    was, becomes, step = change.before.milvus_version, change.after.milvus_version, _text(STEP_BEFORE_2_6)
    if before < STEP_BEFORE_2_6:
        message = f"{was} -> {becomes} skips a step: before 2.6, {step} or later has to have run with mixCoordinator"
        fix = f"milvus_version: {step} with mixCoordinator first, then {DEFAULT_VERSION}"
        yield change.refusal(RULE, "milvus_version", message, fix, STEP_SOURCE)
    elif change.before.mix_coordinator is False:
        message = (
            f"{was} -> {becomes}: {was} runs with separate coordinators, and 2.6 takes over from mixCoordinator only"
        )
        fix = f"turn mixCoordinator on while it is {was}, then {DEFAULT_VERSION}"
        yield change.refusal(RULE, "milvus_version", message, fix, STEP_SOURCE)
    elif after >= (3,):
        message = f"{was} -> {becomes} in one step: the guide of the released 3.0 goes from 2.6"
        yield change.refusal(RULE, "milvus_version", message, f"milvus_version: {DEFAULT_VERSION} first", GUIDE_3_0)
    else:
        message = f"{was} -> {becomes}: {was} must run with mixCoordinator now"
        if change.before.topology == "standalone":
            message += f"; standalones have been reported to restart for ever afterwards ({CRASH_LOOPS})"
        yield _found("warning", "milvus_version", message, "check that it does, and take a backup first", STEP_SOURCE)


def _down(change: DeploymentChange, before: Version, after: Version) -> Iterator[Finding]:
    was, becomes = change.before.milvus_version, change.after.milvus_version
    restore = (
        f"keep {was}. To be on {becomes}: a new environment with {becomes} beside this one, into which the backup from "
        "before the upgrade is restored (no release restores a newer one's backup)"
    )
    if before[:2] == after[:2]:
        message = f"{was} -> {becomes} goes back within a minor release, which nobody documents as tried"
        yield _found("warning", "milvus_version", message, "take a backup first", BACKUP_SOURCE)
    elif (before[0], after[:2]) == (3, (2, 6)):
        message = (
            f"{was} -> {becomes}: the release notes promise a way back until a feature with another format is used "
            "(Storage V3: TEXT fields, snapshots, external collections; new indexes), the upgrade guide warns that the "
            "image alone can fail, and which of them has been used cannot be seen from here"
        )
        yield change.refusal(RULE, "milvus_version", message, restore, ROLLBACK_SOURCE)
    else:
        message = f"{was} -> {becomes}: no way back over a minor release is documented"
        yield change.refusal(RULE, "milvus_version", message, restore, BACKUP_SOURCE)


def _image(change: DeploymentChange) -> Iterator[Finding]:
    before, after = change.before.gpu_image, change.after.gpu_image
    if before == after:
        return
    if after:
        message = "the GPU image makes AUTOINDEX of a new float collection GPU_CAGRA instead of HNSW"
        fix = "name the index of new collections; those that exist keep theirs"
    else:
        message = (
            "the image without GPU makes AUTOINDEX of a new float collection HNSW instead of GPU_CAGRA, and cannot "
            "load an index GPU_*"
        )
        fix = "give collections with such an index another one first; name the index of new collections"
    yield _found("warning", "gpu_image", message, fix, AUTOINDEX_SOURCE)


def _found(level: Level, subject: str, message: str, fix: str, source: str) -> Finding:
    return Finding(RULE, level, subject, message, fix, source)


def _text(version: Version) -> str:
    return ".".join(map(str, version))
