"""`milvus:index:DataGuard`: refuses the changes of an environment that would part Milvus from its data."""
