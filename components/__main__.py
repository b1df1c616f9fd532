"""The `milvus` plugin: started by Pulumi as `python components ENGINE_ADDRESS`."""

import sys
from pathlib import Path

# A consumer's copy of this folder may stand beside another installed version; this folder is the one that was asked for.
sys.path.insert(0, str(Path(__file__).parent))

from pulumi_milvus.provider.serve import main
from pulumi_milvus.version import PACKAGE_VERSION

if __name__ == "__main__":
    main(sys.argv[1:], PACKAGE_VERSION)
