"""Bearer tokens for the peers that we write to (OAuth 2.0 client credentials, RFC 6749 4.4), and the providers' documents.

A client names itself by its secret, or by a JWT that it signed (SMART Backend Services). The protocol is Authlib's; the requests go through httpx. Authlib's own httpx session is not used, because it asks for
another HTTP library and warns without it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
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
_BASIC = "client_secret_basic"
_BY_KEY = "private_key_jwt"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SKEW_WORTH_TELLING_S = 20


class ClientCredentials:
    """A source of access tokens, which are kept until ``leeway_s`` before they expire; safe to share between threads.

    The client names itself by HTTP Basic (client_secret_basic), or where ``assertion`` is given by a JWT that this signs
    for each request, from client id and token URL (private_key_jwt, RFC 7523 2.2). ``resource`` is the audience asked for (RFC 8707).
    """

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str,
        scope: str = "",
        resource: str | None = None,
        *,
        assertion: Callable[[str, str], str] | None = None,
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
            token_endpoint_auth_method=_BY_KEY if assertion else _BASIC,
            scope=scope or None,
            leeway=leeway_s,
        )
        if assertion is not None:
            self._oauth.register_client_auth_method((_BY_KEY, _signed_by(assertion)))
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
        except Rejected as refused:
            self._oauth.token = None
            if self._oauth.token_endpoint_auth_method == _BY_KEY and self._session.clock_is_off:
                raise Rejected(f"{refused}; {self._session.clock_is_off}") from refused
            raise


def _signed_by(
    assertion: Callable[[str, str], str],
) -> Callable[[ClientAuth, str, str, dict[str, str], str], tuple[str, dict[str, str], str]]:
    """Return an Authlib method of client authentication: a JWT of its own in the form of each request."""

    def authenticate(
        client: ClientAuth, _method: str, url: str, headers: dict[str, str], body: str
    ) -> tuple[str, dict[str, str], str]:
        signed = {"client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion(client.client_id, url)}
        return url, headers, f"{body}&{urlencode(signed)}"

    return authenticate


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
        raise Rejected(f"{_PEER} refused this client ({error.error}): check id, secret or key, and scope") from error
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
        self.clock_is_off = ""
        """What the last answer's Date says against our clock, "" where they agree: the usual reason that a JWT is refused."""

    def post(
        self, url: str, *, data: dict[str, str], headers: dict[str, str], auth: ClientAuth, **_: Any
    ) -> httpx.Response:
        """Send a form with the client's authentication; raises as `exchange` does."""
        # A copy: Authlib hands every client one and the same dictionary, and would leave this client's secret in it.
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        response = exchange(self.http, "POST", url, peer=_PEER, headers=headers, content=body)
        self.clock_is_off = _clock_against(response.headers.get("date", ""))
        return response


def _clock_against(date: str) -> str:
    try:
        ahead_s = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return ""
    if abs(ahead_s) < _SKEW_WORTH_TELLING_S:
        return ""
    return f"our clock is {abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} the provider's: set it right"


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
