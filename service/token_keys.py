"""The public keys that tokens are checked with: from a JWKS at hand, or fetched from the issuer and rotated with it."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from integrations.errors import EdgeError

_RSA_2048_BASE64 = 342  # characters of a 2048-bit modulus
_KEYS_MOST = 100
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})  # RFC 7518, 6: what only its owner may know


class KeysUnavailable(Exception):
    """The issuer cannot be asked for its keys, and none that are fresh enough are known."""


class KeySource(Protocol):
    """Where the issuer's public keys come from."""

    def find(self, kid: str) -> Key | None:
        """Look up a key by its id; None when the issuer has no such key.

        Raises KeysUnavailable when the issuer cannot be asked.
        """


class LocalKeys:
    """The keys of a JWKS at hand (the embedded issuer's own)."""

    def __init__(self, jwks: Mapping[str, Any]) -> None:
        self._keys = _public_keys(jwks)

    def find(self, kid: str) -> Key | None:
        """Look up a key by its id."""
        return self._keys.get(kid)


class RemoteKeys:
    """The keys that an issuer publishes, cached.

    Fetched anew when older than ``lifetime_s``, and when a token names an unknown key, but then at most every
    ``refetch_s``: a flood of invented key ids must not become a flood of requests. While the issuer does not answer, known
    keys stay good for ``stale_s``. The JWKS address is ``jwks_url``, or found by OpenID Connect Discovery 1.0 (4).
    """

    def __init__(
        self,
        issuer: str,
        get_json: Callable[[str], Mapping[str, Any]],
        jwks_url: str = "",
        *,
        lifetime_s: float = 300,
        refetch_s: float = 10,
        stale_s: float = 3600,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer, self._get_json, self._jwks_url, self._now = issuer, get_json, jwks_url, now
        self._lifetime_s, self._refetch_s, self._stale_s = lifetime_s, refetch_s, stale_s
        self._lock = threading.Lock()
        self._keys: dict[str, Key] = {}
        self._fetched_at = self._tried_at = float("-inf")

    def find(self, kid: str) -> Key | None:
        """Look up a key by its id, asking the issuer where needed.

        Raises KeysUnavailable when the issuer does not answer and nothing fresh enough is known.
        """
        # A key that is known need not wait for an issuer that is slow to answer somebody else.
        if self._is_due(kid) and self._lock.acquire(blocking=kid not in self._keys):
            try:
                if self._is_due(kid):
                    self._fetch()
            finally:
                self._lock.release()
        if self._now() - self._fetched_at >= self._stale_s:
            raise KeysUnavailable("the issuer of tokens does not give its keys: is it reachable from here?")
        return self._keys.get(kid)

    def _is_due(self, kid: str) -> bool:
        now = self._now()
        wanted = kid not in self._keys or now - self._fetched_at >= self._lifetime_s
        return wanted and now - self._tried_at >= self._refetch_s

    def _fetch(self) -> None:
        try:
            self._keys = _public_keys(self._get_json(self._jwks_url or self._discover()))
            self._fetched_at = self._now()
        except (EdgeError, ValueError):
            pass  # `find` goes on with what is known, as long as it is fresh enough
        finally:
            self._tried_at = self._now()

    def _discover(self) -> str:
        found = self._get_json(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        url = found.get("jwks_uri")
        if found.get("issuer") != self._issuer or not isinstance(url, str):
            raise ValueError("the discovery document is another issuer's, or names no keys")
        if urlsplit(url).scheme != urlsplit(self._issuer).scheme:
            raise ValueError("the keys of an https issuer must come by https")
        return url


def _public_keys(jwks: Mapping[str, Any]) -> dict[str, Key]:
    """Import the asymmetric signing keys that have an id; what cannot be used is passed over (RFC 7517, 5).

    So is a private key, by which everybody could sign, and an id of two keys: it names neither.

    Raises ValueError when there is no list of keys, or one that is longer than any issuer's.
    """
    if not isinstance(jwks.get("keys"), list) or len(jwks["keys"]) > _KEYS_MOST:
        raise ValueError(f"a JWKS has a list of keys, {_KEYS_MOST} at most")
    keys: dict[str, Key] = {}
    doubtful = set()
    for jwk in jwks["keys"]:
        if not isinstance(jwk, dict) or not _may_verify(jwk):
            continue
        if jwk.get("alg") == "EdDSA":
            jwk = {**jwk, "alg": "Ed25519"}  # noqa: PLW2901 -- the older name of the same (RFC 9864)
        try:
            key = JWKRegistry.import_key(jwk)
            known = keys.setdefault(jwk["kid"], key)
            if known.thumbprint() != key.thumbprint():
                doubtful.add(jwk["kid"])
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return {kid: key for kid, key in keys.items() if kid not in doubtful}


def _may_verify(jwk: Mapping[str, Any]) -> bool:
    """Tell whether it is a public key, with a name, of a kind that we know, and meant for signatures."""
    if not isinstance(jwk.get("kid"), str) or jwk.get("kty") not in ("RSA", "EC", "OKP"):
        return False
    if jwk["kty"] == "RSA" and len(str(jwk.get("n", ""))) < _RSA_2048_BASE64:
        return False
    purposes = jwk.get("key_ops", ["verify"])
    is_for_signatures = jwk.get("use", "sig") == "sig" and isinstance(purposes, list) and "verify" in purposes
    return is_for_signatures and jwk.keys().isdisjoint(_PRIVATE)
