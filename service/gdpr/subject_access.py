"""The answer to a patient who asks what is held and what was done (GDPR Art. 15, EHDS Art. 9), sealed for its recipient.

Who prepares it sees counts and no image: letter, log, images and results go into one package that the recipient's key opens.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import EventType
from audit.search import search
from audit.subject import Person, Subjects
from audit.trail import Entry
from integrations.audit_event import audit_event
from integrations.document.letter import Grid, Heading, Letter, Text, render_letter
from integrations.words import Language
from service.act_words import ACTS
from service.gdpr.restriction_record import Restriction
from service.gdpr.retention_words import periods
from service.gdpr.subject_words import WORDS, SubjectWords, articles
from service.logged_act import act_of, source_of
from service.records import Delivery, Image, ObjectRecord, ReportRecord, Study, StudyHeader
from service.settings import Settings
from service.store import FolderStore

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class HeldStudy:
    """A study of the patient, and what is held of it."""

    study: Study
    header: StudyHeader | None
    images: Sequence[Image]
    objects: Sequence[ObjectRecord]
    reports: Sequence[ReportRecord]
    destinations: Sequence[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a package holds, as its maker may know it."""

    studies: int
    images: int
    results: int
    reports: int
    entries: int


@dataclass(frozen=True, slots=True)
class SubjectAccess:
    """Answers for one patient. With ``staff`` the letter names people and not their roles only."""

    settings: Settings
    store: FolderStore
    subjects: Subjects
    staff: bool = False

    def write(self, db: Session, patient: str, package: zipfile.ZipFile, now: datetime) -> Answer:
        """Fill the package with everything of the patient.

        Raises LookupError where the pseudonym leads to nobody.
        """
        person = self.subjects.who(db.connection(), patient)
        if person is None:
            raise LookupError("nobody is behind this pseudonym any more")
        held = list(_held(db, patient))
        entries = list(_entries(db.connection(), patient))
        restriction = db.get(Restriction, patient)
        for language in WORDS:
            package.writestr(f"answer-{language}.pdf", self.letter(language, person, held, entries, now, restriction))
        package.writestr("log.json", json.dumps(self._log(person, entries), ensure_ascii=False, indent=1))
        for number, one in enumerate(held, 1):
            self._study(package, f"study-{number}", one)
        return Answer(
            studies=len(held),
            images=sum(_has_pixels(image) for one in held for image in one.images),
            results=sum(bool(made.blob) for one in held for made in one.objects),
            reports=sum(bool(report.blob) for one in held for report in one.reports),
            entries=len(entries),
        )

    def letter(
        self,
        language: Language,
        person: Person,
        held: Sequence[HeldStudy],
        entries: Sequence[Entry],
        now: datetime,
        restriction: Restriction | None = None,
    ) -> bytes:
        """Return the letter as a PDF."""
        words, privacy = WORDS[language], self.settings.privacy
        purposes = sorted({e.event["purpose"] for e in entries if "purpose" in e.event})
        bases = sorted({e.event["legal_basis"] for e in entries if "legal_basis" in e.event})
        recipients = sorted({name for one in held for name in one.destinations})
        sources = sorted({image.source for one in held for image in one.images})
        about = words.about.format(
            date=f"{now:%Y-%m-%d}",
            patient=f"{person.patient_id} ({person.issuer})" if person.issuer else person.patient_id,
            controller=privacy.controller or words.nobody_named,
            contact=privacy.contact or words.nobody_named,
        )
        parts: list[Heading | Text | Grid] = [Text(about)]
        if restriction is not None:
            said = {
                "since": f"{restriction.since.astimezone(UTC):%Y-%m-%d %H:%M}",
                "ground": words.grounds[restriction.ground],
            }
            parts += [Heading(words.restricted), Text(words.restricted_text.format(**said))]
        for head, text in (
            (words.why, words.why_text.format(purposes=", ".join(words.purposes.get(p, p) for p in purposes) or "-", bases=", ".join(map(articles, bases)) or "-")),
            (words.which, words.which_text),
            (words.whom, words.whom_text.format(recipients=", ".join(recipients) or words.whom_none)),
            (words.whence, words.whence_text.format(sources=", ".join(sources) or "-")),
            (words.how_long, words.how_long_text.format(years=privacy.retention_years, periods=periods(self.settings.retention, language))),
            (words.decision, words.decision_text),
            (words.rights, words.rights_text),
            (words.contents, words.contents_text),
        ):  # fmt: skip
            parts += [Heading(head), Text(text)]
        parts += [Heading(words.studies), Grid(words.studies_heads, (0.12, 0.16, 0.42, 0.3), _studies(held, words))]
        if gone := _gone(held):
            parts += [Text(words.gone_text.format(what=gone))]
        rows = [self._act(entry, words, ACTS[language]) for entry in entries]
        parts += [Heading(words.acts), Text(words.acts_text)]
        parts += [Grid(words.acts_heads, (0.2, 0.28, 0.24, 0.15, 0.13), rows)]
        return render_letter(Letter(language, words.title, now, parts, words.foot))

    def _act(self, entry: Entry, words: SubjectWords, acts: Mapping[EventType, str]) -> tuple[str, ...]:
        event = entry.event
        agent = event["agent"]
        if agent["kind"] == "system":
            who = words.system.format(name=agent["id"])
        else:
            who = ", ".join(words.roles.get(role, role) for role in agent.get("roles", [])) or words.person
            who = f"{agent['id']} ({who})" if self.staff else who
        kind = next((one for one in EventType if one.value == event["type"]), None)
        purpose = event.get("purpose", "")
        return (
            event["occurred_at"][:19].replace("T", " "),
            acts[kind] if kind else event["type"],
            who,
            words.purposes.get(purpose, purpose),
            "" if event["outcome"] == "success" else words.refused,
        )

    def _log(self, person: Person, entries: Sequence[Entry]) -> dict[str, Any]:
        """Return every act as a FHIR AuditEvent in a collection, the patient by identifier; people only where staff are named."""
        source, system = source_of(self.settings), self.settings.reporting.system_of(person.issuer)
        told = []
        for entry in entries:
            act = replace(act_of(entry), patient=person.patient_id, patient_system=system)
            if act.actor.kind == "person" and not self.staff:
                role = ", ".join(act.actor.roles) or "person"
                act = replace(act, actor=replace(act.actor, id=role, issuer="", token_id="", address="", client=""))
            told.append({"resource": audit_event(act, source)})
        return {"resourceType": "Bundle", "type": "collection", "entry": told}

    def _study(self, package: zipfile.ZipFile, folder: str, one: HeldStudy) -> None:
        files = [
            (
                f"{'images' if _has_pixels(image) else 'headers'}/{image.sop_instance_uid}-{image.revision}.dcm",
                image.blob,
            )
            for image in one.images
        ]
        files += [(f"results/{record.sop_instance_uid}.dcm", record.blob) for record in one.objects]
        files += [(f"reports/revision-{report.revision}.json", report.blob) for report in one.reports]
        for name, blob in files:
            if blob:
                package.write(self.store.path(blob), f"{folder}/{name}")


def _held(db: Session, patient: str) -> Iterator[HeldStudy]:
    for study in db.scalars(sa.select(Study).where(Study.patient == patient).order_by(Study.first_seen_at)).all():
        uid = study.study_instance_uid
        images = db.scalars(sa.select(Image).where(Image.study_instance_uid == uid).order_by(Image.received_at)).all()
        reports = db.scalars(
            sa.select(ReportRecord).where(ReportRecord.study_instance_uid == uid).order_by(ReportRecord.revision)
        ).all()
        of_it = sa.or_(
            ObjectRecord.image_id.in_([image.id for image in images]),
            ObjectRecord.report_id.in_([report.id for report in reports]),
        )
        objects = db.scalars(sa.select(ObjectRecord).where(of_it).order_by(ObjectRecord.created_at)).all()
        sent = sa.select(Delivery.destination).where(Delivery.study_instance_uid == uid).distinct()
        yield HeldStudy(study, db.get(StudyHeader, uid), images, objects, reports, db.scalars(sent).all())


def _entries(db: sa.Connection, patient: str) -> Iterator[Entry]:
    """Yield what was done to the patient's data; that this very answer is prepared comes after it."""
    after = -1
    while page := search(db, patient=patient, after_index=after, limit=_AT_ONCE):
        yield from page
        after = page[-1].index


def _studies(held: Sequence[HeldStudy], words: SubjectWords) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for number, one in enumerate(held, 1):
        header = one.header
        images = sum(map(_has_pixels, one.images))
        reports = sum(bool(report.blob) for report in one.reports)
        counts = f"{images}, {sum(bool(made.blob) for made in one.objects)}, {reports}"
        date = header.study_date if header else ""
        rows.append((f"study-{number}", date, header.description if header else words.none, counts))
    return rows


def _has_pixels(image: Image) -> bool:
    """Tell whether the image itself is held, and not its header alone."""
    return bool(image.blob) and image.pixels_expired_at is None


def _gone(held: Sequence[HeldStudy]) -> str:
    """Return of which studies something is no longer kept, and since when, by the names that they have in the letter; "": of none."""
    told = []
    for number, one in enumerate(held, 1):
        days = {at.date() for image in one.images for at in (image.pixels_expired_at, image.evidence_expired_at) if at}
        days |= {made.expired_at.date() for made in one.objects if made.expired_at}
        told += [f"study-{number} ({', '.join(map(str, sorted(days)))})"] if days else []
    return ", ".join(told)
