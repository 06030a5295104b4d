"""``diafan retention``: what is past its time now, a kind a line, and what holds the rest; or lets it go at once."""

from typing import Annotated

import typer
from rich.table import Table

from service.gdpr.retention_due import Hold
from service.terminal import assembled, out

_HELD = {
    Hold.RESTRICTED: "their patients' data are restricted",
    Hold.PARKED: "something of them waits for a person",
    Hold.UNFINISHED: "something of them is not analysed or reported yet",
    Hold.ON_ITS_WAY: "a delivery is on its way",
    Hold.UNDELIVERED: "results of an image were delivered nowhere",
    Hold.ONLY_COPY: "no archive has an image that was uploaded here",
}


def retention(
    *, run: Annotated[bool, typer.Option("--run", help="Let it go now. Without, nothing is changed.")] = False
) -> None:
    """Show what is past its time: pixels, evidence, results, drafts and failed jobs. A worker lets it go by itself, every hour."""
    with assembled() as diafan:
        keeper = diafan.retention
        table = Table("what", "kept for", "due", "of studies", "quiet since")
        for due in keeper.due():
            kept = "ever" if due.days is None else f"{due.days} days"
            oldest = f"{due.oldest:%Y-%m-%d}" if due.oldest else ""
            table.add_row(due.kind.value, kept, str(due.count), str(due.studies or ""), oldest)
        out.print(table)
        for hold, studies in keeper.held().items():
            if studies:
                out.print(f"past the time of their pixels, and kept: {studies} studies, for {_HELD[hold]}")
        if not run:
            out.print("nothing was changed; --run lets go of what is due")
            return
        gone = keeper.expire()
        diafan.sequence_log()
        out.print("gone: " + (", ".join(f"{count} {kind.value}" for kind, count in gone.items() if count) or "nothing"))
