"""A stand-in of the Milvus Operator: what its Milvus resource becomes in a cluster, as the real one was recorded.

Import it as ``tests.standins.operator`` from the repository's root, never as ``operator``: that is a module of Python.
"""
