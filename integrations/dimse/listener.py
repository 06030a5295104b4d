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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pydicom.uid
from pydicom.dataset import Dataset
from pynetdicom import _config, evt
from pynetdicom.events import Event
from pynetdicom.presentation import AllStoragePresentationContexts, build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from integrations.dimse.commitment import PROCESSING_FAILURE, Hear, answer, listener_context
from integrations.dimse.door import Limits, Senders
from integrations.dimse.streaming import SharedContexts, StreamingAE, StreamingDimse, StreamingDul
from integrations.dimse.tls import Tls, server_context
from integrations.errors import EdgeError, Mismatched, Unreadable

if TYPE_CHECKING:
    from pydicom.uid import UID
    from pynetdicom.dimse_primitives import C_STORE
    from pynetdicom.pdu_primitives import A_ASSOCIATE
    from pynetdicom.transport import ThreadedAssociationServer

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
    every transfer that was cut off. Any storage class is taken in, so that a router's mistake is declined by the
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
    ) -> None:
        self._address = (host, port)
        self._senders = senders or Senders()
        self._limits = limits or Limits()
        self._tls = tls
        self._on_instance = on_instance
        self._on_refused = on_refused
        self._on_commitment = on_commitment
        self._ae = StreamingAE(ae_title, incoming, self._senders, self._limits)
        self._ae.on_turned_away = lambda reason, address: on_refused(reason, "", ae_title, address)
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

    def start(self) -> None:
        """Bind and listen, in a thread of its own. Port 0 lets the system choose; then ask ``port``.

        Raises OSError where the address cannot be bound, TlsUnusable where a certificate, key or CA file does not do.
        """
        context = None if self._tls is None else server_context(self._tls)
        self._ae.folder.mkdir(parents=True, exist_ok=True)
        self._server = cast(
            "ThreadedAssociationServer",
            self._ae.start_server(
                self._address,
                block=False,
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

    def stop(self) -> None:
        """Stop listening and abort what is still open; returns when no thread is left."""
        self._server.shutdown()
        associations = self._ae.active_associations
        for association in associations:
            if not cast(
                "StreamingDul", association.dul
            ).is_closing:  # it ends by itself, and to abort it is a fault in the state machine
                association.abort()
        for association in associations:
            association.join()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.server_address[1])

    def _store(self, event: Event) -> Dataset | int:
        request = cast("C_STORE", event.request)
        part: PartFile | None = None
        try:
            part = cast("StreamingDimse", event.assoc.dimse).take()
            part.raise_error()
            self._on_instance(
                Received(
                    path=part.path,
                    sop_class_uid=str(request.AffectedSOPClassUID),
                    sop_instance_uid=str(request.AffectedSOPInstanceUID),
                    transfer_syntax_uid=str(event.context.transfer_syntax),
                    calling_ae_title=event.assoc.requestor.ae_title.strip(),
                    called_ae_title=event.assoc.acceptor.ae_title.strip(),
                    peer_address=event.assoc.requestor.address,
                    size_bytes=part.size_bytes,
                )
            )
        except NotAuthorised as error:
            status = _status(NOT_AUTHORISED, str(error))
        except NoRoom as error:
            status = _status(OUT_OF_RESOURCES, str(error))
        except Mismatched as error:
            status = _status(DOES_NOT_MATCH, str(error))
        except Unreadable as error:
            status = _status(CANNOT_UNDERSTAND, str(error))
        except OSError as error:
            _log.error("storing failed: %s", error.strerror)
            status = _status(OUT_OF_RESOURCES, "no room to keep the image, try again later")
        except Exception as error:  # noqa: BLE001 whatever it was, the sender must not hear Success
            _log.error("storing failed: %s", type(error).__name__)
            status = _status(PROCESSING_FAILED, "internal error, see the log of the receiver")
        else:
            return SUCCESS
        if part is not None:
            part.discard()
        return status

    def _report(self, event: Event) -> tuple[int, None]:
        if self._on_commitment is None:
            return PROCESSING_FAILURE, None
        return answer(event, self._on_commitment, event.assoc.requestor.ae_title.strip())

    def _accepted(self, event: Event) -> None:
        for context in event.assoc.rejected_contexts:
            self._refuse(event, f"presentation context not accepted: {context.abstract_syntax}")

    def _requested(self, event: Event) -> None:
        """Reject what pynetdicom would not: it knows titles and a total, and neither addresses nor their share."""
        association = event.assoc
        title = cast("A_ASSOCIATE", association.requestor.primitive).calling_ae_title.strip()
        address = association.requestor.address
        share = [other for other in self._ae.active_associations if other.requestor.address == address]
        if not self._senders.know(title, address):
            answer, reason = _CALLING_AE_TITLE_NOT_RECOGNISED, "calling AE title not recognised"
        elif len(share) > self._limits.per_address:
            answer, reason = _LOCAL_LIMIT_EXCEEDED, f"more than {self._limits.per_address} from one address"
        else:
            return
        association.acse.send_reject(*answer)
        self._refuse(event, f"association rejected: {reason}")
        association.kill()

    def _rejected(self, event: Event) -> None:
        asked = cast("A_ASSOCIATE", event.assoc.requestor.primitive)
        if asked.called_ae_title.strip() != self._ae.ae_title.strip():
            reason = "called AE title not recognised"
        else:
            reason = f"more than {self._limits.associations} associations at one time"
        self._refuse(event, f"association rejected: {reason}")

    def _closed(self, event: Event) -> None:
        if cast("StreamingDimse", event.assoc.dimse).discard():
            self._refuse(event, "transfer cut off: the connection closed in the middle of a data set")

    def _refuse(self, event: Event, reason: str) -> None:
        asked = cast("A_ASSOCIATE", event.assoc.requestor.primitive)
        self._on_refused(
            reason, asked.calling_ae_title.strip(), asked.called_ae_title.strip(), event.assoc.requestor.address
        )


def _status(code: int, comment: str) -> Dataset:
    status = Dataset()
    status.Status = code
    status.ErrorComment = comment.encode("ascii", "replace").decode()[:ERROR_COMMENT_CHARACTERS]
    return status
