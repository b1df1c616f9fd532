"""A server that checks passwords as Milvus's proxy does, and holds nothing: Milvus Lite has no users.

with authentication.serve({"root": "Milvus"}) as server:
    MilvusClient(server.uri, token="root:Milvus").update_password("root", "Milvus", "another")

README.md says what it answers and where that comes from.
"""

from __future__ import annotations

from authentication.server import AuthenticationServer, serve

__all__ = ["AuthenticationServer", "serve"]
