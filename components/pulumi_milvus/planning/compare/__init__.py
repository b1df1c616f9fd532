"""The trade: for one workload every index that can serve it, with memory, disk, cost, recall and latency."""

from __future__ import annotations

from pulumi_milvus.planning.compare.comparison import Comparison, compare
from pulumi_milvus.planning.compare.curves import CurvePoint
from pulumi_milvus.planning.compare.memory_parts import MemoryPart
from pulumi_milvus.planning.compare.row import Excluded, Row
from pulumi_milvus.planning.compare.variants import Variant, variants_of

__all__ = ["Comparison", "CurvePoint", "Excluded", "MemoryPart", "Row", "Variant", "compare", "variants_of"]
