"""People who sign in, the provider that vouches for them, and a Diafan whose clock the test moves."""

import base64
import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey

from audit.search import search
from integrations.errors import EdgeError, Rejected
from integrations.oidc_client import Tokens
from service.api import create_api
from service.app import Diafan
from service.id_token import LOGOUT_EVENT, IdTokens
from service.settings import Oidc
from service.sign_in import ProviderSignIn
from service.token_keys import LocalKeys

ISSUER = "https://id.example"
CLIENT_ID = "diafan-web"
KEY = RSAKey.generate_key(2048, {"kid": "k"})
ALICE = {"sub": "6f0e1c9a", "name": "Alicja Kanarek-Żółć", "roles": ["radiologist"], "sid": "s-alice"}


@dataclass
class Clock:
    """The time, which stands still until a test moves it."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Provider:
    """A `service.sign_in.ProviderClient` whose every answer a test may bend: ``claims`` and ``header`` go into ID tokens."""

    clock: Clock
    who: dict = field(default_factory=lambda: dict(ALICE))
    claims: dict = field(default_factory=dict)
    header: dict = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    more: dict = field(default_factory=dict)
    fails: EdgeError | None = None
    logout_url: str = "https://id.example/logout"
    codes: dict = field(default_factory=dict)
    exchanged: int = 0

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        if self.fails:
            raise self.fails
        challenge = hashlib.sha256(verifier.encode()).digest()
        code = f"code-{len(self.codes)}"
        self.codes[code] = nonce, challenge
        return f"{ISSUER}/authorize?{urlencode({'state': state, 'would_give': code})}"

    def exchange(self, *, code: str, verifier: str) -> Tokens:
        self.exchanged += 1
        if self.fails:
            raise self.fails
        nonce, challenge = self.codes.pop(code, (None, None))
        if hashlib.sha256(verifier.encode()).digest() != challenge:
            raise Rejected("invalid_grant")
        return Tokens(self.id_token(nonce=nonce), "access")

    def userinfo(self, access_token: str) -> dict:
        assert access_token == "access"
        return self.more

    def end_session_url(self, *, id_token: str, back_to: str) -> str:
        if not self.logout_url:
            return ""
        return f"{self.logout_url}?{urlencode({'id_token_hint': id_token, 'back_to': back_to})}"

    def id_token(self, **claims: object) -> str:
        half = base64.urlsafe_b64encode(hashlib.sha256(b"access").digest()[:16]).rstrip(b"=").decode()
        return self._signed({"at_hash": half, **self.who, **claims, **self.claims})

    def logout_token(self, **claims: object) -> str:
        whole = {"sub": ALICE["sub"], "sid": ALICE["sid"], "jti": "j-1", "events": {LOGOUT_EVENT: {}}, **claims}
        return self._signed(whole)

    def _signed(self, claims: dict) -> str:
        at = int(self.clock().timestamp())
        whole = {"iss": ISSUER, "aud": CLIENT_ID, "iat": at, "exp": at + 120, **claims}
        header = {"alg": "RS256", "kid": "k", **self.header}
        return jwt.encode(header, {k: v for k, v in whole.items() if v is not None}, self.key, algorithms=["RS256"])


def with_provider(diafan: Diafan, provider: Provider, **oidc: object) -> Diafan:
    """Return the same Diafan with an OpenID provider instead of the embedded issuer."""
    told = Oidc(issuer=ISSUER, client_id=CLIENT_ID, **{"roles": {"radiologist": "physician"}, **oidc})
    keys = LocalKeys({"keys": [KEY.as_dict(private=False)]})
    tokens = IdTokens(ISSUER, CLIENT_ID, keys, now=lambda: diafan.clock().timestamp())
    way_in = ProviderSignIn(provider, tokens, told, diafan.engine, diafan.clock)
    settings = diafan.settings.model_copy(update={"oidc": told})
    return replace(diafan, settings=settings, provider=way_in, issuer=None, links=None)


@contextlib.contextmanager
def served(diafan: Diafan) -> Iterator[str]:
    """Serve the API on a free port, and yield its address."""
    api = create_api(diafan)
    config = uvicorn.Config(api, host="127.0.0.1", port=0, log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    api.state.live.close()
    server.should_exit = True
    thread.join(10)


class Browser(httpx.Client):
    """A browser at ``url``: it keeps cookies, and says which site a request comes from as Chromium does."""

    def __init__(self, url: str, **headers: str) -> None:
        super().__init__(
            base_url=url, timeout=60, trust_env=False, headers={"sec-fetch-site": "same-origin", **headers}
        )

    def to_provider(self, **query: str) -> dict[str, str]:
        """Begin to sign in; return what the provider would send back: state and code."""
        answer = self.get("/sign-in", params=query)
        assert answer.status_code == 303, answer.text
        asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
        return {"state": asked["state"], "code": asked["would_give"]}

    def sign_in(self, **query: str) -> httpx.Response:
        """Sign in at the provider, and return the page that the callback answered with."""
        return self.get("/sign-in/callback", params=self.to_provider(**query))


def events(diafan: Diafan, answer: httpx.Response) -> list[dict]:
    """Return what a request left in the audit log."""
    diafan.sequence_log()
    request_id = answer.headers["x-request-id"]
    with diafan.engine.connect() as db:
        return [dict(e.event) for e in search(db, limit=100_000) if e.event.get("request_id") == request_id]
