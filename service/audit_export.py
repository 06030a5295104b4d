"""What an officer takes along: entries of the log as lines that prove themselves (NDJSON), or for a spreadsheet (CSV)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit import trail
from audit.export import Signed, line, newest_checkpoint, selection, stretch
from audit.retention import retired
from audit.search import search
from audit.subject import Subjects
from service.audit_names import Resolver
from service.spreadsheet import csv_row

_AT_ONCE = 1000
_COLUMNS = (
    "index", "occurred_at", "type", "outcome", "agent_kind", "agent", "roles", "address", "client", "patient", "study", "object",
    "image", "destination", "purpose", "legal_basis", "request", "detail", "leaf_hash", "patient_id", "issuer_of_patient_id",
    "study_instance_uid",
)  # fmt: skip


class ExportFormat(StrEnum):
    """How entries are written."""

    NDJSON = "ndjson"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class AuditExport:
    """An export of the entries that ``wanted`` (arguments of `audit.trail.search`) finds; none: of all, from ``first`` on.

    With ``named`` each entry also says whom its pseudonyms stand for, beside what was hashed.
    """

    key: Ed25519PublicKey
    subjects: Subjects
    wanted: Mapping[str, Any]
    first: int = 0
    named: bool = False

    def lines(self, db: sa.Connection, form: ExportFormat) -> Iterator[str]:
        """Yield the file, line by line; "" in all where the log is empty. Raises as `audit.export.stretch` does."""
        signed = newest_checkpoint(db, self.key)
        if signed is None:
            return
        if form is ExportFormat.CSV:
            yield from self._csv(db, signed)
            return
        lines = (
            selection(db, signed, self._found(db)) if self.wanted else stretch(db, signed, max(self.first, retired(db)))
        )
        resolver = Resolver(db, self.subjects)
        for content in lines:
            yield line(content | self._names(resolver, content) if self.named and content.get("event") else content)

    def _found(self, db: sa.Connection) -> Iterator[trail.Entry]:
        after = self.first - 1
        while page := search(db, after_index=after, limit=_AT_ONCE, **self.wanted):
            yield from page
            after = page[-1].index

    def _names(self, resolver: Resolver, content: Mapping[str, Any]) -> dict[str, Any]:
        event = trail.read(content["event"])
        patient = event.get("patient", "")
        person = resolver.person(patient)
        if person is None:
            return {}
        uid = resolver.study_uid(patient, event.get("study", ""))
        who = {"issuer": person.issuer, "patient_id": person.patient_id}
        return {"named": who | ({"study_instance_uid": uid} if uid else {})}

    def _csv(self, db: sa.Connection, signed: Signed) -> Iterator[str]:
        resolver = Resolver(db, self.subjects)
        yield csv_row(_COLUMNS)
        for entry in self._found(db):
            if entry.index >= signed.size:
                return
            event, agent = entry.event, entry.event.get("agent", {})
            person = resolver.person(event.get("patient", "")) if self.named else None
            detail = "; ".join(f"{name}={value}" for name, value in sorted(event.get("detail", {}).items()))
            yield csv_row(
                (
                    entry.index, event["occurred_at"], event["type"], event["outcome"], agent.get("kind", ""), agent.get("id", ""),
                    " ".join(agent.get("roles", [])), agent.get("address", ""), agent.get("client", ""), event.get("patient", ""),
                    event.get("study", ""), event.get("object", ""), event.get("image_id", ""), event.get("destination", ""),
                    event.get("purpose", ""), event.get("legal_basis", ""), event.get("request_id", ""), detail, entry.leaf_hash,
                    person.patient_id if person else "", person.issuer if person else "",
                    resolver.study_uid(event["patient"], event.get("study", "")) if person else "",
                )
            )  # fmt: skip
