"""Milvus on Kubernetes: components that create what a plan says, through the Milvus Operator's resource."""
