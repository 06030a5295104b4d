"""``diafan review``: what physicians' verdicts are kept for."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from audit import subject
from audit.event import EventType
from service import verdict_export
from service.terminal import MISUSED, OPERATOR, assembled, err, mendable, out

app = typer.Typer(help="Physicians' verdicts.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Keep `export` a word of its own, as long as it is the only one."""


@app.command()
def export(
    file: Annotated[Path, typer.Option("--out", dir_okay=False, help="FILE.csv or FILE.ndjson; written over.")],
) -> None:
    """Write every signed verdict to a file, for evaluation: pseudonymous, a line for each label that was judged."""
    if file.suffix not in verdict_export.SUFFIXES:
        err.print(f"[red]the file's name must end with {' or '.join(verdict_export.SUFFIXES)}[/]")
        raise typer.Exit(MISUSED)
    begun = file.with_name(f".{file.stem}.part{file.suffix}")
    with assembled() as diafan, mendable(OSError):
        secret = subject.subject_secret(diafan.settings.data_dir / "keys" / "pseudonym")
        try:
            with Session(diafan.engine) as db, db.begin():
                count = verdict_export.write(begun, verdict_export.lines(db, secret))
                diafan.record(db.connection(), EventType.VERDICTS_EXPORTED, OPERATOR, detail={"count": count})
            begun.replace(file)
        finally:
            begun.unlink(missing_ok=True)
        out.print(f"{count} verdicts in {file}")
