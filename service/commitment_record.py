"""The record of what an archive was asked to keep, and of what it said: it outlives the program, as reports may come days later."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.records import Base, Delivery


class CommitmentRecord(Base):
    """One transaction of storage commitment: ``round`` counts those of a delivery.

    ``sent`` are the objects as the archive was given them (`integrations.dimse.Sent`); ``failed`` those that it does not keep, each
    with its Failure Reason, null where the report does not speak of it. ``told_at`` is when the delivery heard of a failure, or when
    the request itself came to nothing: from then on the transaction is waited for no more, and what it brings still counts.
    """

    __tablename__ = "commitment"

    transaction_uid: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey(Delivery.id), index=True)
    round: Mapped[int]
    peer_ae_title: Mapped[str]
    sent: Mapped[list[dict[str, object]]] = mapped_column(JSONB)
    requested_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    failed: Mapped[dict[str, int | None] | None] = mapped_column(JSONB)
    told_at: Mapped[datetime | None]
