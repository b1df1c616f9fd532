"""The `milvus` plugin: started by Pulumi as `python components ENGINE_ADDRESS`."""

import sys
from pathlib import Path

# Another version may be installed; the one in this folder was asked for.
sys.path.insert(0, str(Path(__file__).parent))

from pulumi_milvus.provider.serve import main
from pulumi_milvus.version import PACKAGE_VERSION

if __name__ == "__main__":
    main(sys.argv[1:], PACKAGE_VERSION)
