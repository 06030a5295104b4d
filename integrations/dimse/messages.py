"""DIMSE messages as they come in: each command goes on to pynetdicom, each data set of a C-STORE to its file.

The plain C-STORE, which is nearly every message, is read and answered here (`store_message`).
"""

from collections import deque
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any, TypeVar, cast

from pynetdicom.association import Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.dimse_messages import C_STORE_RQ
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.presentation import AllStoragePresentationContexts

from integrations.dimse.part_file import PartFile
from integrations.dimse.store_message import StoreRequest, read_request
from integrations.errors import Unreadable

_COMMAND = 0x01  # message control header, PS3.8 E.2: set for a command fragment, clear for a data set fragment
_LAST = 0x02  # set for the last fragment of either
_PDV_HEADER_BYTES = 6  # of a presentation data value: length, context and control header, PS3.8 9.3.5.1 and E.2
# A command, and a data set of other messages than C-STORE, which pynetdicom keeps in memory.
_LARGEST_MESSAGE_BYTES = 1 << 20
_MOST_UNANSWERED = 16  # requests; nobody negotiates asynchronous operations here
REST_S = 0.2
"""The longest for which a thread does not look at its timers."""
_STORAGE_CLASSES = frozenset(str(cx.abstract_syntax) for cx in AllStoragePresentationContexts)

_T = TypeVar("_T")


class Telling(Queue[_T]):
    """A queue that tells of each item, so that one thread can wait for several queues."""

    def __init__(self, news: Event) -> None:
        super().__init__()
        self._news = news

    def put(self, item: _T, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002 - as Queue has it
        """Put an item and tell of it."""
        super().put(item, block, timeout)
        self._news.set()


class StreamingDimse(DIMSEServiceProvider):
    """A DIMSE service provider that hands each C-STORE data set, fragment by fragment, to a ``PartFile``.

    ``news`` is set whenever a message or a primitive for the association's thread has come.
    """

    def __init__(self, assoc: Association, folder: Path, largest_bytes: int) -> None:
        super().__init__(assoc)
        self.news = Event()
        self.msg_queue = Telling(self.news)
        self._folder = folder
        self._largest_bytes = largest_bytes
        self._part: PartFile | None = None
        self._request: StoreRequest | None = None  # that the part is of, where pynetdicom does not know of it
        self._arrived: deque[PartFile] = deque()
        self._in_memory_bytes = 0

    @property
    def is_receiving(self) -> bool:
        """Whether a data set has begun and not ended."""
        return self._part is not None

    def get_msg(self, block: bool = False) -> Any:  # noqa: FBT001, FBT002 - as pynetdicom has it
        """Return the next message with its context, or twice None; rests before where nothing has come."""
        if not block and self.msg_queue.empty() and self.assoc.dul.to_user_queue.empty():
            self.news.wait(REST_S)
            self.news.clear()
        return super().get_msg(block)

    def receive_fragment(self, context_id: int, fragment: memoryview) -> None:
        """Process one fragment of a message (PS3.8 Annex E): a command goes on to pynetdicom, a data set to its file.

        Raises an error of one kind or another where a command makes no sense.
        """
        if self._part is None or fragment[0] & _COMMAND:
            self._in_memory_bytes += len(fragment)
            if self._in_memory_bytes > _LARGEST_MESSAGE_BYTES or len(self._arrived) > _MOST_UNANSWERED:
                raise ValueError("more than a peer may say before it was answered")
            if self._request is not None:
                raise ValueError("a command in the middle of a data set")
            if self.message is None and fragment[0] & (_COMMAND | _LAST) == _COMMAND | _LAST:
                self._request = self._plain_request(context_id, bytes(fragment[1:]))
            if self._request is not None:
                self._part = self._open_part(context_id, self._request.sop_class_uid, self._request.sop_instance_uid)
                return
            self.receive_primitive(_p_data(context_id, bytes(fragment)))
            if self.message is None:
                self._in_memory_bytes = 0
            elif isinstance(self.message, C_STORE_RQ) and self._part is None:
                command = self.message.command_set
                self._part = self._open_part(context_id, command.AffectedSOPClassUID, command.AffectedSOPInstanceUID)
            return
        self._part.write(fragment[1:])
        if fragment[0] & _LAST:
            self._part.close()
            self._arrived.append(self._part)
            self._part = None
            self._in_memory_bytes = 0
            request, self._request = self._request, None
            if request is None:
                self.receive_primitive(_p_data(context_id, bytes([_LAST])))
            else:
                self.msg_queue.put((context_id, cast("Any", request)))

    def take(self) -> PartFile:
        """Return the data set of the C-STORE request that is being served. The caller owns the file from now on.

        Raises Unreadable where the request came without one.
        """
        if not self._arrived:
            raise Unreadable("the request came without a data set")
        return self._arrived.popleft()

    def discard(self) -> bool:
        """Remove what was received and never taken; True if a data set was cut off in its middle."""
        cut, self._part = self._part, None
        if cut is not None:
            cut.discard()
        while self._arrived:
            self._arrived.popleft().discard()
        return cut is not None

    def answer(self, context_id: int, command: bytes) -> None:
        """Send a command set, in as many PDUs as the peer wants it in (PS3.8 annex E)."""
        room = max(1, self.maximum_pdu_size - _PDV_HEADER_BYTES) if self.maximum_pdu_size else len(command)
        while command:
            part, command = command[:room], command[room:]
            self.dul.send_pdu(_p_data(context_id, bytes([_COMMAND if command else _COMMAND | _LAST]) + part))

    def syntax_of(self, context_id: int) -> str:
        """Return the transfer syntax of an accepted presentation context; raises KeyError."""
        return self._contexts[context_id][1]

    @cached_property
    def _contexts(self) -> Mapping[int, tuple[str, str]]:
        """Abstract and transfer syntax of what was negotiated; pynetdicom would sort it again for each image."""
        return {
            cast("int", cx.context_id): (str(cx.abstract_syntax), str(cx.transfer_syntax[0]))
            for cx in self.assoc.accepted_contexts
        }

    def _plain_request(self, context_id: int, command: bytes) -> StoreRequest | None:
        """Return the C-STORE that a command is; None where it is another, or not of the class that was negotiated for it."""
        request = read_request(command)
        if request is None or self._contexts.get(context_id, ("",))[0] != request.sop_class_uid:
            return None
        return request if request.sop_class_uid in _STORAGE_CLASSES else None

    def _open_part(self, context_id: int, sop_class_uid: str, sop_instance_uid: str) -> PartFile:
        return PartFile(self._folder, self._largest_bytes, sop_class_uid, sop_instance_uid, self.syntax_of(context_id))


def _p_data(context_id: int, fragment: bytes) -> P_DATA:
    primitive = P_DATA()
    primitive.presentation_data_value_list = [[context_id, fragment]]  # type: ignore[list-item] # it insists on lists
    return primitive
