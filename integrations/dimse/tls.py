"""DICOM over TLS with certificates on both sides, by the secure transport connection profiles of PS3.15 annex B.

| profile           | clause | TLS 1.2 cipher suites                                                            |
|---                |---     |---                                                                               |
| `bcp195`          | B.12   | ECDHE with AES in GCM: those that RFC 9325 4.2 recommends                        |
| `bcp195-modified` | B.13   | the closed list of the profile, as far as OpenSSL has it and thinks it safe      |

Both: TLS 1.2 or 1.3 and nothing older, 1.3 first; no renegotiation; RSA from 2048 bits, elliptic curves from 256, SHA-256 or better.
Of B.13 are missing: Camellia in GCM (OpenSSL has none), CCM_8 (OpenSSL counts its tag of 64 bits as too weak), and finite-field DHE.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from integrations.errors import Unavailable

LEAST_RSA_BITS = 2048
LEAST_CURVE_BITS = 256
_T = TypeVar("_T")
_WEAK_HASHES = (hashes.MD5, hashes.SHA1, hashes.SHA224)


class TlsProfile(StrEnum):
    """A secure transport connection profile of PS3.15."""

    BCP195 = "bcp195"
    BCP195_MODIFIED = "bcp195-modified"


_AES_GCM = (
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
)
CIPHERS = {
    TlsProfile.BCP195: _AES_GCM,
    TlsProfile.BCP195_MODIFIED: (
        *_AES_GCM[:2],
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES256-CCM",
        *_AES_GCM[2:],
        "ECDHE-ECDSA-AES128-CCM",
    ),
}
"""OpenSSL's names of the TLS 1.2 suites, the strongest first. Those of TLS 1.3 are its own three, which both profiles allow."""


class TlsUnusable(Unavailable):
    """A certificate, key or CA file does not do; the message names it and says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Who we are and whom we trust, as PEM files: our certificate (with its chain), its key, and the peers' CA certificates.

    ``server_name`` is the name or address that a peer's certificate must be for, where we call; "" for the host that is called.
    """

    certificate: Path
    key: Path
    ca: Path
    profile: TlsProfile = TlsProfile.BCP195
    server_name: str = ""


def server_context(tls: Tls) -> ssl.SSLContext:
    """Return how a listener speaks TLS: it takes no peer without a certificate of the CA. Raises TlsUnusable."""
    context = _context(tls, ssl.PROTOCOL_TLS_SERVER)
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE  # BCP 195: the strongest that both have
    return context


def client_context(tls: Tls) -> ssl.SSLContext:
    """Return how we call a peer: its certificate must be of the CA, and for the name that was called. Raises TlsUnusable."""
    return _context(tls, ssl.PROTOCOL_TLS_CLIENT)


def _context(tls: Tls, protocol: Any) -> ssl.SSLContext:
    _check_own(tls)
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_ciphers(":".join(CIPHERS[tls.profile]) + ":@SECLEVEL=2")
    _use("key", tls.key, lambda: context.load_cert_chain(tls.certificate, tls.key, password=_no_password))
    _use("CA", tls.ca, lambda: context.load_verify_locations(tls.ca))
    if not context.cert_store_stats()["x509_ca"]:
        raise TlsUnusable(f"the TLS CA file {tls.ca} holds no certificate of a CA: put the PEM of the peers' CA there")
    return context


def _check_own(tls: Tls) -> None:
    """Say what is wrong with our own files before OpenSSL does, which names none of them."""
    certificates = _use(
        "certificate", tls.certificate, lambda: x509.load_pem_x509_certificates(tls.certificate.read_bytes())
    )
    own = certificates[0]
    if not own.not_valid_before_utc <= (now := datetime.now(UTC)) <= own.not_valid_after_utc:
        what = "is not valid yet" if now < own.not_valid_before_utc else "has expired"
        raise TlsUnusable(f"the TLS certificate {tls.certificate} {what}: put a valid one there")
    public = own.public_key()
    short = (isinstance(public, RSAPublicKey) and public.key_size < LEAST_RSA_BITS) or (
        isinstance(public, EllipticCurvePublicKey) and public.key_size < LEAST_CURVE_BITS
    )
    if short or isinstance(own.signature_hash_algorithm, _WEAK_HASHES):
        least = f"RSA from {LEAST_RSA_BITS} bits or a curve from {LEAST_CURVE_BITS}, signed with SHA-256 or better"
        raise TlsUnusable(f"the TLS certificate {tls.certificate} is too weak for PS3.15: it takes {least}")
    private = _use("key", tls.key, lambda: load_pem_private_key(tls.key.read_bytes(), None))
    if private.public_key() != public:
        raise TlsUnusable(
            f"the TLS key {tls.key} is not the key of the certificate {tls.certificate}: one of them is old"
        )


def _use(what: str, file: Path, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except (OSError, ValueError, TypeError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        if isinstance(error, ssl.SSLError | ValueError):
            said = "no such thing in PEM"
        elif isinstance(error, TypeError):
            said = "protected by a password, which nobody can type in here"
        raise TlsUnusable(f"the TLS {what} file {file} cannot be used: {said}") from None


def _no_password() -> str:
    raise TypeError
