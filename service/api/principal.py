"""Who is calling, and whether they may: to a `Principal`, its scopes, and an entry in the log for every refusal.

Systems come with a bearer token (RFC 6750), people with the cookie of a session that the server keeps. Where a request brings both,
the token counts. Everything after `_principal` is the same for both.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from audit.event import Agent, EventType
from service.access import Principal, Reason, Scope, TokenError
from service.api.problems import ProblemError
from service.api.refusal_limit import RefusalLimit, TooManyRefusals
from service.api.restricted import expect_unrestricted
from service.api.session_cookie import HOST_NAME, NAME, Cookies, cookies_of
from service.app import Diafan
from service.roles import purpose_of
from service.sessions import Session, SessionEnded, agent_of

bearer = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="JWT",
    auto_error=False,
    description=(
        "An access token of the configured OpenID provider. Without one configured, `diafan token --scope study.read` prints a token "
        f"of the embedded issuer. Scopes: {' '.join(f'`{scope}`' for scope in Scope)}."
    ),
)
_cookie = APIKeyCookie(
    name=HOST_NAME,
    scheme_name="session",
    auto_error=False,
    description=(
        f"A person's session, begun at `/sign-in`. On plain http, which only this machine may use, the cookie is called `{NAME}`. "
        "What changes something must come from our own pages: `Sec-Fetch-Site: same-origin`, or our `Origin`."
    ),
)
_UNKNOWN = "unknown"
_SAFE = frozenset({"GET", "HEAD"})
_BEARER = re.compile(
    r"bearer +(?P<token>.*)", re.IGNORECASE | re.ASCII | re.DOTALL
)  # RFC 6750, 2.1: blanks, and no tab
_PURPOSE_WANTED = (
    "this token does not say what it is used for: ask its issuer for one with a purpose of use, a code of HL7's PurposeOfUse such"
    " as TREAT, in extensions.ihe_iua.purpose_of_use (IHE IUA) or in purpose_of_use"
)
UNATTENDED = "Diafan-Unattended"
"""Header of what a page asks by itself while nobody is at it: no use of a session, which ends when idle."""


def diafan_of(request: Request) -> Diafan:
    """Return the assembled service that this API speaks for."""
    diafan: Diafan = request.app.state.diafan
    return diafan


Held = Annotated[Diafan, Depends(diafan_of)]


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal behind a request, as the log names it; with a person's session, where that is how they came."""

    principal: Principal
    agent: Agent
    request_id: str
    session_id: UUID | None = None

    def acting_by(self, needed: Iterable[str]) -> "Caller":
        """Return the same caller as using one of these scopes: that says what a person of several roles acts for."""
        if self.session_id is None:
            return self
        purpose = purpose_of(self.principal.roles, needed)
        return replace(
            self, principal=replace(self.principal, purpose=purpose), agent=replace(self.agent, purpose=purpose)
        )


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a session, whatever their roles open; ``secret`` is what their browser holds."""

    session: Session
    secret: str
    cookies: Cookies


def caller(
    request: Request,
    diafan: Held,
    needed: SecurityScopes,
    _token: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    _session: Annotated[str | None, Security(_cookie)],
) -> Caller:
    """Return who calls, if they hold one of the ``needed`` scopes; raises ProblemError (401, 403, 429, 503)."""
    one = identified(request, diafan).acting_by(needed.scopes)
    if not one.principal.scopes.intersection(needed.scopes):
        raise not_granted(request, diafan, one, needed.scopes)
    return one


def identified(request: Request, diafan: Diafan) -> Caller:
    """Return who calls, whatever they may; raises ProblemError (401, 403, 429, 503)."""
    here = None if "authorization" in request.headers else _signed_in(request, diafan)
    if here is not None and not _is_unattended(request):
        diafan.sessions.use(here.session)
    principal = here.session.principal if here else _principal(request, diafan)
    agent = agent_of(principal, address_of(request))
    if diafan.settings.purpose_required and not principal.purpose:
        refused(request, diafan, EventType.ACCESS_DENIED, agent, reason=Reason.PURPOSE_MISSING.value)
        raise ProblemError(HTTPStatus.FORBIDDEN, "purpose-missing", _PURPOSE_WANTED)
    return Caller(principal, agent, request.state.request_id, here.session.id if here else None)


def not_granted(request: Request, diafan: Diafan, caller: Caller, needed: Sequence[str]) -> ProblemError:
    """Leave a security alert, and return the problem of a caller who has none of the ``needed`` scopes."""
    scopes = " ".join(needed)
    refused(request, diafan, EventType.ACCESS_DENIED, caller.agent, reason=Reason.SCOPE.value, scope=scopes)
    what = "a role with the scope" if caller.session_id else "a token with the scope"
    return ProblemError(
        HTTPStatus.FORBIDDEN,
        "insufficient-scope",
        f"this needs {what} {' or '.join(needed)}",
        {"WWW-Authenticate": f'Bearer realm="diafan", error="insufficient_scope", scope="{scopes}"'},
    )


def signed_in(request: Request, diafan: Held, _documented: Annotated[str | None, Security(_cookie)]) -> SignedIn:
    """Return the person whose browser asks about their own session; raises ProblemError (401, 403).

    That there is none is an answer and no refusal: it leaves no entry. Nor is asking a use of the session.
    """
    here = _signed_in(request, diafan)
    if here is None:
        raise _unauthorized(Reason.MISSING, "nobody is signed in with this browser")
    return here


def still_there(diafan: Diafan, caller: Caller) -> bool:
    """Tell whether what the caller came with still opens anything: for an answer that goes on and on."""
    return caller.session_id is None or diafan.sessions.is_live(caller.session_id)


def study_reader(
    request: Request, diafan: Held, one: Annotated[Caller, Security(caller, scopes=[Scope.STUDY_READ.value])]
) -> Caller:
    """Return who reads, if the address names nothing of a patient whose data are restricted; raises ProblemError (403), too."""
    expect_unrestricted(request, diafan, one.agent)
    return one


def reviewer(
    request: Request, diafan: Held, one: Annotated[Caller, Security(caller, scopes=[Scope.REVIEW_WRITE.value])]
) -> Caller:
    """Return who judges, if the address names nothing of a patient whose data are restricted; raises ProblemError (403), too."""
    expect_unrestricted(request, diafan, one.agent)
    return one


StudyReader = Annotated[Caller, Depends(study_reader)]
StudyWriter = Annotated[Caller, Security(caller, scopes=[Scope.STUDY_WRITE.value])]
Reviewer = Annotated[Caller, Depends(reviewer)]
AuditReader = Annotated[Caller, Security(caller, scopes=[Scope.AUDIT_READ.value])]
Operator = Annotated[Caller, Security(caller, scopes=[Scope.OPS.value])]
ModelReader = Annotated[
    Caller, Security(caller, scopes=[Scope.STUDY_READ.value, Scope.OPS.value, Scope.MODEL_WRITE.value])
]
ModelWriter = Annotated[Caller, Security(caller, scopes=[Scope.MODEL_WRITE.value])]
Here = Annotated[SignedIn, Security(signed_in)]


def _is_unattended(request: Request) -> bool:
    # An EventSource cannot say so: it listens by itself, and comes again by itself.
    return UNATTENDED in request.headers or "text/event-stream" in request.headers.get("accept", "")


def _signed_in(request: Request, diafan: Diafan) -> SignedIn | None:
    cookies = cookies_of(diafan.settings)
    secret = cookies.session(request) if cookies else ""
    if not secret or cookies is None:
        return None
    try:
        session = diafan.sessions.find(secret)
    except SessionEnded as ended:
        who = ended.session.agent(address_of(request)) if ended.session else stranger(request)
        refused(request, diafan, EventType.TOKEN_REFUSED, who, reason=Reason.SESSION_EXPIRED.value)
        raise _unauthorized(Reason.SESSION_EXPIRED, "the session has ended: sign in again") from None
    if request.method not in _SAFE and not cookies.is_own(request):
        who = session.agent(address_of(request))
        refused(request, diafan, EventType.ACCESS_DENIED, who, reason=Reason.CROSS_SITE.value)
        raise ProblemError(
            HTTPStatus.FORBIDDEN, "cross-site", "with a session, only Diafan's own pages may change something"
        )
    return SignedIn(session, secret, cookies)


def _principal(request: Request, diafan: Diafan) -> Principal:
    try:
        return diafan.validator.validate(_bearer_token(request))
    except TokenError as error:
        reason = error.reason
    refused(request, diafan, EventType.TOKEN_REFUSED, stranger(request), reason=reason.value)
    if reason is Reason.KEYS_UNAVAILABLE:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "identity-provider-unavailable",
            "the keys of the identity provider cannot be had now: try again in a moment",
            {"Retry-After": "5"},
        )
    raise _unauthorized(reason, f"a valid bearer token is needed: {reason.value}")


def _bearer_token(request: Request) -> str:
    """Return the token that a request brings (RFC 6750, 2.1), "" without one; raises TokenError for one header too many."""
    given = request.headers.getlist("authorization")
    if len(given) > 1:
        raise TokenError(Reason.MALFORMED)
    form = _BEARER.fullmatch(given[0]) if given else None
    return form["token"] if form else ""


def _unauthorized(reason: Reason, detail: str) -> ProblemError:
    # RFC 6750 3.1: who sent no token is told no error.
    is_token = reason not in (Reason.MISSING, Reason.SESSION_EXPIRED)
    why = f', error="invalid_token", error_description="{reason.value}"' if is_token else ""
    return ProblemError(
        HTTPStatus.UNAUTHORIZED,
        "session-expired" if reason is Reason.SESSION_EXPIRED else "token-refused",
        detail,
        {"WWW-Authenticate": f'Bearer realm="diafan"{why}'},
        {"reason": reason.value},
    )


def refused(request: Request, diafan: Diafan, kind: EventType, agent: Agent, **why: str) -> None:
    """Leave a security alert, with the route's template and not its path.

    Raises TooManyRefusals for a caller who was refused too often; the first time that is the alert, and then there is none.
    """
    limit: RefusalLimit = request.app.state.refusals
    excess = limit.add(agent, is_known=agent.id != _UNKNOWN)
    if excess is not None:
        why = {"reason": Reason.TOO_MANY.value}
    if excess is None or excess.is_first:
        _alert(request, diafan, kind, agent, why)
    if excess is not None:
        raise TooManyRefusals(excess.retry_after_s)


def _alert(request: Request, diafan: Diafan, kind: EventType, agent: Agent, why: dict[str, str]) -> None:
    detail = {**why, "route": request.scope["route"].path, "method": request.method}
    diafan.refuse(kind, agent, request=request.state.request_id, detail=detail)


def stranger(request: Request) -> Agent:
    """Return how the log names somebody who has not said, or not proved, who they are."""
    return Agent(kind="system", id=_UNKNOWN, address=address_of(request))


def address_of(request: Request) -> str:
    """Return where a request came from, as far as the network says."""
    return request.client.host if request.client else ""
