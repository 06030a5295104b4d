"""How much a client may send: the limit is held while reading, before anything is parsed or kept."""

import asyncio

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import problems

_LINGER_S = 5.0


class TooLargeError(Exception):
    """The body went over the limit. A route that keeps what came before may say so in an answer of its own."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__()
        self.limit_bytes = limit_bytes


class UploadLimit:
    """ASGI middleware that answers 413 by the announced length, and by the bytes counted where none was announced.

    An answer that does not wait for the whole body (413, 401) leaves at once, and the rest is read for a moment and
    thrown away: a connection that is closed on unread bytes can lose the answer (RFC 9112 9.6).
    """

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        counted_bytes = 0
        is_whole = is_answered = False

        async def counted_receive() -> Message:
            nonlocal counted_bytes, is_whole
            message = await receive()
            counted_bytes += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if counted_bytes > self._limit_bytes:
                raise TooLargeError(self._limit_bytes)
            return message

        async def lingering_send(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            if is_whole or message["type"] != "http.response.body" or message.get("more_body", False):
                await send(message)
                return
            await send({**message, "more_body": True})
            await _drain(receive)
            await send({"type": "http.response.body", "body": b""})

        announced = Headers(scope=scope).get("content-length", "")
        try:
            if announced.isdecimal() and int(announced) > self._limit_bytes:
                raise TooLargeError(self._limit_bytes)  # noqa: TRY301 - one place that answers
            await self._app(scope, counted_receive, lingering_send)
        except TooLargeError:
            if is_answered:
                raise
            await self._refusal(scope)(scope, receive, lingering_send)

    def _refusal(self, scope: Scope) -> JSONResponse:
        detail = f"the upload is larger than {self._limit_bytes} bytes: send fewer files at a time"
        problem = problems.body(
            413, detail, scope["state"]["request_id"], kind="too-large", members={"limit_bytes": self._limit_bytes}
        )
        return JSONResponse(problem, 413, {"connection": "close"}, problems.MEDIA_TYPE)


async def _drain(receive: Receive) -> None:
    try:
        async with asyncio.timeout(_LINGER_S):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:
        pass  # whoever is still sending now does not want the answer
