"""Signing people in and out. What a browser opens answers with a page, what a client of ours asks with JSON."""

import re
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from audit.event import EventType
from integrations.errors import EdgeError
from service import __version__
from service.access import Reason, Scope, TokenError
from service.api.pages import page
from service.api.principal import Held, Here, address_of, refused, stranger
from service.api.problems import ProblemError, not_found, responses
from service.api.refusal_limit import TooManyRefusals
from service.api.refused_pages import refusal_page
from service.api.schemas import AT, example
from service.api.session_cookie import Cookies, cookies_of
from service.app import Diafan
from service.roles import PersonRole
from service.settings import is_loopback
from service.sign_in import Answer, SignInRefused, state_of

router = APIRouter(tags=["session"])

CLIENT = "/app/"
_NEXT = re.compile(r"/app/[A-Za-z0-9._~/%?&=#:@!$()*+,;-]{0,2000}")
_BODY_LONGEST = 64 * 1024
_PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"example": "<!doctype html>…"}}, "description": "a page, for a person"},
    **responses(422, 503),
}


class SessionView(BaseModel):
    """Who is signed in with this browser, and for how long."""

    model_config = example(
        name="Alice Example",
        subject="6f0e1c9a",
        roles=["physician"],
        scopes=["review.write", "study.read", "study.write"],
        expires_at=AT,
        idle_until=AT,
        intended_use="research use, not for diagnosis",
        version="0.1.0",
    )

    name: str = Field(description="for the screen; it stands in no log")
    subject: str
    roles: list[PersonRole]
    scopes: list[Scope]
    expires_at: datetime = Field(description="the session ends then, used or not")
    idle_until: datetime = Field(description="it ends then if it is not used; asking here is no use of it")
    intended_use: str
    version: str = Field(description="of Diafan")


class SignedOut(BaseModel):
    """What was ended, and where the browser can sign out at the provider, too."""

    model_config = example(sessions=1, end_session_url="https://id.example/logout?client_id=diafan-web")

    sessions: int = Field(description="how many sessions were ended")
    end_session_url: str | None = Field(
        description="open it to sign out at the provider; it comes back to the client. Null: there is nothing to open"
    )


@router.get("/sign-in", summary="Sign in", response_class=HTMLResponse, responses=_PAGE)
def begin(
    request: Request,
    diafan: Held,
    next: Annotated[str, Query(description="where in the client to go then; it begins with `/app/`")] = CLIENT,  # noqa: A002 - the field's own word
) -> Response:
    """For a browser to open: it goes to the provider and comes back signed in. The embedded default tells of its one-time links."""
    cookies = cookies_of(diafan.settings)
    if diafan.issuer is not None:
        return page(
            200,
            "Sign in with a one-time link",
            [
                "This Diafan has no OpenID provider. On the machine where it runs, type this and open the link that it prints:"
            ],
            command="diafan sign-in --role physician",
        )
    if diafan.provider is None or cookies is None:
        return refusal_page("not-configured" if diafan.provider is None else "plain-http")
    try:
        url, secret = diafan.provider.begin(_inside(next))
    except EdgeError:
        return _refusal(request, diafan, SignInRefused("provider-unavailable"))
    response = RedirectResponse(url, HTTPStatus.SEE_OTHER)
    cookies.set_attempt(response, state_of(secret), secret)
    return response


@router.get("/sign-in/callback", summary="Come back from the provider", response_class=HTMLResponse, responses=_PAGE)
def come_back(
    request: Request,
    diafan: Held,
    state: Annotated[str, Query(max_length=2000)] = "",
    code: Annotated[str, Query(max_length=8000)] = "",
    error: Annotated[str, Query(max_length=2000)] = "",
    iss: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """For the provider to send a browser to (OpenID Connect Core 1.0, 3.1.2.5). A page without a session tells why there is none."""
    cookies = cookies_of(diafan.settings)
    if diafan.provider is None or cookies is None:
        return refusal_page("not-configured" if diafan.provider is None else "plain-http")
    try:
        person, next_path = diafan.provider.finish(cookies.attempt(request, state), Answer(state, code, error, iss))
    except SignInRefused as why:
        response = _refusal(request, diafan, why)
        if why.reason == "state-mismatch":
            return response  # it may be another's doing: the browser keeps its attempt
    else:
        with diafan.engine.begin() as db:
            secret, _ = diafan.sessions.begin(db, person, address=address_of(request), request=request.state.request_id)
        response = _welcome(cookies, secret, next_path)
    cookies.forget_attempt(response, state)
    return response


@router.get("/sign-in/link/{code}", summary="Use a one-time link", response_class=HTMLResponse, responses=_PAGE)
def use_link(request: Request, diafan: Held, code: str) -> Response:
    """For a browser on this machine, where no OpenID provider is configured: `diafan sign-in` prints the link."""
    cookies = cookies_of(diafan.settings)
    if diafan.links is None or cookies is None or not is_loopback(address_of(request)):
        return _refusal(request, diafan, SignInRefused("link-not-here"))
    try:
        secret, _ = diafan.links.redeem(
            diafan.sessions, code, address=address_of(request), request=request.state.request_id
        )
    except SignInRefused as why:
        return _refusal(request, diafan, why)
    return _welcome(cookies, secret, CLIENT)


@router.get("/session", summary="Who is signed in", responses=responses(401, 403, 503))
def show_session(here: Here, diafan: Held) -> SessionView:
    """401 where nobody is: `reason` is `missing`, or `session-expired` where there was a session that ended."""
    principal = here.session.principal
    return SessionView(
        name=here.session.name,
        subject=principal.subject,
        roles=sorted(map(PersonRole, principal.roles)),
        scopes=sorted(principal.scopes),
        expires_at=here.session.expires_at,
        idle_until=here.session.idle_until,
        intended_use=diafan.settings.intended_use,
        version=__version__,
    )


@router.post("/sign-out", summary="Sign out", responses=responses(401, 403, 422, 503))
def sign_out(
    request: Request,
    response: Response,
    here: Here,
    diafan: Held,
    *,
    everywhere: Annotated[bool, Query(description="end all sessions that this person has here")] = False,
) -> SignedOut:
    """End this session. The provider's own goes on, and would sign in again without a question: `end_session_url` ends it."""
    url = ""
    if diafan.provider is not None:
        back_to = diafan.settings.api_url.rstrip("/") + CLIENT
        url = diafan.provider.end_session_url(diafan.sessions.id_token(here.secret), back_to)
    ended = diafan.sessions.end(
        here.session, everywhere=everywhere, address=address_of(request), request=request.state.request_id
    )
    here.cookies.forget_session(response)
    return SignedOut(sessions=ended, end_session_url=url or None)


async def _logout_token(request: Request) -> str:
    """Read the form's one field, and no more than a token can be long: anybody may ask."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > _BODY_LONGEST:
        return ""
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    return form.get("logout_token", [""])[0]


@router.post(
    "/sign-in/back-channel-logout",
    summary="Hear of a sign-out at the provider",
    status_code=HTTPStatus.NO_CONTENT,
    responses=responses(400, 404, 422, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "properties": {"logout_token": {"type": "string"}}}
                }
            },
        }
    },
)
def hear_of_logout(request: Request, diafan: Held, logout_token: Annotated[str, Depends(_logout_token)]) -> None:
    """For the provider to call (OpenID Connect Back-Channel Logout 1.0): it proves itself by the signature of its logout token."""
    if diafan.provider is None:
        raise not_found("provider that signs people in")
    try:
        diafan.provider.logout(
            diafan.sessions, logout_token, address=address_of(request), request=request.state.request_id
        )
    except TokenError as error:
        reason = error.reason
    else:
        return
    refused(request, diafan, EventType.TOKEN_REFUSED, stranger(request), reason=reason.value)
    if reason is Reason.KEYS_UNAVAILABLE:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "identity-provider-unavailable", "your keys cannot be had now"
        )
    raise ProblemError(
        HTTPStatus.BAD_REQUEST,
        "logout-token-refused",
        f"this is no logout token for us: {reason}",
        members={"error": "invalid_request", "reason": reason.value},
    )


def _welcome(cookies: Cookies, secret: str, next_path: str) -> HTMLResponse:
    """Set the cookie, and go on from a page of our own: after a redirect a browser would not send a strict cookie."""
    response = page(200, "Signed in", link=next_path, link_text="Go on to Diafan", goes_to=next_path)
    cookies.set_session(response, secret)
    return response


def _refusal(request: Request, diafan: Diafan, why: SignInRefused) -> HTMLResponse:
    """Say why, and leave an alert: with the person's subject where the provider vouches for it, and never a name."""
    try:
        if why.person is None:
            refused(request, diafan, EventType.SIGN_IN_REFUSED, stranger(request), reason=why.reason)
        else:
            who = diafan.sessions.agent(why.person, address_of(request))
            refused(request, diafan, EventType.ACCESS_DENIED, who, reason=why.reason)
    except TooManyRefusals as error:
        answer = refusal_page(Reason.TOO_MANY)
        answer.headers.update(error.headers)
        return answer
    return refusal_page(why.reason)


def _inside(next_path: str) -> str:
    """Return a place of our own client; anything else, and anything that could lead out of it, is the client's beginning."""
    climbs = ".." in next_path or "%2e" in next_path.lower()
    return next_path if _NEXT.fullmatch(next_path) and not climbs else CLIENT
