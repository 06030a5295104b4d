"""What changed, told as it happens: the database's notices of the worklist, handed on to whoever watches."""

import asyncio
import logging
from collections.abc import AsyncIterator

from psycopg import AsyncConnection, OperationalError

log = logging.getLogger(__name__)

_AGAIN_S = 1.0
_GATHER_S = 0.2
_MOST_STUDIES = 200


class _Watcher:
    """One who watches: what changed since it last heard, and a bell. None stands for "anything may have changed": so it begins."""

    def __init__(self) -> None:
        self.changed: set[str] | None = None
        self.bell = asyncio.Event()
        self.bell.set()

    def tell(self, study_instance_uid: str | None) -> None:
        if study_instance_uid is None or self.changed is None or len(self.changed) == _MOST_STUDIES:
            self.changed = None
        else:
            self.changed.add(study_instance_uid)
        self.bell.set()


class Live:
    """The changes of the worklist, for any number of watchers on one event loop.

    One connection listens. Where it is lost, watchers hear "anything may have changed" as soon as it is there again.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._watchers: set[_Watcher] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def listen(self) -> None:
        """Listen until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            try:
                async with await AsyncConnection.connect(self._url, autocommit=True) as db:
                    await db.execute("listen worklist")
                    self._tell(None)
                    async for notice in db.notifies():
                        self._tell(notice.payload)
            except OperationalError:
                log.warning("the database does not answer: the worklist is not live")
            await asyncio.sleep(_AGAIN_S)

    async def watch(self, patience_s: float) -> AsyncIterator[list[str] | None]:
        """Yield Study Instance UIDs that changed, gathered for a moment; None: read everything again; [] after ``patience_s`` without any.

        None comes first, for what changed before. Ends when `close` is called.
        """
        watcher = _Watcher()
        self._watchers.add(watcher)
        try:
            while not self._closed:
                try:
                    async with asyncio.timeout(patience_s):
                        await watcher.bell.wait()
                except TimeoutError:
                    yield []
                    continue
                if self._closed:
                    return
                await asyncio.sleep(_GATHER_S)
                changed, watcher.changed = watcher.changed, set()
                watcher.bell.clear()
                yield None if changed is None else sorted(changed)
        finally:
            self._watchers.discard(watcher)

    def close(self) -> None:
        """Let every watcher end; callable from any thread."""
        self._closed = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ring)

    def _tell(self, study_instance_uid: str | None) -> None:
        for watcher in self._watchers:
            watcher.tell(study_instance_uid)

    def _ring(self) -> None:
        for watcher in self._watchers:
            watcher.bell.set()
