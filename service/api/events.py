"""Server-sent events: the worklist changes while somebody looks at it."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from service.api.principal import Held, StudyReader, still_there
from service.api.problems import responses

if TYPE_CHECKING:
    from service.live import Live

router = APIRouter(tags=["studies"], responses=responses(401, 403, 503))

_LOOK_AGAIN_S = 20.0
_COME_AGAIN_MS = 2000


@router.get(
    "/events",
    summary="Hear what changes",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "server-sent events, for as long as the client listens",
            "content": {"text/event-stream": {"example": 'event: studies\ndata: ["2.25.77"]\n\n'}},
        }
    },
)
async def hear(request: Request, caller: StudyReader, diafan: Held) -> AsyncIterator[ServerSentEvent]:
    """Tell which studies changed; `event: studies`, data: a list of Study Instance UIDs, or null: read everything again.

    `event: session` says that the session has ended, and is the last. Names nobody, so that only what is then read is recorded.
    """
    live: Live = request.app.state.live
    async for changed in live.watch(_LOOK_AGAIN_S):
        if not await run_in_threadpool(still_there, diafan, caller):
            yield ServerSentEvent(event="session", raw_data="ended")
            return
        if changed is None:
            yield ServerSentEvent(event="studies", raw_data="null", retry=_COME_AGAIN_MS)
        elif changed:
            yield ServerSentEvent(event="studies", data=changed)
