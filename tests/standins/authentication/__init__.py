"""A server that checks passwords as Milvus's proxy does, and holds nothing: Milvus Lite has no users.

with authentication.serve({"root": "Milvus"}) as server:
    MilvusClient(server.uri, token="root:Milvus").update_password("root", "Milvus", "another")

relay(port, first=...) is the same check before a Milvus Lite, which answers whatever is not about users.

README.md says what it answers and where that comes from.
"""

from __future__ import annotations

from authentication.relay import relay
from authentication.server import UNKNOWN_USER, AuthenticationServer, serve

__all__ = ["UNKNOWN_USER", "AuthenticationServer", "relay", "serve"]
