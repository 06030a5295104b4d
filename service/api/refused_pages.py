"""What a person reads when they were not signed in: why, and what to do."""

from dataclasses import dataclass

from fastapi.responses import HTMLResponse

from service.api.pages import page

_AGAIN = "/sign-in"


@dataclass(frozen=True, slots=True)
class _Words:
    status: int
    title: str
    text: str
    may_try_again: bool = True


_BROWSER = _Words(
    400,
    "This sign-in cannot be finished here",
    "It was begun in another browser, it took too long, or this page was opened a second time.",
)
_REFUSED = _Words(
    502,
    "The answer of the identity provider was refused",
    "It did not prove who you are. If it happens again, tell your administrator: the log says why.",
)
_WORDS = {
    "state-mismatch": _BROWSER,
    "attempt-expired": _BROWSER,
    "access-denied": _Words(
        403, "You were not signed in", "The identity provider did not let you in, or you stopped on the way."
    ),
    "provider-error": _Words(
        502,
        "You were not signed in",
        "The identity provider could not do what it was asked for. Your administrator can find out why.",
    ),
    "provider-unavailable": _Words(
        503, "The identity provider does not answer", "Nobody can sign in until it does. Try again in a moment."
    ),
    "no-role": _Words(
        403,
        "You have no role here",
        "The identity provider knows you, but gave you no role that Diafan knows. Ask your administrator for one.",
    ),
    "link-used-or-old": _Words(
        410,
        "This link is no longer good",
        "A link works once, and for ten minutes. Type `diafan sign-in` for another one.",
        may_try_again=False,
    ),
    "link-not-here": _Words(
        404,
        "There are no one-time links here",
        "They work on the machine where Diafan runs, and only while it has no OpenID provider.",
    ),
    "too-many-refusals": _Words(
        429,
        "Too many sign-ins were refused",
        "Wait a minute or two, and try again. If it goes on, your administrator can find out why.",
    ),
    "not-configured": _Words(
        404,
        "People cannot sign in here",
        "This Diafan serves systems only: its administrator has not set oidc.client_id.",
        may_try_again=False,
    ),
    "plain-http": _Words(
        403,
        "Signing in needs https",
        "This Diafan is reached over plain http, where others could read along. Its administrator can set an https public_url.",
        may_try_again=False,
    ),
}


def refusal_page(reason: str) -> HTMLResponse:
    """Return the page for one of our own reasons; nothing that the provider wrote is on it."""
    words = _WORDS.get(reason, _REFUSED)
    again = {"link": _AGAIN, "link_text": "Try again"} if words.may_try_again else {}
    return page(words.status, words.title, [words.text], **again)
