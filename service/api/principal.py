"""Who is calling, and whether they may: bearer token to `Principal`, scopes, and an entry in the log for every refusal.

Systems come with a bearer token (RFC 6750). People will come with a server-side session: another way to a `Principal`,
in `_principal`, and everything after it stays as it is.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from audit.event import Agent, EventType, Outcome
from service.access import Principal, Reason, Scope, TokenError
from service.api.problems import ProblemError
from service.app import Diafan

_bearer = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="JWT",
    auto_error=False,
    description=(
        "An access token of the configured OpenID provider. Without one configured, `diafan token --scope study.read` prints a token "
        "of the embedded issuer. Scopes: `study.read` `study.write` `audit.read` `ops`."
    ),
)


def diafan_of(request: Request) -> Diafan:
    """Return the assembled service that this API speaks for."""
    diafan: Diafan = request.app.state.diafan
    return diafan


Held = Annotated[Diafan, Depends(diafan_of)]


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal behind a request, as the log names it."""

    principal: Principal
    agent: Agent
    request_id: str


def caller(
    request: Request,
    diafan: Held,
    needed: SecurityScopes,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Return who calls, if they hold one of the ``needed`` scopes; raises ProblemError (401, 403, 503)."""
    principal = _principal(request, diafan, credentials)
    agent = Agent(
        kind=principal.kind,
        id=principal.subject,
        client=principal.client_id,
        address=_address(request),
        issuer=principal.issuer,
        token_id=principal.token_id,
        roles=tuple(sorted(principal.roles)),
    )
    if not principal.scopes.intersection(needed.scopes):
        _refused(request, diafan, EventType.ACCESS_DENIED, agent, scope=needed.scope_str)
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "insufficient-scope",
            f"this needs a token with the scope {' or '.join(needed.scopes)}",
            {"WWW-Authenticate": f'Bearer realm="diafan", error="insufficient_scope", scope="{needed.scope_str}"'},
        )
    return Caller(principal, agent, request.state.request_id)


StudyReader = Annotated[Caller, Security(caller, scopes=[Scope.STUDY_READ.value])]
StudyWriter = Annotated[Caller, Security(caller, scopes=[Scope.STUDY_WRITE.value])]
AuditReader = Annotated[Caller, Security(caller, scopes=[Scope.AUDIT_READ.value])]
Operator = Annotated[Caller, Security(caller, scopes=[Scope.OPS.value])]
ReaderOrOperator = Annotated[Caller, Security(caller, scopes=[Scope.STUDY_READ.value, Scope.OPS.value])]


def _principal(request: Request, diafan: Diafan, credentials: HTTPAuthorizationCredentials | None) -> Principal:
    try:
        return diafan.validator.validate(credentials.credentials if credentials else "")
    except TokenError as error:
        reason = error.reason
    stranger = Agent(kind="system", id="unknown", address=_address(request))
    _refused(request, diafan, EventType.TOKEN_REFUSED, stranger, reason=reason.value)
    if reason is Reason.KEYS_UNAVAILABLE:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "identity-provider-unavailable",
            "the keys of the identity provider cannot be had now: try again in a moment",
            {"Retry-After": "5"},
        )
    # RFC 6750 3.1: who sent no token is told no error.
    why = "" if reason is Reason.MISSING else f', error="invalid_token", error_description="{reason.value}"'
    raise ProblemError(
        HTTPStatus.UNAUTHORIZED,
        "token-refused",
        f"a valid bearer token is needed: {reason.value}",
        {"WWW-Authenticate": f'Bearer realm="diafan"{why}'},
        {"reason": reason.value},
    )


def _refused(request: Request, diafan: Diafan, kind: EventType, agent: Agent, **why: str) -> None:
    """Leave a security alert, with the route's template and not its path."""
    detail = {**why, "route": request.scope["route"].path, "method": request.method}
    with diafan.engine.begin() as db:
        diafan.record(db, kind, agent, Outcome.SERIOUS_FAILURE, request=request.state.request_id, detail=detail)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
