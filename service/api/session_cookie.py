"""The cookies of people's browsers, and how a request of our own pages is told from one of another site's.

The session's cookie is strict and HttpOnly: no script reads it, and no other site's link or form sends it. The cookie of an attempt
to sign in lives for minutes, below ``/sign-in`` only, and is lax, because it comes back from the provider.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from fastapi import Request, Response

from service.settings import Settings, is_loopback
from service.sign_in import ATTEMPT_LIFETIME

NAME = "diafan"
HOST_NAME = f"__Host-{NAME}"
ATTEMPT_PATH = "/sign-in"
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Cookies:
    """How this Diafan's cookies are called, and ``origin``, from which its own pages come."""

    origin: str
    is_secure: bool

    @property
    def session_name(self) -> str:
        """The session's cookie; the prefix has browsers refuse it from another host, path or plain http."""
        return HOST_NAME if self.is_secure else NAME

    def session(self, request: Request) -> str:
        """Return the secret that the browser brought, "" without one."""
        return request.cookies.get(self.session_name, "")

    def set_session(self, response: Response, secret: str) -> None:
        """Give the browser its secret. It forgets it when it is closed; when the session ends is for us to know."""
        self._set(response, self.session_name, secret, path="/", samesite="strict")

    def forget_session(self, response: Response) -> None:
        """Have the browser forget its secret."""
        self._set(response, self.session_name, "", path="/", samesite="strict", max_age_s=0)

    def attempt(self, request: Request, state: str) -> str:
        """Return the secret of the attempt that the provider answers with ``state``, "" without one."""
        return request.cookies.get(self._attempt_name(state), "")

    def set_attempt(self, response: Response, state: str, secret: str) -> None:
        """Give the browser the secret of an attempt; each has a cookie of its own, so that several tabs may try."""
        age_s = int(ATTEMPT_LIFETIME.total_seconds())
        self._set(response, self._attempt_name(state), secret, path=ATTEMPT_PATH, samesite="lax", max_age_s=age_s)

    def forget_attempt(self, response: Response, state: str) -> None:
        """Have the browser forget an attempt."""
        self._set(response, self._attempt_name(state), "", path=ATTEMPT_PATH, samesite="lax", max_age_s=0)

    def is_own(self, request: Request) -> bool:
        """Tell whether one of our own pages sent the request: the browser says so, and no script of a page can."""
        site = request.headers.get("sec-fetch-site")
        return site == "same-origin" if site else request.headers.get("origin", "") == self.origin

    def _attempt_name(self, state: str) -> str:
        return f"{'__Secure-' if self.is_secure else ''}{NAME}-sign-in-{state[:8]}"

    def _set(
        self,
        response: Response,
        name: str,
        value: str,
        *,
        path: str,
        samesite: Literal["lax", "strict"],
        max_age_s: int | None = None,
    ) -> None:
        response.set_cookie(
            name, value, max_age=max_age_s, path=path, secure=self.is_secure, httponly=True, samesite=samesite
        )


def cookies_of(settings: Settings) -> Cookies | None:
    """Return this Diafan's cookies; None where they would travel in the clear: plain http beyond this machine."""
    url = urlsplit(settings.api_url)
    if url.scheme != "https" and not is_loopback(url.hostname or ""):
        return None
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    port = "" if url.port in (None, _DEFAULT_PORTS.get(url.scheme)) else f":{url.port}"
    return Cookies(f"{url.scheme}://{host}{port}", url.scheme == "https")
