"""What an EHR held of a study's report when it last answered, so that the next revision writes over nothing that others changed."""

import json

import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrations.verdict import ReportStatus
from service.records import Delivery, DeliveryState, ReportRecord
from service.store import FolderStore


def held_versions(db: Session, store: FolderStore, delivery: Delivery) -> dict[str, str]:
    """Return the version of each resource by its fullUrl, as the destination told it; {} where nobody can know.

    Nobody can where a try got no answer: it may have arrived, and made versions of its own. So a repeat knows none, a person's
    "send again" among them. A withdrawal asks for none: it must arrive.
    """
    if delivery.report_id is None or delivery.attempts > 1:
        return {}
    if db.get_one(ReportRecord, delivery.report_id).status == ReportStatus.ENTERED_IN_ERROR:
        return {}
    of_study = sa.and_(
        Delivery.study_instance_uid == delivery.study_instance_uid,
        Delivery.destination == delivery.destination,
        Delivery.id != delivery.id,
        Delivery.attempts > 0,
    )
    tried = sa.select(Delivery, ReportRecord).join(ReportRecord, Delivery.report_id == ReportRecord.id).where(of_study)
    for before, report in db.execute(tried.order_by(ReportRecord.revision.desc())):
        if before.state is DeliveryState.PARKED and before.attempts == 1:
            continue  # it was refused, and changed nothing
        return _told(before, store, report) if before.state is DeliveryState.DELIVERED else {}
    return {}


def _told(delivered: Delivery, store: FolderStore, report: ReportRecord) -> dict[str, str]:
    told = (delivered.receipt or {}).get("entries")
    if not isinstance(told, list):
        return {}
    sent = json.loads(store.path(report.blob).read_bytes())["entry"]
    return {e["fullUrl"]: r["version"] for e, r in zip(sent, told, strict=True) if r["version"]}
