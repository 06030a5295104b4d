"""From what the hospital calls patients and studies to what the log calls them, and back, for whom the log is opened to."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from audit.event import EventType
from audit.search import search
from audit.subject import NOBODY, Person, Subjects
from service.records import Study

_WHOSE = sa.select(Study.patient).where(Study.study_instance_uid == sa.bindparam("uid"))
_THEIRS = sa.select(Study.study_instance_uid).where(Study.patient == sa.bindparam("patient"))
_MOST_CHANGES = 1000


def names_of_study(db: sa.Connection, subjects: Subjects, study_instance_uid: str) -> list[str]:
    """Return every name that the log has for a study: under its patient, those whom it belonged to before, and nobody."""
    patients = [db.scalar(_WHOSE, {"uid": study_instance_uid}) or NOBODY]
    names: list[str] = []
    while patients:
        name = subjects.study(db, patients.pop(), study_instance_uid)
        if name not in names:
            names.append(name)
            patients += _others(db, name)
    nobodys = subjects.study(db, NOBODY, study_instance_uid)
    return names if nobodys in names else [*names, nobodys]


def _others(db: sa.Connection, name: str) -> list[str]:
    """Return the patients on the other side of each change of a study's patient: one image leaves two entries."""
    changed = [EventType.PATIENT_CHANGED]
    images = {e.event.get("image_id") for e in search(db, studies=[name], types=changed, limit=_MOST_CHANGES)}
    if not images:
        return []
    sides = search(db, types=changed, newest_first=True, limit=_MOST_CHANGES)
    return [
        str(e.event["patient"]) for e in sides if e.event.get("image_id") in images and e.event.get("study") != name
    ]


@dataclass(slots=True)
class Resolver:
    """Whom and what the names in entries stand for; each patient is asked once."""

    db: sa.Connection
    subjects: Subjects
    _people: dict[str, Person | None] = field(default_factory=dict)
    _studies: dict[str, dict[str, str]] = field(default_factory=dict)

    def person(self, patient: str) -> Person | None:
        """Return who a patient's pseudonym stands for; None where that was destroyed."""
        if patient not in self._people:
            self._people[patient] = self.subjects.who(self.db, patient) if patient else None
        return self._people[patient]

    def study_uid(self, patient: str, name: str) -> str:
        """Return the UID of a study that is the patient's now; "" for any other."""
        if patient not in self._studies:
            uids = self.db.scalars(_THEIRS, {"patient": patient})
            self._studies[patient] = {self.subjects.study(self.db, patient, uid): uid for uid in uids}
        return self._studies[patient].get(name, "")
