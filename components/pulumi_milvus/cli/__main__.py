"""`python -m pulumi_milvus.cli` is `pulumi-milvus`."""

from __future__ import annotations

import sys

from pulumi_milvus.cli import main

if __name__ == "__main__":
    sys.exit(main())
