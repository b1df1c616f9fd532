"""`milvus:index:OperatorGuard`: keeps the Milvus Operator while a Milvus needs it."""
