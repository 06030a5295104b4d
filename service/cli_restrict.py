"""``diafan gdpr restrict``, ``lift`` and ``restricted``: a patient's data are stored and nothing else, until that is lifted."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from audit.event import EventType
from service.app import Diafan
from service.gdpr.data_subjects import SubjectUndecided, subject_of
from service.gdpr.restriction import Covered, NotRestrictable
from service.gdpr.restriction_record import Ground
from service.roles import PURPOSES, PersonRole
from service.terminal import OPERATOR, assembled, mendable, out

_PatientId = Annotated[
    str,
    typer.Option(
        "--patient-id", prompt="Patient ID", help="Asked for where it is not given: a command line is seen by others."
    ),
]
_Issuer = Annotated[str | None, typer.Option(help="Issuer of the Patient ID, where several have the same.")]
_OFFICER = replace(OPERATOR, purpose=PURPOSES[PersonRole.OFFICER])
_Yes = Annotated[bool, typer.Option("--yes", help="Do it. Without, it is a dry run: nothing is changed.")]


def restrict(
    patient_id: _PatientId,
    ground: Annotated[Ground, typer.Option(help="Which of the four grounds of Art. 18(1).")],
    issuer: _Issuer = None,
    *,
    yes: _Yes = False,
) -> None:
    """Store a patient's data and do nothing else with them (Art. 18): not analysed, not shown, not sent, until that is lifted.

    Access by the patient (gdpr access) and erasure (gdpr erase) stay possible. What was sent before is elsewhere: tell them there.
    """
    with assembled() as diafan, mendable(NotRestrictable, SubjectUndecided):
        patient = _patient(diafan, patient_id, issuer)
        for line in _told(diafan.restrictions.foresee(patient)):
            out.print(line)
        if not yes:
            out.print("a dry run: nothing was changed; --yes does it")
            return
        covered = diafan.restrictions.restrict(patient, ground, _OFFICER)
        diafan.sequence_log()
        still = f"; {covered.sending} being sent just now may still arrive" if covered.sending else ""
        out.print(f"restricted: {patient} ({ground.value}){still}")


def lift(
    patient_id: _PatientId,
    informed_on: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d"], help="When the patient was told that it would be lifted (Art. 18(3))."),
    ],
    issuer: _Issuer = None,
    *,
    yes: _Yes = False,
) -> None:
    """Lift a restriction, after the patient was informed (Art. 18(3)): images are analysed, deliveries go, owed reports are made."""
    with assembled() as diafan, mendable(NotRestrictable, SubjectUndecided):
        patient = _patient(diafan, patient_id, issuer)
        restrictions = diafan.restrictions
        restrictions.expect_liftable(patient, informed_on.date())
        if not yes:
            out.print("a dry run: nothing was changed; --yes does it")
            return
        resumed = restrictions.lift(patient, informed_on.date(), _OFFICER)
        diafan.sequence_log()
        out.print(
            f"lifted: {patient}; {resumed.images} images go to their analysis, {resumed.deliveries} deliveries go on,"
            f" {resumed.reports} studies are owed a report"
        )


def restricted() -> None:
    """List whose data are restricted, by pseudonym: on which ground, and since when."""
    with assembled() as diafan:
        found = diafan.restrictions.all()
        detail: dict[str, str | int] = {"kind": "restricted", "count": len(found)}
        with diafan.engine.begin() as db:
            diafan.record(db, EventType.STUDIES_QUERIED, _OFFICER, detail=detail)
        for one in found:
            out.print(f"{one.patient}  {escape(one.ground.value)}  since {one.since:%Y-%m-%d %H:%M %Z}")
        if not found:
            out.print("nobody's data are restricted")


def _patient(diafan: Diafan, patient_id: str, issuer: str | None) -> str:
    with diafan.engine.connect() as db:
        return subject_of(db, diafan.subjects, patient_id, issuer)


def _told(covered: Covered) -> list[str]:
    """Say what is held and what stops, a sentence a line."""
    counts = f"{covered.studies} studies, {covered.images} images, {covered.results} results, {covered.reports} reports"
    lines = [
        f"held: {counts}; they stay, and nobody is shown them",
        f"images that wait for their analysis, and would not be analysed: {covered.waiting}",
        f"deliveries that have not gone, and would be held: {covered.deliveries}",
        f"reports that are owed, and would not be made: {covered.owed}",
    ]
    if covered.sending:
        lines.append(f"[yellow]deliveries that are being sent just now, and may still arrive: {covered.sending}[/]")
    return lines
