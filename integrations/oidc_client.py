"""The way to an OpenID provider that signs people in: authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636).

The protocol is Authlib's, the requests go through httpx, as in `integrations.oauth_client`. Authlib's client for Starlette is not
used: it wants another HTTP library, takes whatever algorithm the provider lists, and does not compare the ID token's audience.
What the tokens say is a stranger's text here: whoever asked checks it.
"""

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.discovery import get_well_known_url

from integrations.errors import Rejected
from integrations.http_exchange import exchange, json_object
from integrations.oauth_client import Session, fetch_token, get_json

_PEER = "the identity provider"
_METADATA_LIFETIME_S = 300


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a code was exchanged for. Nothing in them is checked yet."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


class OpenIdClient:
    """One client of one provider, which describes itself (OpenID Connect Discovery 1.0); safe to share between threads.

    Without a ``client_secret`` it is a public client, which PKCE protects; with one it names itself by HTTP Basic.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        scope: str,
        redirect_uri: str,
        *,
        timeout_s: float = 10.0,
    ) -> None:
        self._issuer, self._client_id, self._client_secret = issuer, client_id, client_secret
        self._scope, self._redirect_uri = scope, redirect_uri
        self._session = Session(timeout_s)
        self._lock = Lock()
        self._metadata: dict[str, Any] = {}
        self._fetched_at = float("-inf")

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser.

        Raises:
            Unavailable: the provider does not answer, or not now.
            Rejected: its description can't be used.

        """
        url, _ = self._oauth().create_authorization_url(
            self._endpoint("authorization_endpoint"), state=state, nonce=nonce, code_verifier=verifier
        )
        return str(url)

    def exchange(self, *, code: str, verifier: str) -> Tokens:
        """Return the tokens for the code that the browser brought.

        Raises:
            Unavailable: the provider does not answer, or not now.
            Rejected: it refuses the code or this client, or gives no ID token.

        """
        token = fetch_token(
            self._oauth(),
            self._endpoint("token_endpoint"),
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
        )
        if not isinstance(token.get("id_token"), str):
            raise Rejected(f"{_PEER} gave no ID token: the scope must have openid in it")
        return Tokens(token["id_token"], str(token["access_token"]))

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """Return what the provider says of the person beside the ID token (Core 5.3); {} where it has no such endpoint.

        Raises:
            Unavailable: the provider does not answer, or not now.
            Rejected: it refuses the token, or answers with something else.

        """
        url = self._endpoint("userinfo_endpoint", is_needed=False)
        if not url:
            return {}
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        response = exchange(self._session.http, "GET", url, peer=_PEER, headers=headers)
        if response.status_code != httpx.codes.OK:
            raise Rejected(f"{_PEER} answered {response.status_code} to a question about the person")
        return json_object(response, peer=_PEER)

    def end_session_url(self, *, id_token: str, back_to: str) -> str:
        """Return where the browser signs out at the provider (RP-Initiated Logout 1.0), "" where that can't be done.

        Raises:
            Unavailable: the provider does not answer, or not now.
            Rejected: its description can't be used.

        """
        url = self._endpoint("end_session_endpoint", is_needed=False)
        if not url:
            return ""
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": back_to}
        if id_token:
            asked["id_token_hint"] = id_token
        return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(asked)}"

    def close(self) -> None:
        """Close the connections."""
        self._session.http.close()

    def _oauth(self) -> OAuth2Client:
        return OAuth2Client(
            self._session,
            self._client_id,
            self._client_secret or None,
            scope=self._scope,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )

    def _endpoint(self, name: str, *, is_needed: bool = True) -> str:
        with self._lock:
            if time.monotonic() - self._fetched_at >= _METADATA_LIFETIME_S:
                found = get_json(get_well_known_url(self._issuer, external=True))
                if found.get("issuer") != self._issuer:
                    raise Rejected(f"{_PEER} calls itself otherwise than oidc.issuer: write it in the same way")
                self._metadata, self._fetched_at = found, time.monotonic()
            url = self._metadata.get(name, "")
        if not isinstance(url, str) or (is_needed and not url):
            raise Rejected(f"{_PEER} names no {name}")
        if url and urlsplit(url).scheme != urlsplit(self._issuer).scheme:
            raise Rejected(f"{_PEER}'s {name} must be {urlsplit(self._issuer).scheme}, as the issuer is")
        return url
