"""What an OpenID provider tells about a person: ID tokens (OpenID Connect Core 1.0, 3.1.3.7) and logout tokens (Back-Channel Logout 1.0, 2.6)."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from service.signed_token import Reason, TokenError, TokenReader, subject_of, text_of
from service.token_keys import KeySource

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_LIFETIME = timedelta(minutes=5)
"""A logout token older than that is refused, and a used one is remembered for longer."""
_LEEWAY_S = 30


@dataclass(frozen=True, slots=True)
class LogoutToken:
    """Whom the provider has signed out: one session (``sid``), or all of a person (``subject``); one of the two may be ""."""

    jti: str
    subject: str
    sid: str
    forget_at: datetime


class IdTokens:
    """Reads what the provider says to us as its client ``client_id``. ``now`` is seconds since 1970."""

    def __init__(self, issuer: str, client_id: str, keys: KeySource, *, now: Callable[[], float] = time.time) -> None:
        self._client_id, self._now = client_id, now
        self._id = TokenReader(
            issuer, client_id, keys, types=("jwt",), essential=("sub", "iat"), now=now, leeway_s=_LEEWAY_S
        )
        self._logout = TokenReader(
            issuer,
            client_id,
            keys,
            types=("logout+jwt", "jwt"),
            essential=("iat", "jti", "events"),
            now=now,
            leeway_s=_LEEWAY_S,
        )

    def person(self, id_token: str, *, nonce: str, access_token: str) -> dict[str, Any]:
        """Return the claims of an ID token that answers our request with ``nonce`` and came with ``access_token``.

        Raises TokenError.
        """
        header, claims = self._id.read(id_token)
        subject_of(claims)
        if not hmac.compare_digest(text_of(claims, "nonce").encode(), nonce.encode()):
            raise TokenError(Reason.NONCE)
        # Core 3.1.3.7 (4, 5): meant for others, too, it must have been issued to us.
        is_ours_alone = claims["aud"] in (self._client_id, [self._client_id])
        if text_of(claims, "azp") not in ((self._client_id, "") if is_ours_alone else (self._client_id,)):
            raise TokenError(Reason.AUDIENCE)
        if "at_hash" in claims and not _is_hash(text_of(claims, "at_hash"), access_token, header):
            raise TokenError(Reason.CLAIMS)
        return claims

    def logout(self, logout_token: str) -> LogoutToken:
        """Return whom a logout token signs out. Whether it was used before, the caller knows.

        Raises TokenError.
        """
        _, claims = self._logout.read(logout_token)
        events = claims["events"]
        if not isinstance(events, Mapping) or not isinstance(events.get(LOGOUT_EVENT), Mapping):
            raise TokenError(Reason.CLAIMS)
        if "nonce" in claims:  # an ID token in disguise
            raise TokenError(Reason.NONCE)
        subject, sid = subject_of(claims), text_of(claims, "sid")
        if not subject and not sid:
            raise TokenError(Reason.CLAIMS)
        lifetime_s = LOGOUT_LIFETIME.total_seconds()
        if claims["iat"] < self._now() - lifetime_s:
            raise TokenError(Reason.EXPIRED)
        forget_at = datetime.fromtimestamp(self._now(), UTC) + 2 * LOGOUT_LIFETIME
        return LogoutToken(text_of(claims, "jti"), subject, sid, forget_at)


def _is_hash(at_hash: str, access_token: str, header: Mapping[str, Any]) -> bool:
    """Tell whether ``at_hash`` is the left half of the access token's hash (Core 3.1.3.6); Ed25519 hashes by SHA-512."""
    digest = (hashlib.sha256 if header["alg"] in ("RS256", "ES256") else hashlib.sha512)(access_token.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    return hmac.compare_digest(half, at_hash.encode())
