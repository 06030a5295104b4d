"""A PACS as a destination: objects go by C-STORE, and are delivered when it has committed to them, or when C-FIND finds them there.

| the archive                                              | what becomes of the delivery                                     |
|---                                                       |---                                                               |
| has committed to every object                            | delivered                                                        |
| has not said yet                                         | waits; its report wakes it, after `timeout_s` it is asked again  |
| does not commit, for a reason that may pass              | tried again, from C-STORE on, later each time                    |
| does not commit, for another reason, or keeps losing it  | parked, with the reasons                                         |
| offers no storage commitment                             | parked: it is required here                                      |
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from integrations import dimse
from integrations.encoding import PLAIN, Syntax
from integrations.errors import Rejected, Unavailable
from integrations.result_object import ResultKind
from service.commitments import Commitments, Stand, Standing
from service.parcel import DEFAULT_KINDS, Contents, Item, Receipt, Unproven, not_found
from service.records import Parcel

_MAY_PASS = {0x0110, 0x0131, 0x0213}
_SEND_AGAIN = {0x0112, None}
"""The archive has it not, or not yet, or does not speak of it: it is sent again, `_MOST_LOSSES` times in all."""
_MOST_LOSSES = 3
_FIRST_WAIT_S, _LONGEST_WAIT_S = 30, 3600


@dataclass(frozen=True, slots=True)
class Committing:
    """How an archive is asked for commitment, times in seconds: how long its association is held, and when it is asked again."""

    book: Commitments
    wait_s: float
    timeout_s: float


class Pacs:
    """Sends DICOM objects by C-STORE, and proves them by storage commitment or by C-FIND."""

    def __init__(
        self,
        name: str,
        peer: dimse.Peer,
        *,
        read_back: bool,
        takes: frozenset[ResultKind] = DEFAULT_KINDS,
        prefer: Sequence[Syntax] = PLAIN,
        committing: Committing | None = None,
    ) -> None:
        self.name = name
        self.takes = takes
        # A report is its Structured Report here: an archive that takes none has no use for it.
        report = {Parcel.REPORT} if ResultKind.STRUCTURED_REPORT in takes else set()
        self.carries = frozenset({Parcel.SOURCE, Parcel.RESULTS, *report})
        self._peer = peer
        self._read_back = read_back
        self._prefer = prefer
        self._committing = committing

    def deliver(self, contents: Contents, *, again: bool) -> Receipt:
        """Store what the PACS lacks; with commitment, delivered means committed to, with read-back, found there."""
        if not contents.items:
            return {"proof": "nothing of the kinds that it takes", "sent": 0}
        if self._committing is not None:
            return self._commit(contents, self._committing)
        missing = list(contents.items)
        if again and self._read_back:
            # A PACS that answers no query is sent everything again: the same bytes under the same UIDs.
            with suppress(Rejected):
                missing = self._missing(contents)
        sent = self._send(missing)
        if not self._read_back:
            return _receipt("C-STORE status only: read-back is switched off", "none", sent)
        try:
            lost = self._missing(_as_sent(contents, sent))
        except Rejected as refusal:
            return _receipt(f"C-STORE status only: {refusal}", "none", sent)
        if lost:
            raise Unavailable(
                f"{len(lost)} of {len(contents.items)} objects were stored and are not found by C-FIND yet"
            )
        return _receipt("found by C-FIND", "c-find", sent)

    def check(self) -> None:
        """C-ECHO, and where commitment is required, whether it is offered."""
        dimse.echo(self._peer)
        if self._committing is not None:
            try:
                dimse.offers_commitment(self._peer)
            except Rejected as refusal:
                raise self._not_offered(refusal) from None

    def _commit(self, contents: Contents, how: Committing) -> Receipt:
        held = [item.sop_instance_uid for item in contents.items]
        before = how.book.standing(contents.delivery_id, held)
        if before is not None and before.stand in (Stand.COMMITTED, Stand.FAILED):
            return self._settle(before, how)
        if before is not None and before.stand is Stand.OPEN:
            waited_s = (how.book.clock() - before.requested_at).total_seconds()
            if waited_s < how.timeout_s:
                raise self._unproven(before.transaction_uid, how.timeout_s - waited_s)
        sent = self._send(contents.items) if before is None else before.sent
        uid = how.book.open(contents.delivery_id, self._peer.called_ae_title, sent)
        try:
            dimse.request_commitment(
                self._peer,
                uid,
                [(one.sop_class_uid, one.sop_instance_uid) for one in sent],
                how.book.hear,
                wait_s=how.wait_s,
                is_answered=partial(how.book.is_answered, uid),
            )
        except Rejected as refusal:
            how.book.settle(uid)
            raise self._not_offered(refusal) from None
        except Unavailable:
            how.book.settle(uid)
            raise
        after = how.book.standing(contents.delivery_id, held)
        if after is None or after.stand is Stand.OPEN:
            raise self._unproven(uid, how.timeout_s)
        return self._settle(after, how)

    def _settle(self, standing: Standing, how: Committing) -> Receipt:
        if standing.stand is Stand.COMMITTED:
            said = _receipt("storage commitment", "commitment", standing.sent)
            return {**said, "transaction_uid": standing.transaction_uid}
        how.book.settle(standing.transaction_uid)
        reasons = Counter(standing.failed.values())
        words = ", ".join(f"{count} x {_words(reason)}" for reason, count in reasons.items())
        told = f"{self._peer} does not commit to {reasons.total()} of {len(standing.sent)} objects: {words}"
        passing = _MAY_PASS if standing.failures_before + 1 >= _MOST_LOSSES else _MAY_PASS | _SEND_AGAIN
        if reasons.keys() <= passing:
            raise Unavailable(told, min(_FIRST_WAIT_S * 2**standing.failures_before, _LONGEST_WAIT_S))
        raise Rejected(told)

    def _unproven(self, awaited: str, look_again_s: float) -> Unproven:
        return Unproven(
            f"stored, and not committed to yet: {self._peer} answers on the association of the request, or calls"
            f" {self._peer.calling_ae_title}, whose host and port it must know, and whose calling_ae_titles must know it",
            look_again_s,
            awaited,
        )

    def _not_offered(self, refusal: Rejected) -> Rejected:
        return Rejected(
            f"{refusal}: storage commitment is required here; have the archive offer it to"
            f' {self._peer.calling_ae_title}, or set commitment = "off" for destination {self.name}'
        )

    def _send(self, items: Sequence[Item]) -> list[dimse.Sent]:
        return dimse.send(self._peer, [item.path for item in items], prefer=self._prefer)

    def _missing(self, contents: Contents) -> list[Item]:
        return not_found(contents, partial(dimse.find_instances, self._peer))


def _as_sent(contents: Contents, sent: Sequence[dimse.Sent]) -> Contents:
    """Return the contents by the UIDs that the peer knows them by."""
    there = {one.held_as: one.sop_instance_uid for one in sent}
    known = [
        replace(item, sop_instance_uid=there.get(item.sop_instance_uid, item.sop_instance_uid))
        for item in contents.items
    ]
    return replace(contents, items=known)


def _receipt(proof: str, proved_by: str, sent: Sequence[dimse.Sent]) -> dict[str, object]:
    """Say how we know, and what went as what."""
    objects = [
        {
            "sop_instance_uid": one.sop_instance_uid,
            "transfer_syntax": one.transfer_syntax,
            "status": f"{one.status:04X}",
            **({} if one.held_as == one.sop_instance_uid else {"compressed_with_loss_from": one.held_as}),
        }
        for one in sent
    ]
    return {"proof": proof, "proved_by": proved_by, "sent": len(sent), "objects": objects}


def _words(reason: int | None) -> str:
    if reason is None:
        return "no word of it"
    return f"{dimse.FAILURE_REASONS.get(reason, 'a reason of its own')} ({reason:04X})"
