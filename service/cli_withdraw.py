"""``diafan withdraw``: a person takes back what Diafan said of a study."""

from typing import Annotated

import typer
from rich.markup import escape

from integrations.encoding import Syntax
from integrations.errors import Unreadable
from integrations.rejection_note import RejectionReason
from service.app import Diafan
from service.destination_settings import Destination, PacsDestination
from service.objects import NotConformant
from service.terminal import OPERATOR, assembled, mendable, out
from service.withdraw import NotWithdrawable, Withdrawal, Withdrawer


def withdraw(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="Study Instance UID")],
    reason: Annotated[RejectionReason, typer.Option(help="Why: archives are told.")] = RejectionReason.PATIENT_SAFETY,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take back Diafan's results of a study: archives get a rejection note, the EHR its report as entered in error.

    It cannot be undone. Nothing is deleted, here or there.
    """
    with assembled() as diafan, mendable(NotWithdrawable, NotConformant, Unreadable):
        withdrawer = withdrawer_of(diafan)
        for line in _told(withdrawer.foresee(study)):
            out.print(line)
        if not yes:
            typer.confirm("Withdraw the results of this study? This cannot be undone.", abort=True)
        done = withdrawer.withdraw(study, reason, OPERATOR)
        out.print(f"withdrawn: {len(done.rejected)} objects, {len(done.places)} destinations to be told")


def withdrawer_of(diafan: Diafan) -> Withdrawer:
    """Return what withdraws on this installation."""
    return Withdrawer(
        engine=diafan.engine,
        store=diafan.store,
        jobs=diafan.jobs,
        record=diafan.record,
        clock=diafan.clock,
        destinations=diafan.destinations,
        index=diafan.fhir_index,
        lossy=[d.name for d in diafan.settings.destinations if _may_lose(d)],
    )


def _may_lose(destination: Destination) -> bool:
    return isinstance(destination, PacsDestination) and Syntax.JPEG_BASELINE in destination.transfer_syntaxes


def _told(would: Withdrawal) -> list[str]:
    """Say what a withdrawal would do, a sentence a line."""
    lines = [
        f"objects of Diafan that may have been sent, and would be rejected: {len(would.rejected)}",
        f"destinations that would be told: {', '.join(would.places) or 'none'}",
        f"deliveries that have not arrived, and would be stopped: {len(would.stopped)}",
    ]
    if would.waiting:
        lines.append(f"images that wait for their analysis, and would be parked: {len(would.waiting)}")
    if would.homeless:
        names = escape(", ".join(would.homeless))
        lines.append(f"[yellow]no longer configured, and to be told by other ways: {names}[/]")
    return lines
