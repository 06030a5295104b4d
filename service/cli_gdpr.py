"""``diafan gdpr``: what a patient may ask for."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from sqlalchemy.orm import Session

from audit.event import EventType
from service.data_subjects import SubjectUndecided, subject_of
from service.sealing import NoRecipient, sealed_package
from service.subject_access import SubjectAccess
from service.terminal import OPERATOR, assembled, mendable, out

app = typer.Typer(help="What a patient may ask for (GDPR).", no_args_is_help=True)


@app.callback()
def rights() -> None:
    """Answer what a patient may ask for (GDPR)."""


@app.command()
def access(
    recipient: Annotated[
        list[str],
        typer.Option(help="Public key (age1...) of who gets the answer; may be repeated. Nobody else opens it."),
    ],
    file: Annotated[Path, typer.Option("--out", dir_okay=False, help="FILE.zip.age; written over.")],
    patient_id: Annotated[
        str,
        typer.Option(
            "--patient-id",
            prompt="Patient ID",
            help="Asked for where it is not given: a command line is seen by others.",
        ),
    ],
    issuer: Annotated[str | None, typer.Option(help="Issuer of the Patient ID, where several have the same.")] = None,
    *,
    staff: Annotated[
        bool, typer.Option("--staff", help="Name people, and not their roles only: by a decision on this request.")
    ] = False,
) -> None:
    """Answer a patient who asks what is held and what was done (Art. 15): letter, log, images and results, sealed."""
    with assembled() as diafan, mendable(SubjectUndecided, NoRecipient, OSError, LookupError):
        diafan.sequence_log()
        with diafan.engine.connect() as connection:
            patient = subject_of(connection, diafan.subjects, patient_id, issuer)
        answers = SubjectAccess(diafan.settings, diafan.store, diafan.subjects, staff=staff)
        with sealed_package(file, recipient) as package:
            # Before anything lies where somebody may take it.
            with diafan.engine.begin() as connection:
                detail: dict[str, str | int] = {"kind": "with-staff" if staff else "by-role"}
                diafan.record(connection, EventType.ACCESS_ANSWERED, OPERATOR, patient=patient, detail=detail)
            with Session(diafan.engine) as db:
                told = answers.write(db, patient, package, diafan.clock())
    out.print(
        f"{escape(str(file))}: {told.studies} studies, {told.images} images, {told.results} results, {told.reports} reports,"
        f" {told.entries} entries of the log; only its recipient opens it"
    )
