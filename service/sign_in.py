"""The two ways in for people: the OpenID provider, and without one the one-time links of the embedded default.

What is good for one use (an attempt, a link, a logout token) is a row that the use deletes or adds: of two racing requests one wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from integrations.errors import EdgeError, Unavailable
from integrations.oidc_client import Tokens
from service.id_token import IdTokens
from service.recorder import Clock
from service.roles import PersonRole, roles_in
from service.secret import derived, digest_of, new_secret
from service.session_records import SignInAttempt, SignInLink, UsedLogoutToken
from service.sessions import Person, Session, Sessions
from service.settings import Oidc
from service.signed_token import Reason, TokenError

LINK_LIFETIME = timedelta(minutes=10)
ATTEMPT_LIFETIME = timedelta(minutes=10)
_NAME_LONGEST = 200


class SignInRefused(Exception):
    """Nobody was signed in. ``reason`` is a word of ours; ``person`` is who it was, where the provider has said so."""

    def __init__(self, reason: str, person: Person | None = None) -> None:
        super().__init__(f"sign-in refused: {reason}")
        self.reason, self.person = reason, person


class ProviderClient(Protocol):
    """What a way to the provider must do: see `integrations.oidc_client.OpenIdClient`."""

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser."""

    def exchange(self, *, code: str, verifier: str) -> Tokens:
        """Return the tokens for a code."""

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """Return what the provider says of the person beside the ID token."""

    def end_session_url(self, *, id_token: str, back_to: str) -> str:
        """Return where the browser signs out at the provider, "" where that can't be done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brings back from the provider (RFC 6749 4.1.2, RFC 9207); "" for what is not there."""

    state: str
    code: str = field(default="", repr=False)
    error: str = ""
    issuer: str = ""


def state_of(secret: str) -> str:
    """Return the state of the attempt that the browser holds ``secret`` of."""
    return derived(secret, "state")


class ProviderSignIn:
    """Sends people to the provider and takes them back.

    Of an attempt the browser holds one secret. State, nonce and verifier are derived from it: none of them is kept here.
    """

    def __init__(self, client: ProviderClient, tokens: IdTokens, oidc: Oidc, engine: sa.Engine, clock: Clock) -> None:
        self._client, self._tokens, self._oidc = client, tokens, oidc
        self._engine, self._clock = engine, clock

    def begin(self, next_path: str) -> tuple[str, str]:
        """Return where to send the browser, and the secret that it must bring back; raises EdgeError."""
        secret = new_secret()
        nonce, verifier = derived(secret, "nonce"), derived(secret, "verifier")
        url = self._client.authorization_url(state=state_of(secret), nonce=nonce, verifier=verifier)
        with self._engine.begin() as db:
            expires_at = self._clock() + ATTEMPT_LIFETIME
            attempt = {"secret_sha256": digest_of(secret), "next_path": next_path, "expires_at": expires_at}
            db.execute(sa.insert(SignInAttempt).values(attempt))
        return url, secret

    def finish(self, secret: str, answer: Answer) -> tuple[Person, str]:
        """Return who came back, and where they wanted to go; raises SignInRefused."""
        if not secret or answer.state != state_of(secret):
            raise SignInRefused("state-mismatch")  # the attempt stays: its own answer may still come
        next_path = self._used(secret)
        if answer.issuer not in ("", self._oidc.issuer):
            raise SignInRefused("issuer-mismatch")
        if answer.error or not answer.code:
            raise SignInRefused("access-denied" if answer.error == "access_denied" else "provider-error")
        try:
            person = self._person(secret, answer.code)
        except Unavailable as error:
            raise SignInRefused("provider-unavailable") from error
        except EdgeError as error:
            raise SignInRefused("code-refused") from error
        except TokenError as error:
            is_ours = error.reason is Reason.KEYS_UNAVAILABLE
            raise SignInRefused("provider-unavailable" if is_ours else f"id-token-{error.reason}") from error
        if not person.roles:
            raise SignInRefused("no-role", person)
        return person, next_path

    def end_session_url(self, id_token: str, back_to: str) -> str:
        """Return where to sign out at the provider; "" where that can't be done, or the provider does not answer."""
        try:
            return self._client.end_session_url(id_token=id_token, back_to=back_to)
        except EdgeError:
            return ""

    def logout(self, sessions: Sessions, logout_token: str, *, address: str = "", request: str = "") -> int:
        """End what the provider says has ended; return how many sessions that were. Raises TokenError."""
        token = self._tokens.logout(logout_token)
        used = postgresql.insert(UsedLogoutToken).values(jti_sha256=digest_of(token.jti), expires_at=token.forget_at)
        with self._engine.begin() as db:
            if not db.execute(used.on_conflict_do_nothing().returning(UsedLogoutToken.jti_sha256)).all():
                raise TokenError(Reason.REPLAYED)
            return sessions.end_by_provider(
                db, self._oidc.issuer, token.subject, token.sid, address=address, request=request
            )

    def _used(self, secret: str) -> str:
        mine = sa.and_(SignInAttempt.secret_sha256 == digest_of(secret), SignInAttempt.expires_at > self._clock())
        with self._engine.begin() as db:
            next_path: str | None = db.scalar(sa.delete(SignInAttempt).where(mine).returning(SignInAttempt.next_path))
        if next_path is None:
            raise SignInRefused("attempt-expired")
        return next_path

    def _person(self, secret: str, code: str) -> Person:
        tokens = self._client.exchange(code=code, verifier=derived(secret, "verifier"))
        claims = self._tokens.person(tokens.id_token, nonce=derived(secret, "nonce"), access_token=tokens.access_token)
        oidc = self._oidc
        roles = roles_in(claims, oidc.roles_claim, oidc.roles)
        if roles is None:  # Core 5.4: in the code flow a provider may keep all but the subject for this endpoint
            more = self._client.userinfo(tokens.access_token)
            if more and more.get("sub") != claims["sub"]:  # Core 5.3.2: it would be another person
                raise TokenError(Reason.CLAIMS)
            claims = {**more, **claims}
            roles = roles_in(claims, oidc.roles_claim, oidc.roles) or frozenset()
        can_sign_out = bool(self.end_session_url("", ""))
        sid = claims.get("sid")
        return Person(
            issuer=oidc.issuer,
            subject=claims["sub"],
            name=_name(claims),
            roles=roles,
            sid=sid if isinstance(sid, str) else "",
            id_token=tokens.id_token if can_sign_out else "",
        )


class OneTimeLinks:
    """Links that sign in whoever opens them first, for a first trial on one machine. ``issuer`` is the embedded issuer's address."""

    def __init__(self, engine: sa.Engine, clock: Clock, issuer: str) -> None:
        self._engine, self._clock, self._issuer = engine, clock, issuer

    def make(self, db: sa.Connection, subject: str, name: str, roles: Iterable[PersonRole]) -> str:
        """Return the code of a new link, good for ten minutes and once."""
        code = new_secret()
        link = {"code_sha256": digest_of(code), "subject": subject, "name": _shown(name), "roles": sorted(roles)}
        db.execute(sa.insert(SignInLink).values(**link, expires_at=self._clock() + LINK_LIFETIME))
        return code

    def redeem(self, sessions: Sessions, code: str, *, address: str = "", request: str = "") -> tuple[str, Session]:
        """Begin a session for whom the link was made; return its secret and the session. Raises SignInRefused."""
        mine = sa.and_(SignInLink.code_sha256 == digest_of(code), SignInLink.expires_at > self._clock())
        columns = SignInLink.subject, SignInLink.name, SignInLink.roles
        with self._engine.begin() as db:
            found = db.execute(sa.delete(SignInLink).where(mine).returning(*columns)).one_or_none()
            if found is None:
                raise SignInRefused("link-used-or-old")
            subject, name, roles = found
            person = Person(self._issuer, subject, name, frozenset(map(PersonRole, roles)))
            return sessions.begin(db, person, address=address, request=request)


def _name(claims: dict[str, Any]) -> str:
    """Return what to call a person on the screen."""
    told = (claims.get(claim) for claim in ("name", "preferred_username", "sub"))
    return next((shown for name in told if isinstance(name, str) and (shown := _shown(name))), "(no name)")


def _shown(name: str) -> str:
    return "".join(c for c in name if c.isprintable()).strip()[:_NAME_LONGEST]
