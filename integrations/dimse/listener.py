"""The Storage SCP: an image arrives, a file lies in the incoming folder, and the callback decides what the sender hears.

| what happens                                   | the sender hears           |
|---                                             |---                         |
| the callback returned                          | 0x0000 Success             |
| the callback raised ``NotAuthorised``          | 0x0124 Not authorised      |
| the callback raised ``NoRoom``, or a full disk | 0xA700 Out of resources    |
| the callback raised ``Mismatched``             | 0xA900 Data set does not match SOP class |
| the callback raised ``Unreadable``             | 0xC000 Cannot understand   |
| anything else went wrong                       | 0xC001 Cannot understand   |
| the data set is larger than the limit          | 0xC000 Cannot understand   |
| called or calling AE title unknown, or the calling title is used from an address that is not its own | rejected, permanent |
| too many associations, in all or from one address | rejected, transient     |

A report of storage commitment is heard too, and answered as ``commitment`` tells.

Clauses: PS3.4 annex B (Storage), PS3.4 annex A (Verification), PS3.7 annex C (statuses), PS3.8 9.3.4 (rejection).
"""

import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

import pydicom.uid
from pydicom.dataset import Dataset
from pynetdicom import _config, evt
from pynetdicom.events import Event
from pynetdicom.presentation import AllStoragePresentationContexts, build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from integrations.dimse.commitment import PROCESSING_FAILURE, Hear, answer, listener_context
from integrations.dimse.door import Door, Limits, Senders, SendOn
from integrations.dimse.places import Places
from integrations.dimse.streaming import SharedContexts, StreamingAE, StreamingDul
from integrations.dimse.tls import Tls, server_context
from integrations.errors import EdgeError, Mismatched, Unreadable

if TYPE_CHECKING:
    from pydicom.uid import UID
    from pynetdicom.association import Association
    from pynetdicom.dimse_primitives import C_STORE
    from pynetdicom.pdu_primitives import A_ASSOCIATE

    from integrations.dimse.messages import StreamingDimse
    from integrations.dimse.part_file import PartFile

SUCCESS = 0x0000
NOT_AUTHORISED = 0x0124
OUT_OF_RESOURCES = 0xA700
DOES_NOT_MATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000
PROCESSING_FAILED = 0xC001

MAX_PDU_BYTES = 131072
"""The largest that dcmtk, and with it Orthanc, sends."""
ERROR_COMMENT_CHARACTERS = 64

_PERMANENT, _TRANSIENT = 1, 2  # results of an A-ASSOCIATE-RJ with their sources and reasons, PS3.8 9.3.4
_CALLING_AE_TITLE_NOT_RECOGNISED = (_PERMANENT, 1, 3)
_LOCAL_LIMIT_EXCEEDED = (_TRANSIENT, 3, 2)

TRANSFER_SYNTAXES = (
    pydicom.uid.ExplicitVRLittleEndian,
    pydicom.uid.ImplicitVRLittleEndian,
    pydicom.uid.JPEGLSLossless,
    pydicom.uid.JPEG2000Lossless,
    pydicom.uid.JPEGLosslessSV1,
    pydicom.uid.JPEGLossless,
    pydicom.uid.RLELossless,
    pydicom.uid.DeflatedExplicitVRLittleEndian,
    pydicom.uid.JPEGLSNearLossless,
    pydicom.uid.JPEG2000,
    pydicom.uid.JPEGExtended12Bit,
    pydicom.uid.JPEGBaseline8Bit,
    pydicom.uid.ExplicitVRBigEndian,
)
"""What can be read, the one preferred first: where a sender offers several in one context, the first here is taken."""

# pynetdicom's settings belong to the whole process; this is the one place that makes them.
_config.LOG_HANDLER_LEVEL = "none"  # its handlers describe every PDU and message, at a cost, and name patients
_config.LOG_REQUEST_IDENTIFIERS = False
_config.LOG_RESPONSE_IDENTIFIERS = False
_config.STORE_SEND_CHUNKED_DATASET = True  # a held object is sent as the bytes that it is

_log = logging.getLogger(__name__)


class NoRoom(EdgeError):
    """There is no room to keep the image; the sender may try again later."""


class NotAuthorised(EdgeError):
    """This sender may not store here."""


@dataclass(frozen=True, slots=True)
class Received:
    """One data set that has arrived, lying in ``path`` as a complete Part-10 file that nobody has fsynced yet."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    calling_ae_title: str
    called_ae_title: str
    peer_address: str
    size_bytes: int


class Listener:
    """Listens for C-ECHO and C-STORE, and calls ``on_instance`` once for each data set, in the association's thread.

    The callback owns the file when it returns. When it raises, the file is removed. ``on_refused`` is called with
    (reason, calling AE title, called AE title, address) for every association or context that was turned away, and for
    every transfer that was cut off, ``on_opened`` with (calling AE title, address) for every other one. Any storage class is taken in, so that a router's mistake is declined by the
    callback, on record, instead of being sent for ever. With ``tls`` nobody is heard without a certificate of its CA.
    Without ``on_commitment`` no storage commitment is offered.
    """

    def __init__(
        self,
        ae_title: str,
        host: str,
        port: int,
        incoming: Path,
        on_instance: Callable[[Received], None],
        on_refused: Callable[[str, str, str, str], None],
        *,
        senders: Senders | None = None,
        limits: Limits | None = None,
        tls: Tls | None = None,
        max_pdu_bytes: int = MAX_PDU_BYTES,
        on_commitment: Hear | None = None,
        on_opened: Callable[[str, str], None] | None = None,
    ) -> None:
        self._address = (host, port)
        self._senders = senders or Senders()
        self._limits = limits or Limits()
        self._tls = tls
        self._on_instance = on_instance
        self._on_refused = on_refused
        self._on_commitment = on_commitment
        self._on_opened = on_opened
        self._ae = StreamingAE(ae_title, incoming, self._senders, self._limits)
        self._ae.on_turned_away = lambda reason, address: on_refused(reason, "", ae_title, address)
        self._ae.on_store = self._take
        self._ae.maximum_pdu_size = max_pdu_bytes
        self._ae.require_called_aet = True
        self._contexts = SharedContexts(
            [build_context(Verification, [pydicom.uid.ImplicitVRLittleEndian, pydicom.uid.ExplicitVRLittleEndian])]
            + [
                build_context(cast("UID", cx.abstract_syntax), list(TRANSFER_SYNTAXES))
                for cx in AllStoragePresentationContexts
            ]
            + ([] if on_commitment is None else [listener_context()])
        )

    def start(self, send_on: SendOn | None = None) -> None:
        """Bind and listen, in a thread of its own. Port 0 lets the system choose; then ask ``port``.

        With ``send_on`` connections are given to processes whose listener `attends`, under the ``places`` of this one.

        Raises OSError where the address cannot be bound, TlsUnusable where a certificate, key or CA file does not do.
        """
        self._ae.send_on = send_on
        server = self._make_server()
        Thread(target=server.serve_forever, name="listener", daemon=True).start()

    def attend(self, places: Places, connections: Iterator[tuple[socket.socket, Any, int]]) -> None:
        """Serve the connections that another process has let in, until there come no more; then abort what is still open.

        Raises TlsUnusable as `start` does.
        """
        self._ae.places = places
        self._ae.listening = False
        server = self._make_server()
        for connection, address, place in connections:
            try:
                server.let_in(connection, address, place)
            except RuntimeError:
                _log.error("connection closed: no thread for it")
                connection.close()
                places.leave(place)
            server.service_actions()
        server.server_close()
        self._abort()

    def _make_server(self) -> Door:
        context = None if self._tls is None else server_context(self._tls)
        self._ae.folder.mkdir(parents=True, exist_ok=True)
        self._server = cast(
            "Door",
            self._ae.make_server(
                self._address,
                contexts=self._contexts,
                ssl_context=context,
                evt_handlers=[
                    (evt.EVT_REQUESTED, self._requested),
                    (evt.EVT_C_STORE, self._store),
                    (evt.EVT_N_EVENT_REPORT, self._report),
                    (evt.EVT_ACCEPTED, self._accepted),
                    (evt.EVT_REJECTED, self._rejected),
                    (evt.EVT_CONN_CLOSE, self._closed),
                ],
            ),
        )
        self._ae._servers.append(self._server)  # noqa: SLF001 - as start_server does, which would listen by its own loop
        return self._server

    def stop(self) -> None:
        """Stop listening and abort what is still open; returns when no thread is left."""
        self._server.shutdown()
        self._abort()

    def _abort(self) -> None:
        associations = self._ae.active_associations
        for association in associations:
            if not cast(
                "StreamingDul", association.dul
            ).is_closing:  # it ends by itself, and to abort it is a fault in the state machine
                association.abort()
        for association in associations:
            association.join()

    @property
    def places(self) -> Places:
        """The places of those who are inside."""
        return self._ae.places

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.server_address[1])

    def _store(self, event: Event) -> Dataset:
        request = cast("C_STORE", event.request)
        code, comment = self._take(
            event.assoc,
            str(request.AffectedSOPClassUID),
            str(request.AffectedSOPInstanceUID),
            str(event.context.transfer_syntax),
        )
        status = Dataset()
        status.Status = code
        if comment:
            status.ErrorComment = comment
        return status

    def _take(
        self, association: "Association", sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str
    ) -> tuple[int, str]:
        """Hand over what has arrived, and return the status and comment that the sender hears."""
        part: PartFile | None = None
        try:
            part = cast("StreamingDimse", association.dimse).take()
            part.raise_error()
            self._on_instance(
                Received(
                    path=part.path,
                    sop_class_uid=sop_class_uid,
                    sop_instance_uid=sop_instance_uid,
                    transfer_syntax_uid=transfer_syntax_uid,
                    calling_ae_title=association.requestor.ae_title.strip(),
                    called_ae_title=association.acceptor.ae_title.strip(),
                    peer_address=association.requestor.address,
                    size_bytes=part.size_bytes,
                )
            )
        except NotAuthorised as error:
            status, comment = NOT_AUTHORISED, str(error)
        except NoRoom as error:
            status, comment = OUT_OF_RESOURCES, str(error)
        except Mismatched as error:
            status, comment = DOES_NOT_MATCH, str(error)
        except Unreadable as error:
            status, comment = CANNOT_UNDERSTAND, str(error)
        except OSError as error:
            _log.error("storing failed: %s", error.strerror)
            status, comment = OUT_OF_RESOURCES, "no room to keep the image, try again later"
        except Exception as error:  # noqa: BLE001 whatever it was, the sender must not hear Success
            _log.error("storing failed: %s", type(error).__name__)
            status, comment = PROCESSING_FAILED, "internal error, see the log of the receiver"
        else:
            return SUCCESS, ""
        if part is not None:
            part.discard()
        return status, comment.encode("ascii", "replace").decode()[:ERROR_COMMENT_CHARACTERS]

    def _report(self, event: Event) -> tuple[int, None]:
        if self._on_commitment is None:
            return PROCESSING_FAILURE, None
        return answer(event, self._on_commitment, event.assoc.requestor.ae_title.strip())

    def _accepted(self, event: Event) -> None:
        if self._on_opened is not None:
            asked = cast("A_ASSOCIATE", event.assoc.requestor.primitive)
            self._on_opened(asked.calling_ae_title.strip(), event.assoc.requestor.address)
        for context in event.assoc.rejected_contexts:
            self._refuse(event, f"presentation context not accepted: {context.abstract_syntax}")

    def _requested(self, event: Event) -> None:
        """Reject what pynetdicom would not: it knows titles, and neither addresses nor how many there are in all processes."""
        association = event.assoc
        title = cast("A_ASSOCIATE", association.requestor.primitive).calling_ae_title.strip()
        address = association.requestor.address
        if not self._senders.know(title, address):
            answer, reason = _CALLING_AE_TITLE_NOT_RECOGNISED, "calling AE title not recognised"
        elif self.places.associations(address) > self._limits.per_address:
            answer, reason = _LOCAL_LIMIT_EXCEEDED, f"more than {self._limits.per_address} from one address"
        elif self.places.associations() > self._limits.associations:
            answer, reason = _LOCAL_LIMIT_EXCEEDED, f"more than {self._limits.associations} associations at one time"
        else:
            return
        association.acse.send_reject(*answer)
        self._refuse(event, f"association rejected: {reason}")
        association.kill()

    def _rejected(self, event: Event) -> None:
        self._refuse(event, "association rejected: called AE title not recognised")

    def _closed(self, event: Event) -> None:
        if cast("StreamingDimse", event.assoc.dimse).discard():
            self._refuse(event, "transfer cut off: the connection closed in the middle of a data set")

    def _refuse(self, event: Event, reason: str) -> None:
        asked = cast("A_ASSOCIATE", event.assoc.requestor.primitive)
        self._on_refused(
            reason, asked.calling_ae_title.strip(), asked.called_ae_title.strip(), event.assoc.requestor.address
        )
