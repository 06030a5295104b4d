"""Whom a request is about: the one patient that is meant, or a person decides."""

from collections.abc import Sequence

import sqlalchemy as sa

from audit.subject import Subjects


class SubjectUndecided(Exception):
    """No patient has the identifier, or several do: a person has to say who is meant. The message holds no identifier."""


class SubjectUnknown(SubjectUndecided):
    """Nobody here has the identifier."""


class SubjectAmbiguous(SubjectUndecided):
    """Several patients have the Patient ID, each from another of the ``issuers`` ("": of none)."""

    def __init__(self, issuers: Sequence[str]) -> None:
        told = ", ".join(issuer or '"" (none)' for issuer in issuers)
        super().__init__(f"patients of several issuers have this Patient ID: name one with --issuer: {told}")
        self.issuers = issuers


def subject_of(db: sa.Connection, subjects: Subjects, patient_id: str, issuer: str | None = None) -> str:
    """Return the pseudonym of the patient with that Patient ID, of an ``issuer`` ("": of none), or of any (None).

    Raises SubjectUnknown, and SubjectAmbiguous where the ID is of several patients.
    """
    if issuer is not None:
        found = subjects.find(db, issuer, patient_id)
        if found is None:
            raise SubjectUnknown("nobody with this Patient ID of this issuer is known here, or not any more")
        return found
    those = [(patient, who) for patient, who in subjects.everybody(db) if who.patient_id == patient_id.strip()]
    if not those:
        raise SubjectUnknown("nobody with this Patient ID is known here, or not any more")
    if len(those) > 1:
        raise SubjectAmbiguous(sorted(who.issuer for _, who in those))
    return those[0][0]
