"""What a resource says: read from the bundle of the report that brought its newest version, and told as that version."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrations.fhir_stored import StoredResource, stored_resources
from service.app import Diafan
from service.records import ReportRecord


class Row(Protocol):
    """A row of the index, as far as it says where a resource is."""

    resource_type: str
    id: str
    version: int
    report_id: Any
    last_updated: datetime


def contents(db: Session, diafan: Diafan, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the resources of the rows in their order; each bundle is read once."""
    rows = list(rows)
    which = sa.select(ReportRecord.id, ReportRecord.blob).where(ReportRecord.id.in_({row.report_id for row in rows}))
    held: dict[tuple[Any, str, str], StoredResource] = {}
    for report_id, blob in db.execute(which):
        bundle = json.loads(diafan.store.read(blob))
        held |= {(report_id, one.resource_type, one.id): one for one in stored_resources(bundle)}
    return [
        held[row.report_id, row.resource_type, row.id].version(row.version, row.last_updated.astimezone(UTC))
        for row in rows
    ]
