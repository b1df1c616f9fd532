"""One file per family of index types. Each has ``INDEXES``; a file that is added here is an index that Milvus has."""
