"""The embedded token issuer: so that a first trial on one machine needs no identity provider.

Who can read its key file can make any token. It therefore exists only while Diafan can be reached from its own
machine alone.
"""

import ipaddress
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from audit.keys import private_file
from service.access import Scope
from service.purpose import ACT_REASON
from service.smart_scope import SystemScope

LIFETIME_MAX_S = 24 * 3600


class IssuerRefused(Exception):
    """Diafan listens beyond this machine: it needs a real identity provider."""


class EmbeddedIssuer:
    """Issues access tokens (RFC 9068, ES256) with a key made at the first start (``folder``/issuer.pem, mode 0600).

    ``listen_hosts`` are all addresses that any listener of Diafan binds. ``now`` is seconds since 1970.

    Raises IssuerRefused when one of them, or the issuer's own address, is not a loopback address;
    audit.keys.KeyRefused when others can read the key.
    """

    def __init__(
        self,
        folder: Path,
        issuer_url: str,
        audience: str,
        listen_hosts: Sequence[str],
        now: Callable[[], float] = time.time,
    ) -> None:
        if not listen_hosts or not all(map(_is_loopback, (*listen_hosts, urlsplit(issuer_url).hostname or ""))):
            raise IssuerRefused(
                "the embedded token issuer works on 127.0.0.1 only: set the issuer of your identity provider, "
                "or let every listener bind 127.0.0.1"
            )
        self._issuer_url, self._audience, self._now = issuer_url, audience, now
        pem = private_file(folder / "issuer.pem", lambda: ECKey.generate_key("P-256").as_pem(private=True))
        self._key = ECKey.import_key(pem)
        self._key.ensure_kid()

    def token(
        self,
        subject: str,
        scopes: Iterable[Scope | SystemScope],
        lifetime_s: int = 3600,
        roles: Iterable[str] = (),
        client_id: str = "",
        purpose: str = "",
    ) -> str:
        """Issue a token. Without a ``client_id`` the subject is a system; with another one it is a person using it.

        ``purpose`` is a code of `service.purpose`; "" states none.

        Raises ValueError for an empty subject, an unknown scope or a lifetime beyond a day.
        """
        if not subject or not 0 < lifetime_s <= LIFETIME_MAX_S:
            raise ValueError("a token needs a subject and a lifetime of at most 24 hours")
        issued = int(self._now())
        claims: dict[str, Any] = {
            "iss": self._issuer_url,
            "aud": self._audience,
            "sub": subject,
            "client_id": client_id or subject,
            "scope": " ".join(sorted(str(s if isinstance(s, SystemScope) else Scope(s)) for s in scopes)),
            "roles": sorted(roles),
            "iat": issued,
            "exp": issued + lifetime_s,
            "jti": secrets.token_urlsafe(12),
        }
        if purpose:
            claims["extensions"] = {"ihe_iua": {"purpose_of_use": [{"system": ACT_REASON, "code": purpose}]}}
        return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": self._key.kid}, claims, self._key, ["ES256"])

    def jwks(self) -> dict[str, Any]:
        """Give the public key as a JWKS (RFC 7517)."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "ES256"}]}


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # any other name may come to mean any address
