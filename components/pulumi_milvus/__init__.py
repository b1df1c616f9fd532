"""pulumi-milvus: declare what you store and ask; `pulumi up` gives you the Milvus that fits."""
