"""Certificates, tokens and kubeconfigs of one control plane; they are worth nothing outside of it."""

from __future__ import annotations

import datetime
import ipaddress
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# User and groups of each client: the roles are those that Kubernetes ships for its own parts.
USERS = {
    "admin": ("kubernetes-admin", "system:masters"),
    "kube-controller-manager": ("system:kube-controller-manager", ""),
    "kube-scheduler": ("system:kube-scheduler", ""),
    # kwok stands for all kubelets at once, and no role that ships allows that.
    "kwok": ("kwok", "system:masters"),
}


@dataclass(frozen=True)
class Credentials:
    """Where the files are, and the token of the administrator."""

    authority: Path
    certificate: Path
    key: Path
    account_key: Path
    tokens: Path
    admin_token: str
    kubeconfigs: dict[str, Path]


def write(folder: Path, server: str) -> Credentials:
    """Write all of them into ``folder``; ``server`` is the API server's address."""
    folder.mkdir(mode=0o700)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("control plane of tests", authority_key, None)
    serving_key = ec.generate_private_key(ec.SECP256R1())
    serving = _certificate("localhost", serving_key, (authority, authority_key))
    tokens = {name: secrets.token_hex(20) for name in USERS}
    lines = [f'{tokens[name]},{user},{user},"{group}"' for name, (user, group) in USERS.items()]

    pem = serialization.Encoding.PEM
    ca = _private(folder / "ca.crt", authority.public_bytes(pem))
    return Credentials(
        authority=ca,
        certificate=_private(folder / "serving.crt", serving.public_bytes(pem)),
        key=_private(folder / "serving.key", _key_bytes(serving_key)),
        account_key=_private(folder / "service-account.key", _key_bytes(ec.generate_private_key(ec.SECP256R1()))),
        tokens=_private(folder / "tokens.csv", ("\n".join(lines) + "\n").encode()),
        admin_token=tokens["admin"],
        kubeconfigs={name: kubeconfig(folder / f"{name}.kubeconfig", server, ca, tokens[name]) for name in USERS},
    )


def kubeconfig(file: Path, server: str, authority: Path, token: str) -> Path:
    """Write a kubeconfig with a token into ``file``."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "tests",
        "clusters": [{"name": "tests", "cluster": {"server": server, "certificate-authority": str(authority)}}],
        "users": [{"name": "tests", "user": {"token": token}}],
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests", "namespace": "default"}}],
    }
    return _private(file, json.dumps(config, indent=1).encode())


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer[0].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is None:
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
        return builder.sign(key, hashes.SHA256())
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return (
        builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer[1].public_key()), critical=False)
        .sign(issuer[1], hashes.SHA256())
    )


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def _private(file: Path, content: bytes) -> Path:
    file.touch(mode=0o600)
    file.write_bytes(content)
    return file
