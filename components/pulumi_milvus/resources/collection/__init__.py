"""`milvus:index:Collection`: a collection with its fields, indexes, functions and load state."""
