"""How much a client may send: the limit is held while reading, before anything is parsed or kept."""

import asyncio

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import problems

_LINGER_S = 5.0


class _TooLargeError(Exception):
    """The body went over the limit."""


class UploadLimit:
    """ASGI middleware that answers 413 by the announced length, and by the bytes counted where none was announced."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > self._limit_bytes:
            await self._refuse(scope, receive, send)
            return
        counted_bytes = 0
        answered = False

        async def counted_receive() -> Message:
            nonlocal counted_bytes
            message = await receive()
            counted_bytes += len(message.get("body", b""))
            if counted_bytes > self._limit_bytes:
                raise _TooLargeError
            return message

        async def noted_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counted_receive, noted_send)
        except _TooLargeError:
            if answered:
                raise
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once, then read on for a moment: a connection closed on unread bytes can lose the answer (RFC 9112 9.6)."""
        detail = f"the upload is larger than {self._limit_bytes} bytes: send fewer files at a time"
        problem = problems.body(
            413, detail, scope["state"]["request_id"], kind="too-large", members={"limit_bytes": self._limit_bytes}
        )
        response = JSONResponse(problem, 413, {"connection": "close"}, problems.MEDIA_TYPE)
        await send({"type": "http.response.start", "status": 413, "headers": response.raw_headers})
        await send({"type": "http.response.body", "body": response.body, "more_body": True})
        try:
            async with asyncio.timeout(_LINGER_S):
                while (message := await receive())["type"] == "http.request" and message.get("more_body"):
                    pass
        except TimeoutError:
            pass
        await send({"type": "http.response.body", "body": b""})
