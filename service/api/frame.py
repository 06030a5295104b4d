"""What surrounds every request: its number, security headers, one log line, and an answer even where our code failed."""

import logging
import re
import time
from uuid import uuid4

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import problems

log = logging.getLogger(__name__)

# A UUID or a W3C trace id (32 hexadecimal digits): a shape that no name, no birth date and no patient number has.
_REQUEST_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CLOSED_BY_CLIENT = 499
_SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
# The documentation page runs the script that we serve with it, and one that it has inline.
_DOCUMENTATION_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)


class Frame:
    """ASGI middleware around the API.

    The log line holds the method, the route's template, status, duration and request number: never a path or a query,
    which name studies and people.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        method = scope["method"]
        # The server leaves out the body of an answer to HEAD; to us it is a GET, and is recorded as one.
        inner = {
            **scope,
            "method": "GET" if method == "HEAD" else method,
            "state": {**scope.get("state", {}), "request_id": request_id},
        }
        status = _CLOSED_BY_CLIENT
        begun = time.perf_counter()

        async def framed_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                # A page that brings its own policy knows better than we what it loads.
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("content-security-policy", _DOCUMENTATION_POLICY)
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(inner, receive, framed_send)
        except ClientDisconnect:
            status = _CLOSED_BY_CLIENT
        except Exception:
            log.exception("request failed", extra={"request_id": request_id})
            if status == _CLOSED_BY_CLIENT:
                problem = problems.body(500, problems.MEANING[500], request_id)
                await JSONResponse(problem, 500, media_type=problems.MEDIA_TYPE)(inner, receive, framed_send)
        finally:
            duration_ms = round((time.perf_counter() - begun) * 1000)
            route = getattr(inner.get("route"), "path", "(none)")
            level = logging.DEBUG if route.startswith("/health/") else logging.INFO
            log.log(
                level,
                "request",
                extra={"method": method, "route": route, "status": status, "ms": duration_ms, "request_id": request_id},
            )
