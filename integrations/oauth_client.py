"""Bearer tokens for the peers that we write to (OAuth 2.0 client credentials, RFC 6749 4.4), and the providers' documents.

The protocol is Authlib's; the requests go through httpx. Authlib's own httpx session is not used, because it asks for
another HTTP library and warns without it.
"""

from threading import Lock
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client

from integrations.errors import Rejected, Unavailable
from integrations.http_exchange import exchange, json_object

_PEER = "the token endpoint"
_TRANSIENT = frozenset({"temporarily_unavailable", "server_error"})


class ClientCredentials:
    """A source of access tokens, which are kept until ``leeway_s`` before they expire; safe to share between threads.

    The client names itself by HTTP Basic (client_secret_basic); ``resource`` is the audience asked for (RFC 8707).
    """

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str,
        scope: str = "",
        resource: str | None = None,
        *,
        timeout_s: float = 10.0,
        leeway_s: int = 30,
    ) -> None:
        self._token_url = token_url
        self._asked = {"resource": resource} if resource else {}
        self._session = Session(timeout_s)
        self._oauth = OAuth2Client(
            self._session,
            client_id,
            client_secret,
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - the name of a method, no password
            scope=scope or None,
            leeway=leeway_s,
        )
        self._lock = Lock()

    def token(self, *, renew: bool = False) -> str:
        """Return a valid access token; ``renew`` asks for another one, because a peer refused the last.

        Raises:
            Unavailable: the provider does not answer, or not now.
            Rejected: the provider refuses this client, or answers with no bearer token.

        """
        with self._lock:
            if renew or not self._oauth.token or self._oauth.token.is_expired(leeway=self._oauth.leeway):
                self._oauth.token = None
                self._fetch()
            return str(self._oauth.token["access_token"])

    def close(self) -> None:
        """Close the connections."""
        self._session.http.close()

    def _fetch(self) -> None:
        try:
            fetch_token(self._oauth, self._token_url, grant_type="client_credentials", **self._asked)
        except Rejected:
            self._oauth.token = None
            raise


def fetch_token(oauth: OAuth2Client, token_url: str, **asked: str) -> dict[str, Any]:
    """Return what the token endpoint gives for what is ``asked``: a bearer token, with whatever comes beside it.

    Raises:
        Unavailable: the provider does not answer, or not now.
        Rejected: the provider refuses, or answers with no bearer token.

    """
    try:
        token: dict[str, Any] = oauth.fetch_token(token_url, **asked)
    except OAuth2Error as error:
        if error.error in _TRANSIENT:
            raise Unavailable(f"{_PEER} answered {error.error}") from error
        raise Rejected(f"{_PEER} refused this client ({error.error}): check its id, secret and scope") from error
    except httpx.HTTPStatusError as error:
        raise Rejected(f"{_PEER} answered {error.response.status_code}: check its URL") from error
    except ValueError as error:
        raise Rejected(f"{_PEER} answered with something that is no token: check its URL") from error
    if not token.get("access_token") or str(token.get("token_type", "")).lower() != "bearer":
        raise Rejected(f"{_PEER} answered with something that is no bearer token: check its URL")
    return token


class Session:
    """What Authlib needs of an HTTP library: a POST that carries the client's authentication."""

    def __init__(self, timeout_s: float) -> None:
        self.http = httpx.Client(timeout=timeout_s)

    def post(
        self, url: str, *, data: dict[str, str], headers: dict[str, str], auth: ClientAuth, **_: Any
    ) -> httpx.Response:
        """Send a form with the client's authentication; raises as `exchange` does."""
        # A copy: Authlib hands every client one and the same dictionary, and would leave this client's secret in it.
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return exchange(self.http, "POST", url, peer=_PEER, headers=headers, content=body)


def get_json(url: str, timeout_s: float = 10.0) -> dict[str, Any]:
    """Return the JSON object at ``url``: a provider's metadata (RFC 8414) or keys (RFC 7517).

    Raises:
        Unavailable: no answer, or not now.
        Rejected: another status than 200, or no JSON object.

    """
    peer = "the identity provider"
    with httpx.Client(timeout=timeout_s) as client:
        response = exchange(client, "GET", url, peer=peer, headers={"Accept": "application/json"})
    if response.status_code != httpx.codes.OK:
        raise Rejected(f"{peer} answered {response.status_code}: check its URL in the settings")
    return json_object(response, peer=peer)
