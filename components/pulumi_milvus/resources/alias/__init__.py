"""`milvus:index:Alias`: a second name for a collection, switched without a gap."""
