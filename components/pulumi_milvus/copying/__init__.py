"""Rows of collections, moved from one Milvus to another: compared first, resumed after a kill, verified at the end."""
