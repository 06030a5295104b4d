"""A JSON Web Token of one issuer, read only after its signature holds (RFC 7515, 7519, 8725).

A token is a stranger's text until then: nothing in it chooses the algorithm, the key or where keys come from (``jku``,
``x5u`` and ``jwk`` are never read). A refusal is a `TokenError` with a `Reason` and no detail.
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

from service.token_keys import KeySource, KeysUnavailable

TOKEN_MAX_BYTES = 16 * 1024
ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")


class Reason(StrEnum):
    """Why a token, or a session, was refused; all that a caller is told."""

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
    SESSION_EXPIRED = "session-expired"


class TokenError(Exception):
    """A token was refused."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"token refused: {reason}")
        self.reason = reason


_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_TODAYS_NAME = {"EdDSA": "Ed25519"}  # RFC 9864
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
        self._claims = JWTClaimsRegistry(lambda: int(now()), leeway_s, **wanted)

    def read(self, compact: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
        """Return a token's header and claims.

        Raises TokenError.
        """
        token = self._parse(compact)
        header = token.headers()
        key = self._key(header)
        try:
            if not jws.validate_compact(token, key, registry=self._registry):
                raise TokenError(Reason.SIGNATURE)
        except JoseError as error:  # a key of another kind than the algorithm's, or one for another use
            raise TokenError(Reason.ALGORITHM) from error
        return header, self._checked(token.payload)

    def _parse(self, compact: str) -> jws.CompactSignature:
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
        if not isinstance(token.headers(), dict):
            raise TokenError(Reason.MALFORMED)
        return token

    def _key(self, header: Mapping[str, Any]) -> Key:
        """Choose the key by the header's kid, once the header asks for nothing that we do not do."""
        if header.get("alg") not in self._algorithms:
            raise TokenError(Reason.ALGORITHM)
        if "crit" in header or "b64" in header:
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


def text_of(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that is text, "" where there is none; raises TokenError for anything else."""
    value = claims.get(name, "")
    if not isinstance(value, str):
        raise TokenError(Reason.CLAIMS)
    return value
