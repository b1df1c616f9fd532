"""Getting a Pulumi engine: the one on PATH, the official installer's, or one built from the pinned Go modules.

``python -m pulumi_milvus.engine ensure`` finds or makes one. Nothing in this package imports the Pulumi SDK.
"""
