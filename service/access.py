"""Who may do what: a `Principal` from a bearer token (RFC 6750, 9068), checked as RFC 8725 asks."""

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from service.purpose import purpose_in
from service.signed_token import ALGORITHMS, Reason, TokenError, TokenReader, subject_of, text_of
from service.smart_scope import SystemScope, read_system_scope
from service.token_keys import KeySource, LocalKeys, RemoteKeys

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


_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")


class Scope(StrEnum):
    """What a token, or a person's role, may allow."""

    STUDY_READ = "study.read"
    STUDY_WRITE = "study.write"
    REVIEW_WRITE = "review.write"
    AUDIT_READ = "audit.read"
    OPS = "ops"
    MODEL_WRITE = "model.write"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, be it a system or a person, by token or by session.

    ``subject`` is the token's sub (with ``issuer`` it is unique), ``token_id`` its jti or a session's public id, "" when
    there is none. ``system_scopes`` open the FHIR API, and nothing else. ``purpose`` is a code of `service.purpose`, "" where
    none was stated.
    """

    subject: str
    kind: Literal["person", "system"]
    client_id: str
    scopes: frozenset[Scope]
    roles: frozenset[str]
    issuer: str
    token_id: str
    system_scopes: frozenset[SystemScope] = frozenset()
    purpose: str = ""

    def may(self, scope: Scope) -> bool:
        """Tell whether the scope was granted."""
        return scope in self.scopes


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
        self._reader = TokenReader(
            issuer,
            audience,
            keys,
            types=("at+jwt", "jwt"),  # RFC 9068, 4: an ID token that says so is no access token
            essential=("sub",),
            algorithms=algorithms,
            leeway_s=leeway_s,
            now=now,
        )

    def validate(self, bearer: str) -> Principal:
        """Check a token (what stands after "Bearer ").

        Raises TokenError.
        """
        header, claims = self._reader.read(bearer)
        if "cnf" in claims:  # RFC 7800: good only for who proves to hold a key, and we could not tell a thief
            raise TokenError(Reason.BOUND)
        if _is_of_another_kind(header, claims):
            raise TokenError(Reason.TYPE)
        return _principal(claims)


def _is_of_another_kind(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bool:
    """Tell whether a token of our issuer, for our audience, was made for something else than access.

    Many issuers put no kind into the header. Keycloak says it in a claim ``typ``, Cognito in ``token_use``; the others' ID and
    logout tokens are known by what only such a token has. (Keycloak's access tokens had a nonce, too, for years.)
    """
    if "events" in claims or claims.get("typ", "Bearer") != "Bearer" or claims.get("token_use", "access") != "access":
        return True
    is_told = str(header.get("typ", "")).lower().endswith("at+jwt") or "typ" in claims
    return not is_told and not claims.keys().isdisjoint({"nonce", "at_hash", "c_hash"})


def _principal(claims: Mapping[str, Any]) -> Principal:
    client_id = text_of(claims, "client_id") or text_of(claims, "azp")
    subject = subject_of(claims)
    # RFC 9068, 2.2: without a person sub names the client. Keycloak gives its service accounts an id of their own.
    is_system = client_id in ("", subject) or claims.get("preferred_username") == f"service-account-{client_id}"
    known = set(Scope)
    words = _scopes(claims)
    return Principal(
        subject=subject,
        kind="system" if is_system else "person",
        client_id=client_id,
        scopes=frozenset(Scope(word) for word in words if word in known),
        roles=frozenset(_words(claims, "roles", str.split)),
        issuer=text_of(claims, "iss"),
        token_id=text_of(claims, "jti"),
        system_scopes=frozenset(filter(None, map(read_system_scope, words))),
        purpose=purpose_in(claims),
    )


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    """Read the scopes: words of RFC 6749, 3.3, with blanks between them; no other blank parts two words, or hides in one."""
    words = [word for word in _words(claims, "scope", lambda text: text.split(" ")) if word]
    if not all(map(_SCOPE.fullmatch, words)):
        raise TokenError(Reason.CLAIMS)
    return words


def _words(claims: Mapping[str, Any], name: str, parted: Callable[[str], list[str]]) -> Iterable[str]:
    """Read a claim that is words in one string (RFC 8693, 4.2) or a list of strings, as issuers differ."""
    value = claims.get(name, [])
    words = parted(value) if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise TokenError(Reason.CLAIMS)
    return words
