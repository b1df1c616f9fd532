"""`milvus:index:Readiness`: done when a Milvus in a cluster really is what was declared, and says what keeps it."""
