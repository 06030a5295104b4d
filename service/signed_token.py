"""A JSON Web Token of one issuer, read only after its signature holds (RFC 7515, 7519, 8725).

A token is a stranger's text until then: nothing in it chooses the algorithm, the key or where keys come from (``jku``,
``x5u`` and ``jwk`` are never read). A refusal is a `TokenError` with a `Reason` and no detail. What two readers could read in two
ways (a name twice, NaN, another encoding than UTF-8) is refused, whoever signed it.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any

from joserfc import jws
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import Key
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry
from joserfc.util import urlsafe_b64decode

from service.token_keys import KeySource, KeysUnavailable

TOKEN_MAX_BYTES = 16 * 1024
LIFETIME_MAX_S = 31 * 24 * 3600
"""A token that is good for longer than that from now on is refused: no provider gives them, and nobody could call it back."""
SUBJECT_LONGEST = 255
ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")


class Reason(StrEnum):
    """Why a token, a session or what it asked for was refused: a closed list, and all that the caller and the log are told."""

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
    NONCE = "nonce"
    REPLAYED = "replayed"
    CLAIMS = "claims"
    BOUND = "bound"  # to a key or certificate of which we check no proof
    PURPOSE = "purpose"  # stated, and none of HL7's
    PURPOSE_MISSING = "purpose-missing"
    SCOPE = "scope"
    CROSS_SITE = "cross-site"
    PERSONS_ONLY = "persons-only"
    TOO_MANY = "too-many-refusals"
    SESSION_EXPIRED = "session-expired"


class TokenError(Exception):
    """A token was refused."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"token refused: {reason}")
        self.reason = reason


_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_TODAYS_NAME = {"EdDSA": "Ed25519"}  # RFC 9864
_NOT_DONE = frozenset({"crit", "b64", "cty"})  # extensions, payloads that are not encoded, tokens within tokens
_REASON_OF_CLAIM = {
    "iss": Reason.ISSUER,
    "aud": Reason.AUDIENCE,
    "nbf": Reason.NOT_YET_VALID,
    "iat": Reason.NOT_YET_VALID,
}


class _Registry(jws.JWSRegistry):
    """joserfc's rules, with EdDSA meaning Ed25519 and nothing else."""

    max_header_length = 4096

    def get_alg(self, name: str) -> Any:
        return super().get_alg(_TODAYS_NAME.get(name, name))


class TokenReader:
    """Reads the tokens that ``issuer`` made for ``audience``.

    ``types`` are the kinds that are taken (header ``typ`` in small letters; a token without one is a "jwt"), ``essential``
    the claims that must be there besides iss, aud and exp. ``now`` is seconds since 1970; ``leeway_s`` is granted on exp, nbf
    and iat.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: KeySource,
        *,
        types: Collection[str],
        essential: Collection[str],
        now: Callable[[], float],
        algorithms: Collection[str] = ALGORITHMS,
        leeway_s: int = 30,
    ) -> None:
        if not algorithms or not set(algorithms) <= set(ALGORITHMS):
            raise ValueError(f"algorithms must be some of {', '.join(ALGORITHMS)}")
        self._keys, self._types, self._algorithms = keys, frozenset(types), tuple(algorithms)
        todays = [_TODAYS_NAME.get(name, name) for name in algorithms]
        self._registry = _Registry(algorithms=todays, strict_check_header=False)
        wanted: dict[str, ClaimsOption] = {name: {"essential": True} for name in ("exp", *essential)}
        wanted["iss"] = {"essential": True, "value": issuer}
        wanted["aud"] = {"essential": True, "value": audience}
        self._claims, self._now = JWTClaimsRegistry(lambda: int(now()), leeway_s, **wanted), now

    def read(self, compact: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
        """Return a token's header and claims.

        Raises TokenError.
        """
        token, header = self._parse(compact)
        key = self._key(header)
        try:
            if not jws.validate_compact(token, key, registry=self._registry):
                raise TokenError(Reason.SIGNATURE)
        except JoseError as error:  # a key of another kind than the algorithm's, or one for another use
            raise TokenError(Reason.ALGORITHM) from error
        return header, self._checked(token.payload)

    def _parse(self, compact: str) -> tuple[jws.CompactSignature, dict[str, Any]]:
        if not compact:
            raise TokenError(Reason.MISSING)
        if len(compact) > TOKEN_MAX_BYTES:
            raise TokenError(Reason.TOO_LARGE)
        if not _COMPACT.fullmatch(compact):
            raise TokenError(Reason.MALFORMED)
        try:
            token = jws.extract_compact(compact.encode(), registry=self._registry)
        except (JoseError, ValueError, RecursionError) as error:
            raise TokenError(Reason.MALFORMED) from error
        return token, _object(urlsafe_b64decode(token.segments["header"]))

    def _key(self, header: Mapping[str, Any]) -> Key:
        """Choose the key by the header's kid, once the header asks for nothing that we do not do."""
        if header.get("alg") not in self._algorithms:
            raise TokenError(Reason.ALGORITHM)
        if not header.keys().isdisjoint(_NOT_DONE):
            raise TokenError(Reason.MALFORMED)
        # RFC 8725, 3.11 and RFC 7515, 4.1.9: a token of one kind is none of another, though the issuer signed both.
        if str(header.get("typ", "JWT")).lower().removeprefix("application/") not in self._types:
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
        claims = _object(payload)
        try:
            self._claims.validate(claims)
        except ExpiredTokenError as error:
            raise TokenError(Reason.EXPIRED) from error
        except ClaimError as error:
            raise TokenError(_REASON_OF_CLAIM.get(error.claim, Reason.CLAIMS)) from error
        if claims["exp"] > self._now() + LIFETIME_MAX_S:
            raise TokenError(Reason.CLAIMS)
        return claims


def subject_of(claims: Mapping[str, Any]) -> str:
    """Return the claim sub, "" where there is none; raises TokenError unless it is at most 255 letters of printable ASCII.

    So OpenID Connect Core 1.0, 2, has it. Anything else could stand in a log for somebody else.
    """
    subject = text_of(claims, "sub")
    if len(subject) > SUBJECT_LONGEST or not (subject.isascii() and subject.isprintable()):
        raise TokenError(Reason.CLAIMS)
    return subject


def text_of(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that is text, "" where there is none; raises TokenError for anything else."""
    value = claims.get(name, "")
    if not isinstance(value, str):
        raise TokenError(Reason.CLAIMS)
    return value


def _object(text: bytes) -> dict[str, Any]:
    """Read a JSON object of which there is one reading; raises TokenError (MALFORMED)."""
    try:
        found = json.loads(text.decode(), object_pairs_hook=_each_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise TokenError(Reason.MALFORMED) from error
    if not isinstance(found, dict):
        raise TokenError(Reason.MALFORMED)
    return found


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a name stands twice")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")
