"""The `milvus` Pulumi package as a plugin process: the protocol around the resources and components."""
