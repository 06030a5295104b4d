"""Who may do what: a `Principal` from a bearer token (RFC 6750, 9068), checked as RFC 8725 asks.

A token is a stranger's text until its signature holds: nothing in it chooses the algorithm, the key or where keys come
from (``jku``, ``x5u`` and ``jwk`` are never read). A refusal is a `TokenError` with a `Reason` and no detail.
"""

import json
import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from joserfc import jws
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import Key
from joserfc.jwt import JWTClaimsRegistry

from service.token_keys import KeySource, KeysUnavailable, LocalKeys, RemoteKeys

__all__ = [
    "ALGORITHMS",
    "KeySource",
    "LocalKeys",
    "Principal",
    "Reason",
    "RemoteKeys",
    "Scope",
    "TokenError",
    "TokenValidator",
]

TOKEN_MAX_BYTES = 16 * 1024
ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")


class Scope(StrEnum):
    """What a token may allow."""

    STUDY_READ = "study.read"
    STUDY_WRITE = "study.write"
    AUDIT_READ = "audit.read"
    OPS = "ops"


class Reason(StrEnum):
    """Why a token was refused; all that a caller is told."""

    MISSING = "missing"
    TOO_LARGE = "too-large"
    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    TYPE = "type"
    UNKNOWN_KEY = "unknown-key"
    KEYS_UNAVAILABLE = "keys-unavailable"  # our side's fault: the issuer's keys could not be fetched
    SIGNATURE = "signature"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    CLAIMS = "claims"


class TokenError(Exception):
    """A bearer token was refused."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"token refused: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, be it a system or a person, by token or by session.

    ``subject`` is the token's sub (with ``issuer`` it is unique), ``token_id`` its jti or a session's public id, "" when
    there is none.
    """

    subject: str
    kind: Literal["person", "system"]
    client_id: str
    scopes: frozenset[Scope]
    roles: frozenset[str]
    issuer: str
    token_id: str

    def may(self, scope: Scope) -> bool:
        """Tell whether the scope was granted."""
        return scope in self.scopes


_TODAYS_NAME = {"EdDSA": "Ed25519"}  # RFC 9864


class _Registry(jws.JWSRegistry):
    """joserfc's rules, with EdDSA meaning Ed25519 and nothing else."""

    max_header_length = 4096

    def get_alg(self, name: str) -> Any:
        return super().get_alg(_TODAYS_NAME.get(name, name))


class TokenValidator:
    """Turns a bearer token into a `Principal`, or refuses it.

    ``now`` is seconds since 1970; ``leeway_s`` is granted on exp, nbf and iat.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: KeySource,
        *,
        algorithms: Collection[str] = ALGORITHMS,
        leeway_s: int = 30,
        now: Callable[[], float] = time.time,
    ) -> None:
        if not algorithms or not set(algorithms) <= set(ALGORITHMS):
            raise ValueError(f"algorithms must be some of {', '.join(ALGORITHMS)}")
        self._keys = keys
        self._algorithms = tuple(algorithms)
        todays = [_TODAYS_NAME.get(name, name) for name in algorithms]
        self._registry = _Registry(algorithms=todays, strict_check_header=False)
        self._claims = JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=leeway_s,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def validate(self, bearer: str) -> Principal:
        """Check a token (what stands after "Bearer ").

        Raises TokenError.
        """
        token = self._parse(bearer)
        key = self._key(token.headers())
        try:
            if not jws.validate_compact(token, key, registry=self._registry):
                raise TokenError(Reason.SIGNATURE)
        except JoseError as error:  # a key of another kind than the algorithm's, or one for another use
            raise TokenError(Reason.ALGORITHM) from error
        claims = self._checked(token.payload)
        return _principal(claims)

    def _parse(self, bearer: str) -> jws.CompactSignature:
        if not bearer:
            raise TokenError(Reason.MISSING)
        if len(bearer) > TOKEN_MAX_BYTES:
            raise TokenError(Reason.TOO_LARGE)
        if not _COMPACT.fullmatch(bearer):
            raise TokenError(Reason.MALFORMED)
        try:
            token = jws.extract_compact(bearer.encode(), registry=self._registry)
        except (JoseError, ValueError, RecursionError) as error:
            raise TokenError(Reason.MALFORMED) from error
        if not isinstance(token.headers(), dict):
            raise TokenError(Reason.MALFORMED)
        return token

    def _key(self, header: Mapping[str, Any]) -> Key:
        """Choose the key by the header's kid, once the header asks for nothing that we do not do."""
        if header.get("alg") not in self._algorithms:
            raise TokenError(Reason.ALGORITHM)
        if "crit" in header or "b64" in header:
            raise TokenError(Reason.MALFORMED)
        # RFC 9068, 4 and RFC 7515, 4.1.9: an ID token or any other JWT of the same issuer is no access token.
        if str(header.get("typ", "JWT")).lower().removeprefix("application/") not in ("at+jwt", "jwt"):
            raise TokenError(Reason.TYPE)
        kid = header.get("kid")
        try:
            key = self._keys.find(kid) if isinstance(kid, str) else None
        except KeysUnavailable as error:
            raise TokenError(Reason.KEYS_UNAVAILABLE) from error
        if key is None:
            raise TokenError(Reason.UNKNOWN_KEY)
        return key

    def _checked(self, payload: bytes) -> dict[str, Any]:
        try:
            claims = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise TokenError(Reason.MALFORMED) from error
        if not isinstance(claims, dict):
            raise TokenError(Reason.MALFORMED)
        try:
            self._claims.validate(claims)
        except ExpiredTokenError as error:
            raise TokenError(Reason.EXPIRED) from error
        except ClaimError as error:
            raise TokenError(_REASON_OF_CLAIM.get(error.claim, Reason.CLAIMS)) from error
        return claims


_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_REASON_OF_CLAIM = {
    "iss": Reason.ISSUER,
    "aud": Reason.AUDIENCE,
    "nbf": Reason.NOT_YET_VALID,
    "iat": Reason.NOT_YET_VALID,
}


def _principal(claims: Mapping[str, Any]) -> Principal:
    client_id = _text(claims, "client_id") or _text(claims, "azp")
    subject = _text(claims, "sub")
    # RFC 9068, 2.2: without a person sub names the client. Keycloak gives its service accounts an id of their own.
    is_system = client_id in ("", subject) or claims.get("preferred_username") == f"service-account-{client_id}"
    known = set(Scope)
    return Principal(
        subject=subject,
        kind="system" if is_system else "person",
        client_id=client_id,
        scopes=frozenset(Scope(word) for word in _words(claims, "scope") if word in known),
        roles=frozenset(_words(claims, "roles")),
        issuer=_text(claims, "iss"),
        token_id=_text(claims, "jti"),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str):
        raise TokenError(Reason.CLAIMS)
    return value


def _words(claims: Mapping[str, Any], name: str) -> Iterable[str]:
    """Read a claim that is words in one string (RFC 8693, 4.2) or a list of strings, as issuers differ."""
    value = claims.get(name, [])
    words = value.split() if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise TokenError(Reason.CLAIMS)
    return words
