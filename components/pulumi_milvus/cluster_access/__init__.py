"""Reaches what runs inside a Kubernetes cluster: its API, a Milvus behind a Service, and why a pod does not run."""
