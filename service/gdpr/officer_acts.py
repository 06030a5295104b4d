"""What an officer does for the rights of persons, each act with its entry in the log: the same at a terminal and over HTTP."""

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from audit.event import Agent, EventType
from integrations.words import Language
from service.app import Diafan
from service.audit_names import Resolver
from service.gdpr.assessment import Assessment
from service.gdpr.breach import KIND, NAMED, Wanted, acts, verified
from service.gdpr.breach_letter import BreachTimeline
from service.gdpr.data_subjects import SubjectAmbiguous, SubjectUndecided, SubjectUnknown, subject_of
from service.gdpr.erasure import Eraser, Holding
from service.gdpr.held_of_patient import Told, told_of
from service.gdpr.processing_record import Record
from service.gdpr.rectification import Choice, Rectifier
from service.gdpr.restriction import Covered, Standing
from service.gdpr.subject_access import Answer, SubjectAccess

HELD = "held"
"""The kind of the entry that says: somebody asked what is held of a patient."""
_PSEUDONYM = "pseudonym"


@dataclass(frozen=True, slots=True)
class OfficerActs:
    """Acts of one ``agent``, by the ``request`` of that number ("": at a terminal)."""

    diafan: Diafan
    agent: Agent
    request: str = ""

    def whose(self, patient_id: str, issuer: str | None) -> str:
        """Return the pseudonym of the patient who is meant; that somebody asked in vain is an entry.

        Raises SubjectUnknown, SubjectAmbiguous.
        """
        try:
            with self.diafan.engine.connect() as db:
                return subject_of(db, self.diafan.subjects, patient_id, issuer)
        except SubjectUndecided as undecided:
            count = len(undecided.issuers) if isinstance(undecided, SubjectAmbiguous) else 0
            self._record(EventType.AUDIT_READ, detail={"kind": _PSEUDONYM, "count": count})
            raise

    def answer(self, patient: str, package: zipfile.ZipFile, recipients: Sequence[str], *, staff: bool) -> Answer:
        """Fill the package for a patient who asks (Art. 15), the entry first: before anything lies where somebody may take it.

        The entry has the digest of the ``recipients``' keys, in order and a line each: to whom it was sealed can be asked later.

        Raises SubjectUnknown where the pseudonym leads to nobody; then there is no entry.
        """
        with self.diafan.engine.connect() as db:
            if self.diafan.subjects.who(db, patient) is None:
                raise SubjectUnknown("nobody is behind this pseudonym, or not any more")
        sealed_to = hashlib.sha256("\n".join(sorted(recipients)).encode()).hexdigest()
        kind = "with-staff" if staff else "by-role"
        self._record(EventType.ACCESS_ANSWERED, patient, {"kind": kind, "sha256": sealed_to})
        answers = SubjectAccess(self.diafan.settings, self.diafan.store, self.diafan.subjects, staff=staff)
        with Session(self.diafan.engine) as db:
            return answers.write(db, patient, package, self.diafan.clock())

    def held(self, patient: str) -> tuple[Holding, Sequence[Told]]:
        """Return what is held of a patient, and who was told of it (Art. 17, 19). It takes the service's own role, and changes nothing."""
        diafan = self.diafan
        years = diafan.settings.privacy.retention_years
        eraser = Eraser(diafan.engine, diafan.store, diafan.subjects, diafan.record, diafan.clock, years)
        holding = eraser.holding(patient)
        with diafan.engine.connect() as db:
            told = told_of(db, patient, diafan.destinations)
        self._record(EventType.AUDIT_READ, patient, {"kind": HELD, "count": len(holding.studies)})
        return holding, told

    def restriction(self, patient: str) -> tuple[Standing | None, Covered] | None:
        """Return the restriction that stands, if any, and what it covers or would cover (Art. 18); None: nobody is behind the pseudonym."""
        with self.diafan.engine.connect() as db:
            if self.diafan.subjects.who(db, patient) is None:
                return None
        restrictions = self.diafan.restrictions
        found = restrictions.of(patient), restrictions.foresee(patient)
        self._record(EventType.AUDIT_READ, patient, {"kind": HELD, "count": found[1].studies})
        return found

    def rectifiable(self, patient: str) -> list[Choice]:
        """Return the studies of a patient that may be corrected (Art. 16). Raises NotRectifiable: nobody is behind the pseudonym."""
        choices = rectifier_of(self.diafan).choices(patient)
        self._record(EventType.AUDIT_READ, patient, {"kind": HELD, "count": len(choices)})
        return choices

    def timeline(
        self, wanted: Wanted, known_at: datetime | None, *, named: bool, most: int | None = None
    ) -> BreachTimeline:
        """Return what the log says of a span (Art. 33); with ``named`` it says whom the pseudonyms stand for.

        Raises TooManyActs where there are more than ``most``.
        """
        diafan = self.diafan
        with diafan.engine.begin() as db:
            verification = verified(db, diafan.log_key.public_key())
            found = acts(db, wanted, most)
            names = {}
            if named:
                resolver = Resolver(db, diafan.subjects)
                for one in {*wanted.patients, *(act.patient for act in found)} - {""}:
                    if person := resolver.person(one):
                        names[one] = f"{person.patient_id} ({person.issuer})" if person.issuer else person.patient_id
            # Before anything lies where somebody may take it.
            detail: dict[str, str | int] = {"kind": KIND + NAMED if named else KIND, "count": len(found)}
            for patient in wanted.patients or [""]:
                diafan.record(
                    db, EventType.AUDIT_READ, self.agent, patient=patient, request=self.request, detail=detail
                )
        return BreachTimeline(diafan.settings, wanted, found, verification, known_at, names, diafan.clock())

    def _record(self, kind: EventType, patient: str = "", detail: dict[str, str | int] | None = None) -> None:
        with self.diafan.engine.begin() as db:
            self.diafan.record(db, kind, self.agent, patient=patient, request=self.request, detail=detail)


def rectifier_of(diafan: Diafan) -> Rectifier:
    """Return what corrects on this installation."""
    return Rectifier(
        engine=diafan.engine,
        store=diafan.store,
        acceptor=diafan.acceptor,
        subjects=diafan.subjects,
        record=diafan.record,
        clock=diafan.clock,
        destinations=diafan.destinations,
        system=diafan.settings.ae_title,
    )


def record_of(diafan: Diafan, language: Language) -> Record:
    """Return the record of processing of this installation (Art. 30)."""
    return Record(diafan.settings, diafan.model_in_use.identity(), _by_rule(diafan), language, diafan.clock())


def assessment_of(diafan: Diafan, language: Language) -> Assessment:
    """Return the sheet of the impact assessment of this installation (Art. 35)."""
    return Assessment(diafan.settings, diafan.model_in_use.identity(), _by_rule(diafan), language, diafan.clock())


def _by_rule(diafan: Diafan) -> list[str]:
    return sorted(diafan.acceptor.rules.models)
