"""``diafan gdpr rectify``: corrects what images say of a patient, after saying what that does and who will hear of it."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from integrations.correction import Unfit
from integrations.dimse import NoRoom
from integrations.errors import Unreadable
from integrations.original_attributes import Attribute, Reason
from service.gdpr.data_subjects import SubjectUndecided
from service.gdpr.officer_acts import OfficerActs, rectifier_of
from service.gdpr.rectification import Choice, NotRectifiable, Rectification
from service.terminal import MISUSED, OPERATOR, assembled, err, mendable, out

_PROMPTS = {
    Attribute.NAME: "Name, as Family^Given",
    Attribute.BIRTH_DATE: "Birth date, as YYYY-MM-DD",
    Attribute.SEX: "Sex: M, F or O",
    Attribute.PATIENT_ID: "Patient ID that is right",
    Attribute.ISSUER: "Issuer of the Patient ID that is right",
    Attribute.ACCESSION: "Accession number",
}


def rectify(
    attribute: Annotated[
        list[Attribute],
        typer.Option(
            help="What is wrong; may be repeated. What is right is asked for: a command line is seen by others."
        ),
    ],
    patient_id: Annotated[
        str,
        typer.Option(
            "--patient-id",
            prompt="Patient ID, as it is held here now",
            help="Asked for where it is not given: a command line is seen by others.",
        ),
    ],
    issuer: Annotated[str | None, typer.Option(help="Issuer of the Patient ID, where several have the same.")] = None,
    reason: Annotated[
        Reason,
        typer.Option(
            help="CORRECT: it was wrong, and physicians are shown that it was corrected. COERCE: it is fitted to another index."
        ),
    ] = Reason.CORRECT,
    *,
    one_study: Annotated[bool, typer.Option("--one-study", help="Of one study only: asks which.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without, it is a dry run: nothing is changed.")] = False,
) -> None:
    """Correct what images say of a patient (Art. 16), where the archive does not send them again corrected: do that first.

    Each image comes in again as a new revision; results and reports are made anew, and everybody who was told hears of it (Art. 19).
    Findings are no matter of this command: a physician amends them, or `diafan withdraw` takes them back.
    """
    with assembled() as diafan, mendable(SubjectUndecided, NotRectifiable, Unfit, Unreadable, NoRoom):
        rectifier = rectifier_of(diafan)
        patient = OfficerActs(diafan, OPERATOR).whose(patient_id, issuer)
        studies = [_chosen(rectifier.choices(patient))] if one_study else None
        wanted = rectifier.checked({one: typer.prompt(_PROMPTS[one]) for one in dict.fromkeys(attribute)}, reason)
        for line in _told(rectifier.foresee(patient, wanted, OPERATOR, studies)):
            out.print(line)
        if not yes:
            out.print("a dry run: nothing was changed; --yes does it")
            return
        done = rectifier.rectify(patient, wanted, OPERATOR, studies)
        diafan.sequence_log()
        out.print(f"corrected: {done.images} images; results, reports and deliveries follow")
        if done.declined:
            out.print(f"[yellow]turned away by the rules of today, and not corrected: {done.declined} images[/]")
        if done.undone:
            out.print(
                f"[yellow]changed or gone meanwhile, and not corrected: {done.undone} images; give the command again[/]"
            )


def _chosen(choices: Sequence[Choice]) -> str:
    for number, one in enumerate(choices, 1):
        told = f"{one.date or 'no date'}, {one.description or 'no description'}, {one.images} images"
        out.print(f"{number}: {escape(told)}")
    chosen: int = typer.prompt("Number of the study", type=int)
    if not 1 <= chosen <= len(choices):
        err.print("[red]there is no study of that number[/]")
        raise typer.Exit(MISUSED)
    return choices[chosen - 1].study_instance_uid


def _told(would: Rectification) -> list[str]:
    """Say what a correction would do, and what it leaves as it is, a sentence a line."""
    lines = [
        f"to be corrected: {would.images} images of {len(would.studies)} studies",
        f"made anew: {would.results} results, reports of {would.reports} studies",
        f"these are told: {escape(', '.join(would.places)) or 'none'}",
    ]
    if would.joins:
        lines.append(
            "[yellow]the new identifier is that of a patient known here: the studies come under that patient[/]"
        )
    if would.signed:
        lines.append(
            f"[yellow]signed by a physician: {would.signed} studies. The EHR hears of it when a physician has amended the report[/]"
        )
    if would.homeless:
        names = escape(", ".join(would.homeless))
        lines.append(f"[yellow]no longer configured, and to be told by other ways: {names}[/]")
    left = {
        "say so already": would.right,
        "of another patient": would.others,
        "pixels not held: have the archive send them again": would.not_held,
        "with text in another character set than they say: have the archive send them corrected": would.undecodable,
        "of studies whose results were withdrawn": would.withdrawn,
    }
    lines += [f"left as they are, {why}: {count} images" for why, count in left.items() if count]
    return lines
