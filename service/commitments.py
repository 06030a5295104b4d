"""The open book of storage commitment: who was asked to keep what, and what they said, whenever and wherever that arrives."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrations.dimse import CommitmentReport, Sent
from integrations.uids import derive_uid
from service.commitment_record import CommitmentRecord
from service.engine import Jobs, Stage, delivery_queue
from service.parcel import Unproven
from service.recorder import Clock
from service.records import Delivery, DeliveryState

log = logging.getLogger(__name__)


class Stand(StrEnum):
    """How a delivery stands with its archive."""

    COMMITTED = "committed"
    OPEN = "open"
    FAILED = "failed"
    NOT_ASKED = "not asked"
    """The objects are there as far as C-STORE says, and the request for commitment came to nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a delivery's newest transaction, or of the one that was kept in full.

    ``failures_before`` counts earlier transactions that failed.
    """

    stand: Stand
    transaction_uid: str
    requested_at: datetime
    sent: Sequence[Sent]
    failed: Mapping[str, int | None]
    failures_before: int


@dataclass(frozen=True, slots=True)
class Commitments:
    """Opens transactions, hears reports, and tells how a delivery stands. ``wake`` queues a delivery that waits."""

    engine: sa.Engine
    clock: Clock
    wake: Callable[[Session, Delivery], None]

    def standing(self, delivery_id: UUID, held: Collection[str]) -> Standing | None:
        """Return how a delivery of the objects ``held`` stands; None: they have to be sent. Whatever an archive kept, it kept."""
        with Session(self.engine) as db:
            mine = sa.select(CommitmentRecord).where(CommitmentRecord.delivery_id == delivery_id)
            found = db.scalars(mine.order_by(CommitmentRecord.round)).all()
        # A destination that asks for more kinds than before has not been given all.
        found = [one for one in found if {str(sent["held_as"]) for sent in one.sent} >= set(held)]
        for one in found:
            if one.answered_at is not None and not one.failed:
                return _standing(one, Stand.COMMITTED, found)
        if not found:
            return None
        newest = found[-1]
        if newest.answered_at is None:
            return _standing(newest, Stand.OPEN if newest.told_at is None else Stand.NOT_ASKED, found)
        return _standing(newest, Stand.FAILED, found) if newest.told_at is None else None

    def open(self, delivery_id: UUID, peer_ae_title: str, sent: Sequence[Sent]) -> str:
        """Begin a transaction, before the archive can hear of it, and return its UID: another one for each request (PS3.3 C.14.1.1)."""
        with Session(self.engine) as db, db.begin():
            mine = CommitmentRecord.delivery_id == delivery_id
            number = 1 + (db.scalar(sa.select(sa.func.max(CommitmentRecord.round)).where(mine)) or 0)
            uid = derive_uid("storage commitment", str(delivery_id), str(number))
            db.add(
                CommitmentRecord(
                    transaction_uid=uid,
                    delivery_id=delivery_id,
                    round=number,
                    peer_ae_title=peer_ae_title,
                    sent=[asdict(one) for one in sent],
                    requested_at=self.clock(),
                )
            )
        return uid

    def settle(self, transaction_uid: str) -> None:
        """Note that the delivery knows of this failure, so that its next try begins anew."""
        with Session(self.engine) as db, db.begin():
            db.get_one(CommitmentRecord, transaction_uid).told_at = self.clock()

    def is_answered(self, transaction_uid: str) -> bool:
        """Tell whether a report has come."""
        with Session(self.engine) as db:
            return db.get_one(CommitmentRecord, transaction_uid).answered_at is not None

    def hear(self, report: CommitmentReport) -> bool:
        """Keep a report, and wake the delivery that waits for it; False where this peer was not asked. The first report counts."""
        with Session(self.engine) as db, db.begin():
            known = db.get(CommitmentRecord, report.transaction_uid)
            if known is None or known.peer_ae_title != report.peer_ae_title:
                return False
            # The delivery first: whoever ends its try looks for a report under the same lock, so that neither misses the other.
            delivery = db.get_one(Delivery, known.delivery_id, with_for_update=True)
            db.refresh(known, with_for_update=True)
            if known.answered_at is not None:
                return True
            asked = [str(one["sop_instance_uid"]) for one in known.sent]
            known.failed = {uid: report.failed.get(uid) for uid in asked if uid not in report.committed}
            known.answered_at = self.clock()
            if delivery.state is DeliveryState.QUEUED:
                self.wake(db, delivery)
            told = {"delivery": str(delivery.id), "objects": len(asked), "failed": len(known.failed)}
        log.info("storage commitment answered", extra=told)
        return True


def look_for_proof(jobs: Jobs, db: Session, delivery: Delivery, unproven: Unproven, now: datetime) -> None:
    """Queue a look at the book for when the archive has had its time, or at once where its report came meanwhile."""
    db.flush()
    awaited = sa.select(CommitmentRecord.answered_at).where(CommitmentRecord.transaction_uid == unproven.awaited)
    wait_s = unproven.look_again_s if db.scalar(awaited) is None else 0
    jobs.defer(
        db.connection(),
        Stage.DELIVER,
        queue=delivery_queue(delivery.destination),
        lock=f"commitment:{delivery.id}",  # of its own: an archive may take until the night, and the study's next report does not
        at=now + timedelta(seconds=wait_s),
        delivery_id=str(delivery.id),
    )


def _standing(one: CommitmentRecord, stand: Stand, found: Sequence[CommitmentRecord]) -> Standing:
    sent = [Sent(**fields) for fields in one.sent]  # type: ignore[arg-type] # as `open` wrote them
    before = sum(1 for other in found if other.failed and other.round < one.round)
    return Standing(stand, one.transaction_uid, one.requested_at, sent, one.failed or {}, before)
