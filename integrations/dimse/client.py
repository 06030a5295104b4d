"""The Storage, Query and Verification SCU: objects are delivered to a PACS, and asked for again.

What comes back decides what the caller does next, as ``requestor`` tells. 0x0111 (the PACS holds it already) counts as stored.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_file_meta_info
from pydicom.uid import UID
from pynetdicom.association import Association
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelFind,
    Verification,
)

from integrations.dimse.requestor import PLAIN_SYNTAXES, Peer, association, check, status_of
from integrations.encoding import Syntax, encode, offers
from integrations.errors import Rejected, Unreadable

DUPLICATE_SOP_INSTANCE = 0x0111
MAX_CONTEXTS = 128  # PS3.8 9.3.2.2: odd context ids from 1 to 255


@dataclass(frozen=True, slots=True)
class Sent:
    """One object as the peer has it: its UIDs there, the transfer syntax in which it went, and the status that was answered.

    ``held_as`` is the SOP Instance UID of what we hold: another one where the object was compressed with loss on its way.
    """

    held_as: str
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    status: int

    @property
    def transfer_syntax(self) -> str:
        """The name of the transfer syntax, as the standard has it."""
        return UID(self.transfer_syntax_uid).name


@dataclass(frozen=True, slots=True)
class _Outgoing:
    path: Path
    held_as: str
    sop_class: UID
    held_syntax: UID
    offered: Sequence[UID]


def send(
    peer: Peer,
    files: Sequence[Path],
    on_sent: Callable[[Path, int], None] | None = None,
    on_refused: Callable[[Path, Rejected], None] | None = None,
    *,
    prefer: Sequence[Syntax] = (),
) -> list[Sent]:
    """Store Part-10 files on ``peer`` over one association, and return what it has now.

    Without ``prefer`` each has the bytes and the transfer syntax that it has. With it each is offered in those syntaxes that suit
    it, a presentation context for each, and goes as the first of them that the peer accepts: see ``encoding``.

    ``on_sent`` hears of each file that the peer took, with the status. The first file that the peer refuses ends it, unless
    ``on_refused`` is there to hear of refusals; then the others go on.

    Raises Rejected, Unavailable, and Unreadable before anything is sent where one is no DICOM file.
    """
    if not files:
        return []
    outgoing = [_outgoing(number, file, prefer) for number, file in enumerate(files, 1)]
    needed = sorted({(one.sop_class, syntax) for one in outgoing for syntax in one.offered})
    if len(needed) > MAX_CONTEXTS:
        raise Rejected(
            f"{len(needed)} kinds of objects are more than one association negotiates ({MAX_CONTEXTS}): send fewer"
        )
    sent = []
    with association(peer, [build_context(sop_class, syntax) for sop_class, syntax in needed]) as opened:
        accepted = {(str(cx.abstract_syntax), str(cx.transfer_syntax[0])) for cx in opened.accepted_contexts}
        for one in outgoing:
            try:
                done = _store(peer, opened, one, accepted)
            except Rejected as refusal:
                if on_refused is None:
                    raise
                on_refused(one.path, refusal)
            else:
                sent.append(done)
                if on_sent is not None:
                    on_sent(one.path, done.status)
    return sent


def _outgoing(number: int, file: Path, prefer: Sequence[Syntax]) -> _Outgoing:
    try:
        meta = read_file_meta_info(file)
    except (InvalidDicomError, EOFError):
        raise Unreadable(f"file {number} is not a DICOM file (PS3.10): leave it out") from None
    held = meta.TransferSyntaxUID
    offered = offers(file, prefer) if prefer else [held]
    return _Outgoing(file, str(meta.MediaStorageSOPInstanceUID), meta.MediaStorageSOPClassUID, held, offered)


def _store(peer: Peer, opened: Association, one: _Outgoing, accepted: Collection[tuple[str, str]]) -> Sent:
    syntax = next((syntax for syntax in one.offered if (one.sop_class, syntax) in accepted), None)
    if syntax is None:
        kind = f"{one.sop_class.name} in {' or '.join(syntax.name for syntax in one.offered)}"
        raise Rejected(f"{peer} accepts no {kind}")
    what: Path | Dataset = one.path
    uid = one.held_as
    if syntax != one.held_syntax:
        what = dcmread(BytesIO(encode(one.path, syntax)))
        uid = str(what.SOPInstanceUID)
    status = status_of(peer, opened.send_c_store(what))
    if status != DUPLICATE_SOP_INSTANCE:
        check(peer, "C-STORE", status)
    return Sent(one.held_as, str(one.sop_class), uid, str(syntax), status)


def echo(peer: Peer) -> None:
    """Ask whether ``peer`` is there. Raises Rejected, Unavailable."""
    with association(peer, [build_context(Verification, PLAIN_SYNTAXES)]) as opened:
        check(peer, "C-ECHO", status_of(peer, opened.send_c_echo()))


def find_instances(peer: Peer, study_uid: str, series_uid: str, sop_uids: Collection[str]) -> set[str]:
    """Ask which of a series' instances ``peer`` has (PS3.4 C.6.2, Study Root, level IMAGE, list of UID matching).

    Raises Rejected where the peer offers no such query, Unavailable.
    """
    wanted = Dataset()
    wanted.QueryRetrieveLevel = "IMAGE"
    wanted.StudyInstanceUID = study_uid
    wanted.SeriesInstanceUID = series_uid
    wanted.SOPInstanceUID = list(sop_uids)
    model = StudyRootQueryRetrieveInformationModelFind
    found: set[str] = set()
    with association(peer, [build_context(model, PLAIN_SYNTAXES)]) as opened:
        for answer, identifier in opened.send_c_find(wanted, model):
            status = status_of(peer, answer)
            if identifier is not None:
                found.add(str(identifier.get("SOPInstanceUID")))
            else:
                check(peer, "C-FIND", status)
    return found.intersection(sop_uids)
