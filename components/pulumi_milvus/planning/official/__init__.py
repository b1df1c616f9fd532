"""The official Milvus sizing tool (milvus.io/tools/sizing), reproduced to be compared with; docs/official.md says where
it breaks. Nothing here decides a size of ours.

Source of every figure in this package, unless a comment says otherwise: github.com/milvus-io/milvus.io, commit f57ab62
(2026-08-21): src/utils/sizingTool.ts and sizingToolV250.ts, src/utils/sizingToolCommon.ts, src/consts/sizing.ts,
src/parts/sizingCommon/formSection.tsx and resultSection.tsx.
"""

from __future__ import annotations

from pulumi_milvus.planning.official.answer import official_size
from pulumi_milvus.planning.official.comparison import OfficialMemory, official_memory
from pulumi_milvus.planning.official.pods import Pods

__all__ = ["OfficialMemory", "Pods", "official_memory", "official_size"]
