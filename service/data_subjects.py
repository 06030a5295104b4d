"""Whom a request is about: the one patient that is meant, or a person decides."""

import sqlalchemy as sa

from audit.subject import Subjects


class SubjectUndecided(Exception):
    """No patient has the identifier, or several do: a person has to say who is meant. The message holds no identifier."""


def subject_of(db: sa.Connection, subjects: Subjects, patient_id: str, issuer: str | None = None) -> str:
    """Return the pseudonym of the patient with that Patient ID, of an ``issuer`` ("": of none), or of any (None).

    Raises SubjectUndecided, which names the issuers where the ID is of several patients.
    """
    if issuer is not None:
        found = subjects.find(db, issuer, patient_id)
        if found is None:
            raise SubjectUndecided("nobody with this Patient ID of this issuer is known here, or not any more")
        return found
    those = [(patient, who) for patient, who in subjects.everybody(db) if who.patient_id == patient_id.strip()]
    if not those:
        raise SubjectUndecided("nobody with this Patient ID is known here, or not any more")
    if len(those) > 1:
        issuers = ", ".join(sorted(who.issuer or '"" (none)' for _, who in those))
        raise SubjectUndecided(f"patients of several issuers have this Patient ID: name one with --issuer: {issuers}")
    return those[0][0]
