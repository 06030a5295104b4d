"""Files made for one request: in a file without a name that only this program has, handed on in parts, and gone with the answer."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from io import SEEK_END, BufferedIOBase
from tempfile import TemporaryFile

from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from service.api.problems import ProblemError
from service.app import Diafan

BINARY: dict[str, dict[str, str]] = {"schema": {"type": "string", "format": "binary"}}
"""How OpenAPI says that an answer is a file."""
_PART_BYTES = 1 << 16


class Handed(StreamingResponse):
    """An answer that is a file, from its beginning to its end; the file is closed, and so gone, however the answer ends."""

    def __init__(self, file: BufferedIOBase, name: str, media_type: str, more: Mapping[str, str]) -> None:
        self._file = file
        headers = {**attached(name), "Content-Length": str(file.seek(0, SEEK_END)), **more}
        file.seek(0)
        super().__init__(iter(lambda: file.read(_PART_BYTES), b""), media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._file.close()


@contextmanager
def room_for_file(diafan: Diafan) -> Iterator[tuple[BufferedIOBase, ExitStack]]:
    """Yield an empty file beside what is received (0600, without a name), and what closes it unless its end is somebody else's.

    Raises ProblemError (507) where the disk is full, or has no more room than is kept for images and the log.
    """
    try:
        if diafan.store.free_bytes() < diafan.acceptor.min_free_bytes:
            raise OSError(errno.ENOSPC, "below the reserve")  # noqa: TRY301 - refused as a full disk is
        with ExitStack() as closing:
            yield closing.enter_context(TemporaryFile(dir=diafan.store.incoming)), closing
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise ProblemError(HTTPStatus.INSUFFICIENT_STORAGE, "no-room", _NO_ROOM) from None


def made(content: bytes, name: str, media_type: str) -> Response:
    """Return an answer that is a small file."""
    return Response(content, media_type=media_type, headers=attached(name))


def attached(name: str) -> dict[str, str]:
    """Return the header that has a browser save the answer under a name of ours."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


_NO_ROOM = "there is no room on the disk to put this together: free some, and ask again"
