"""`milvus:index:GeneratedKeys`: makes the access key and the secret key of an object store."""
