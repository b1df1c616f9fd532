"""TLS to a Milvus behind a port-forward: whom to trust, under which name, and why a handshake failed."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pulumi_milvus.cluster_access.access import AUTHORITY_KEY, ClusterAccess
from pulumi_milvus.cluster_access.cluster import Reader
from pulumi_milvus.cluster_access.secrets import read_secret
from pulumi_milvus.resources.errors import ResourceError

_HANDSHAKE_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose certificates are taken, and which name they must have."""

    authority_file: Path
    """The certificates of those who may have signed the server's, PEM."""
    server_name: str
    source: str
    """Where the authority comes from, in words."""

    def client_options(self) -> dict[str, Any]:
        """Arguments of MilvusClient (pymilvus 3.0.2, client/grpc_handler.py): the address is the forward's own."""
        return {"secure": True, "server_pem_path": str(self.authority_file), "server_name": self.server_name}


@contextlib.contextmanager
def trust_of(cluster: Reader, access: ClusterAccess) -> Iterator[Trust]:
    """What the Secret of an access says whom to trust, while it is needed. Raises ResourceError where it says nothing.

    The key of the server's certificate stands in the same Secret; it is not kept and not written.
    """
    place = f"{access.namespace}/{access.tls_secret}"
    values = read_secret(cluster, access.namespace, access.tls_secret)
    if values is None:
        raise ResourceError(
            f"Milvus at {access.uri} speaks TLS, and the Secret {place}, whose {AUTHORITY_KEY} says which certificate "
            "to trust, is not there"
        )
    authority = values.get(AUTHORITY_KEY, b"")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=authority.decode("ascii"))
    except (ssl.SSLError, ValueError):  # of nothing too: "Empty certificate data"
        state = f"{AUTHORITY_KEY} of the Secret {place} holds no certificate in PEM" if authority else ""
        missing = f"the Secret {place} has no {AUTHORITY_KEY}; it has {', '.join(sorted(values)) or 'nothing'}"
        raise ResourceError(
            f"{state or missing}. Write the certificate of the authority that signed tls.crt there"
        ) from None
    handle, name = tempfile.mkstemp(prefix="pulumi-milvus-", suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(authority)
        yield Trust(Path(name), access.server_name, f"{AUTHORITY_KEY} of the Secret {place}")
    finally:
        Path(name).unlink(missing_ok=True)


def handshake_trouble(port: int, trust: Trust | None) -> str:
    """Why no TLS connection comes about at a port of the loopback address; empty where that is not the reason.

    gRPC says of a failed handshake no more than that the server may be unavailable. ``trust`` None: none was tried,
    and what is asked is whether the server wants one.
    """
    context = ssl.create_default_context()
    if trust is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context = ssl.create_default_context(cafile=str(trust.authority_file))
    context.set_alpn_protocols(["h2"])
    name = trust.server_name if trust else "milvus"
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=_HANDSHAKE_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=name),
        ):
            return "" if trust else "it speaks TLS, and milvus:cluster.tlsSecret does not say whom to trust"
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message or str(error)
        return f"its certificate is not one to trust by {trust.source if trust else ''}, for {name}: {reason}"
    except ssl.SSLError as error:
        # What answers a greeting of TLS with something else speaks another protocol.
        plain_text = error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")
        return "it speaks no TLS, and milvus:cluster.tlsSecret asks for it" if trust and plain_text else ""
    except OSError:
        return ""
