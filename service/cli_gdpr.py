"""``diafan gdpr``: what a patient may ask for, and the documents that a compliance officer needs."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from audit.trail import TrailBroken
from integrations.words import Language
from service import app as root
from service.app import Diafan
from service.gdpr.breach import Wanted, deadline
from service.gdpr.data_subjects import SubjectUndecided
from service.gdpr.notice import notice as notice_of
from service.gdpr.officer_acts import OfficerActs, assessment_of, record_of
from service.gdpr.sealing import NoRecipient, sealed_package
from service.roles import PURPOSES, PersonRole
from service.terminal import MISUSED, OPERATOR, assembled, err, mendable, out, read_settings

app = typer.Typer(help="What a patient may ask for, and an officer's documents (GDPR).", no_args_is_help=True)

_PDF = (".pdf",)
_WHEN = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
_PSEUDONYM = re.compile(r"p-[0-9a-f]{32}")
_Out = Annotated[Path, typer.Option("--out", dir_okay=False, help="FILE.pdf; written over.")]
_Words = Annotated[Language, typer.Option(help="Of the document.")]


@app.callback()
def rights() -> None:
    """Answer what a patient may ask for, and write the documents that an officer needs (GDPR)."""


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
        acts = OfficerActs(diafan, OPERATOR)
        patient = acts.whose(patient_id, issuer)
        with sealed_package(file, recipient) as package:
            told = acts.answer(patient, package, recipient, staff=staff)
    out.print(
        f"{escape(str(file))}: {told.studies} studies, {told.images} images, {told.results} results, {told.reports} reports,"
        f" {told.entries} entries of the log; only its recipient opens it"
    )


@app.command()
def notice(file: _Out, language: _Words = "en") -> None:
    """Write the notice to patients whose data come from a PACS and not from themselves (Art. 14), from the settings."""
    _suffix(file, _PDF)
    settings = read_settings()
    with mendable(OSError):
        _write(file, notice_of(settings, language, root.now()))


@app.command()
def record(
    file: Annotated[Path, typer.Option("--out", dir_okay=False, help="FILE.pdf or FILE.json; written over.")],
    language: _Words = "en",
) -> None:
    """Write the record of processing activities (Art. 30), from the settings and the model in use."""
    suffix = _suffix(file, (*_PDF, ".json"))
    with assembled() as diafan, mendable(OSError):
        made = record_of(diafan, language)
        _write(file, made.json().encode() if suffix == ".json" else made.pdf())


@app.command()
def assessment(file: _Out, language: _Words = "en") -> None:
    """Write the sheet of an impact assessment (Art. 35): what the settings say is filled in, what a person judges is empty."""
    _suffix(file, _PDF)
    with assembled() as diafan, mendable(OSError):
        _write(file, assessment_of(diafan, language).pdf())


@app.command()
def breach(
    since: Annotated[datetime, typer.Option(formats=_WHEN, help="Acts at this time or later (UTC without an offset).")],
    until: Annotated[datetime, typer.Option(formats=_WHEN, help="Acts before this time.")],
    file: Annotated[Path, typer.Option("--out", dir_okay=False, help="FILE.pdf or FILE.csv; written over.")],
    known_at: Annotated[
        datetime | None, typer.Option(formats=_WHEN, help="Since when the controller knows: the clock of 72 hours.")
    ] = None,
    agent: Annotated[str | None, typer.Option(help="Only acts of this person or system.")] = None,
    patient: Annotated[
        list[str] | None, typer.Option(help="Only acts on this patient (the pseudonym). May be repeated.")
    ] = None,
    language: _Words = "en",
    *,
    named: Annotated[bool, typer.Option("--named", help="Say whom the pseudonyms stand for.")] = False,
) -> None:
    """Write what the log says of a span, for the notification of a breach (Art. 33, 34). It is an entry of the log."""
    suffix = _suffix(file, (*_PDF, ".csv"))
    patients = list(dict.fromkeys(patient or []))
    if not all(_PSEUDONYM.fullmatch(one) for one in patients):
        _misused("--patient takes pseudonyms (p-...), as the log has them, and no Patient ID")
    wanted = Wanted(_aware(since), _aware(until), agent, patients)
    if wanted.since >= wanted.until:
        _misused("--since must be before --until")
    with assembled() as diafan, mendable(OSError):
        _sequence(diafan)
        acts = OfficerActs(diafan, replace(OPERATOR, purpose=PURPOSES[PersonRole.OFFICER]))
        made = acts.timeline(wanted, known_at and _aware(known_at), named=named)
        _write(file, "".join(made.csv()).encode() if suffix == ".csv" else made.pdf(language))
    for fault in made.verification.faults:
        err.print(f"[red]{escape(fault)}[/]")
    if made.known_at:
        out.print(f"to be notified until {deadline(made.known_at).astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def _sequence(diafan: Diafan) -> None:
    try:
        diafan.sequence_log()
    except TrailBroken as error:  # just then the timeline is needed, and it says that the log is broken
        err.print(f"[yellow]{escape(str(error))}[/]")


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _suffix(file: Path, known: tuple[str, ...]) -> str:
    if file.suffix not in known:
        _misused(f"the file's name must end with {' or '.join(known)}")
    return file.suffix


def _misused(why: str) -> None:
    err.print(f"[red]{escape(why)}[/]")
    raise typer.Exit(MISUSED)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all."""
    aside = file.with_name(f".{file.name}.part")
    try:
        aside.touch(mode=0o600)  # it may name patients
        aside.write_bytes(content)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    out.print(f"written: {escape(str(file))}")
