"""``diafan gdpr erase``: destroys what is held of a patient, after saying what that does, and after everybody was told."""

from typing import Annotated

import typer
from rich.markup import escape

from integrations.errors import Unreadable
from integrations.rejection_note import RejectionReason
from service.cli_withdraw import withdrawer_of
from service.database import DatabaseNotReady, owner_engine
from service.gdpr.data_subjects import SubjectUndecided
from service.gdpr.erasure import Eraser, Holding, NotErasable
from service.gdpr.officer_acts import OfficerActs
from service.objects import NotConformant
from service.terminal import FAILED, OPERATOR, assembled, mendable, out
from service.withdraw import NotWithdrawable


def erase(
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
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without, it is a dry run: nothing is changed.")] = False,
) -> None:
    """Destroy images, results, verdicts and reports of a patient, and what leads from the log to them (Art. 17).

    Results that were sent are withdrawn first (Art. 19): archives and EHR hear of it, and the command is given again when they have.
    Refused while a duty to keep the records runs. It cannot be undone.
    """
    with (
        assembled() as diafan,
        mendable(DatabaseNotReady, SubjectUndecided, NotErasable, NotWithdrawable, NotConformant, Unreadable),
        owner_engine(diafan.settings, diafan.database) as owner,
    ):
        years = diafan.settings.privacy.retention_years
        eraser = Eraser(owner, diafan.store, diafan.subjects, diafan.record, diafan.clock, years)
        acts = OfficerActs(diafan, OPERATOR)
        patient = acts.whose(patient_id, issuer)
        held, _ = acts.held(patient)
        for line in _told(held):
            out.print(line)
        if held.kept_until is not None:
            eraser.erase(patient, OPERATOR)  # says why not
        if not yes:
            out.print("a dry run: nothing was changed; --yes does it, and it cannot be undone")
            return
        if held.told:
            withdrawer = withdrawer_of(diafan)
            places: set[str] = set()
            for study in held.told:
                places |= set(
                    withdrawer.withdraw(study, RejectionReason.RETENTION_EXPIRED, OPERATOR, erasing=True).places
                )
            names = escape(", ".join(sorted(places)))
            out.print(
                f"results withdrawn; these are told: {names or 'none'}. Give the command again when they have heard."
            )
            raise typer.Exit(FAILED)
        eraser.erase(patient, OPERATOR)
        diafan.sequence_log()
        out.print("erased; the entries of the log stay, and lead to nobody")


def _told(held: Holding) -> list[str]:
    """Say what is held, and what stands in the way, a sentence a line."""
    counts = f"{len(held.studies)} studies, {held.images} images, {held.objects} results, {held.reports} reports"
    lines = [f"held: {counts}, {held.verdicts} verdicts"]
    if held.told:
        lines.append(f"studies whose results are elsewhere, and would be withdrawn there first: {len(held.told)}")
    if held.on_their_way:
        lines.append(f"deliveries on their way: {held.on_their_way}")
    return lines
