"""TLS before a server that has none, as Milvus Lite's own: bytes of a TLS connection go in clear to a port.

    authority = Authority("one")
    with terminator(port, authority.certificate("vec-milvus.search.svc"), folder) as secured: ...

Certificates are real ones, made for the test by the package cryptography.
"""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)
_PIECE_BYTES = 1 << 16


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, PEM."""

    certificate: bytes
    key: bytes


class Authority:
    """One that signs certificates."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = _builder(self._name, self._name, self._key).add_extension(usage, critical=True)
        signed = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.pem = signed.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def certificate(self, *hosts: str, valid_days: int = 1) -> Certificate:
        """A server's certificate for some names; with ``valid_days`` below zero it has expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "milvus")])
        alternative = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        signed = (
            _builder(name, self._name, key, valid_days)
            .add_extension(alternative, critical=False)
            .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Certificate(signed.public_bytes(serialization.Encoding.PEM), private)


def _builder(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, valid_days: int = 1
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 5 * _DAY)
        .not_valid_after(now + valid_days * _DAY)
    )


@contextlib.contextmanager
def terminator(port: int, certificate: Certificate, folder: Path) -> Iterator[int]:
    """A port of the loopback address that speaks TLS, before ``port``, which does not."""
    files = folder / "server.crt", folder / "server.key"
    files[0].write_bytes(certificate.certificate)
    files[1].write_bytes(certificate.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=[listening, context, port], daemon=True).start()
        yield int(listening.getsockname()[1])


def _accept(listening: socket.socket, context: ssl.SSLContext, port: int) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:  # closed: the test is over
            return
        threading.Thread(target=_serve, args=[connection, context, port], daemon=True).start()


def _serve(connection: socket.socket, context: ssl.SSLContext, port: int) -> None:
    """One connection. One thread only uses the TLS object at a time, since OpenSSL's may not be shared."""
    with contextlib.suppress(OSError), connection:
        connection.settimeout(10)
        with (
            context.wrap_socket(connection, server_side=True) as secured,
            socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        ):
            _between(secured, plain)


def _between(secured: ssl.SSLSocket, plain: socket.socket) -> None:
    """Bytes both ways until either ends."""
    import select

    while True:
        waiting = secured.pending() > 0
        ready, _, _ = select.select([secured, plain], [], [], 0 if waiting else 10)
        if waiting or secured in ready:
            piece = secured.recv(_PIECE_BYTES)
            if not piece:
                return
            plain.sendall(piece)
        if plain in ready:
            piece = plain.recv(_PIECE_BYTES)
            if not piece:
                return
            secured.sendall(piece)
