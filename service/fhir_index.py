"""The index of the FHIR API: the newest version of each resource that a report brought, and what it is found by.

What a resource says stays in the report's bundle; the index knows where. Identifiers and patients are in it as keyed hashes, so that
who searches by a value finds it, and who reads the table learns none.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from integrations.fhir_stored import SearchedBy, StoredResource, searched_by, stored_resources
from service.records import WITHHELD, Base, ReportRecord, Study
from service.store import FolderStore

log = logging.getLogger(__name__)

_AT_ONCE = 50


class FhirResource(Base):
    """One resource at its newest version. ``starts_at`` is the first moment it is about, ``ends_at`` the first after it.

    ``version`` is the report's revision; of what several studies share (patient, device) it goes up with each change.
    """

    __tablename__ = "fhir_resource"
    __table_args__ = (
        sa.Index("ix_fhir_resource_last_updated", "resource_type", "last_updated", "id"),
        # Without fastupdate: a search would read through all that waits to be filed.
        sa.Index("ix_fhir_resource_tokens", "tokens", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    resource_type: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    study_instance_uid: Mapped[str] = mapped_column(sa.ForeignKey(Study.study_instance_uid), index=True)
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey(ReportRecord.id), index=True)
    status: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    tokens: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    sha256: Mapped[str]
    last_updated: Mapped[datetime]


class UnindexedReport(Base):
    """A report of before there was an index; it goes when it is indexed."""

    __tablename__ = "fhir_unindexed"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey(ReportRecord.id), primary_key=True)


_new = insert(FhirResource)
_is_newer = sa.and_(
    FhirResource.last_updated <= _new.excluded.last_updated, FhirResource.sha256 != _new.excluded.sha256
)
_KEEP = _new.on_conflict_do_update(
    index_elements=[FhirResource.resource_type, FhirResource.id],
    set_={
        name: _new.excluded[name]
        for name in (
            "study_instance_uid", "report_id", "status", "starts_at", "ends_at", "tokens", "sha256", "last_updated",
        )
    } | {"version": sa.func.greatest(_new.excluded.version, FhirResource.version + 1)},
    where=_is_newer,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FhirIndex:
    """Writes the index; ``keyed_hash`` is that of (what it is, value)."""

    store: FolderStore
    keyed_hash: Callable[[str, str], str]

    def keep(self, db: Session, report: ReportRecord) -> None:
        """Index what ``report`` brought, in its own transaction; what was withheld is shown to nobody."""
        if not report.blob or report.status == WITHHELD:
            return
        stored = stored_resources(json.loads(self.store.read(report.blob)))
        # What did not change is not locked: a model's device is in every report.
        key = sa.tuple_(FhirResource.resource_type, FhirResource.id)
        held = sa.select(FhirResource.resource_type, FhirResource.id, FhirResource.sha256)
        same = {tuple(row) for row in db.execute(held.where(key.in_([(s.resource_type, s.id) for s in stored])))}
        rows = [(one, _digest(one)) for one in sorted(stored, key=lambda one: (one.resource_type, one.id))]
        changed = [
            self._row(report, one, digest) for one, digest in rows if (one.resource_type, one.id, digest) not in same
        ]
        if changed:
            db.connection().execute(_KEEP, changed)

    def keep_older(self, engine: sa.Engine) -> bool:
        """Index some of the reports of before there was an index, and tell whether there are more."""
        oldest = (
            sa.select(UnindexedReport, ReportRecord)
            .join(ReportRecord, ReportRecord.id == UnindexedReport.report_id)
            .order_by(ReportRecord.created_at, ReportRecord.id)
            .limit(_AT_ONCE)
            .with_for_update(of=UnindexedReport, skip_locked=True)
        )
        with Session(engine) as db, db.begin():
            waiting = db.execute(oldest).all()
            for unindexed, report in waiting:
                try:
                    self.keep(db, report)
                except (OSError, ValueError):
                    log.exception("report %s cannot be read: the FHIR API does not have it", report.id)
                db.delete(unindexed)
        return len(waiting) == _AT_ONCE

    def tokens(self, found_by: SearchedBy) -> Iterator[str]:
        """Yield what a resource is found by, hashed."""
        for name, identifiers in (("identifier", found_by.identifiers), ("patient:identifier", found_by.patients)):
            for system, value in identifiers:
                yield self.token(name, value)
                yield self.token(name, value, system)
        for name, address in found_by.references:
            yield self.token(name, address)

    def token(self, name: str, value: str, system: str | None = None) -> str:
        """Return the keyed hash of a search parameter's value, in its ``system`` ("": in none) or in any (None)."""
        return self.keyed_hash(f"fhir:{name}" if system is None else f"fhir:{name}|{system}", value)

    def _row(self, report: ReportRecord, stored: StoredResource, digest: str) -> dict[str, object]:
        found_by = searched_by(stored)
        starts_at, ends_at = found_by.span or (None, None)
        return {
            "resource_type": stored.resource_type,
            "id": stored.id,
            "version": report.revision,
            "study_instance_uid": report.study_instance_uid,
            "report_id": report.id,
            "status": found_by.status,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "tokens": sorted(set(self.tokens(found_by))),
            "sha256": digest,
            "last_updated": report.created_at.replace(microsecond=report.created_at.microsecond // 1000 * 1000),
        }


def _digest(stored: StoredResource) -> str:
    return hashlib.sha256(json.dumps(stored.content, sort_keys=True).encode()).hexdigest()
