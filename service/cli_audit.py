"""``diafan audit``: the log proved, here or elsewhere; taken along; told to witnesses; its patients' table under another key."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rich.markup import escape

from audit import trail
from audit.checkpoint import Checkpoint, NotSigned, read_note
from audit.event import EventType, Outcome
from audit.export import newest_checkpoint
from audit.keys import public_pem, read_public_pem
from audit.offline import NoExport, judge
from audit.retention import retire as retire_entries
from audit.retention import retired, sealed_before
from audit.search import UNFINDABLE, unfindable
from audit.verify import verify as verify_database
from service.app import Diafan
from service.audit_export import AuditExport, ExportFormat
from service.audit_names import names_of_study
from service.database import DatabaseNotReady, owner_engine
from service.terminal import FAILED, MISUSED, OPERATOR, assembled, err, mendable, out

_DAYS_A_YEAR = 365.25
app = typer.Typer(help="The audit log.", no_args_is_help=True)

_KEY = typer.Option(exists=True, dir_okay=False, help="The log's public key (PEM, `diafan audit public-key`).")
_KEPT = typer.Option(
    exists=True,
    dir_okay=False,
    help="Checkpoints that were kept elsewhere: a note, or a file of a witness. May be repeated.",
)


@app.command()
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="An export; none: the database of these settings."),
    ] = None,
    key: Annotated[Path | None, _KEY] = None,
    since: Annotated[list[Path] | None, _KEPT] = None,
) -> None:
    """Recompute the log and its signatures; exit 1 and say where, if anything was changed, lost, inserted or reordered.

    With a FILE and its --key nothing else is needed: no database, no settings. With --since, a cut tail, a database that was rolled
    back, and a log that was forked or signed anew are seen, too.
    """
    if file is not None:
        if key is None:
            err.print("[red]give the log's public key: --key FILE[/]")
            raise typer.Exit(MISUSED)
        with mendable(NoExport, NotSigned, OSError, UnicodeDecodeError):
            public = read_public_pem(key.read_bytes())
            kept = [one for path in since or [] for one in _kept(path, public)]
            with file.open("rb") as lines:
                found = judge(lines, public, kept)
        _tell(found.faults, found.unjudged, f"{found.count} entries of {found.size}", len(kept))
        return
    with assembled() as diafan:
        diafan.sequence_log()
        public = diafan.log_key.public_key()
        with mendable(NotSigned, OSError, UnicodeDecodeError):
            kept = [one for path in since or [] for one in _kept(path, public)]
        with diafan.engine.begin() as db:
            faults = [str(defect) for defect in verify_database(db, public)]
            size = trail.size(db)
            if count := unfindable(db):
                faults.append(UNFINDABLE.format(count=count))
            if kept and not faults:
                whole = AuditExport(public, diafan.subjects, {}).lines(db, ExportFormat.NDJSON)
                faults = judge(whole, public, kept).faults
            diafan.record(
                db,
                EventType.AUDIT_READ,
                OPERATOR,
                Outcome.SERIOUS_FAILURE if faults else Outcome.SUCCESS,
                detail={"kind": "verification", "count": size},
            )
    _tell(faults, [], f"{size} entries", len(kept))


@app.command()
def export(
    file: Annotated[Path, typer.Option("--out", dir_okay=False, help="FILE.ndjson or FILE.csv; written over.")],
    first: Annotated[int, typer.Option(min=0, help="From this entry on.")] = 0,
    patient: Annotated[str | None, typer.Option(help="Only acts on this patient (the pseudonym).")] = None,
    study: Annotated[str | None, typer.Option(help="Only acts on this study (its Study Instance UID).")] = None,
    agent: Annotated[str | None, typer.Option(help="Only acts of this person or system.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only acts at this time or later (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only acts before this time (UTC).")] = None,
    *,
    named: Annotated[bool, typer.Option("--named", help="Say whom the pseudonyms stand for.")] = False,
) -> None:
    """Write entries to a file that proves itself (.ndjson), or for a spreadsheet (.csv). It is an entry of the log."""
    try:
        form = ExportFormat(file.suffix.removeprefix("."))
    except ValueError:
        err.print("[red]the file's name must end with .ndjson or .csv[/]")
        raise typer.Exit(MISUSED) from None
    begun = file.with_name(f".{file.name}.part")
    with assembled() as diafan, mendable(OSError, ValueError):
        diafan.sequence_log()
        with diafan.engine.begin() as db:
            wanted = {
                "patient": patient,
                "studies": names_of_study(db, diafan.subjects, study) if study else None,
                "agent": agent,
                "since": since and _in_utc(since),
                "until": until and _in_utc(until),
            }
            diafan.record(
                db,
                EventType.AUDIT_EXPORTED,
                OPERATOR,
                study=study or "",
                patient=patient or "",
                detail={"kind": f"{form.value}-named" if named else form.value, "after_index": first - 1},
            )
        chosen = {name: value for name, value in wanted.items() if value}
        try:
            begun.touch(mode=0o600)  # it may name patients
            with diafan.engine.begin() as db, begun.open("w", encoding="utf-8", newline="") as written:
                lines = AuditExport(diafan.log_key.public_key(), diafan.subjects, chosen, first, named).lines(db, form)
                written.writelines(lines)
            begun.replace(file)
        finally:
            begun.unlink(missing_ok=True)
    out.print(f"written: {escape(str(file))}")


@app.command()
def checkpoint() -> None:
    """Print a signed note over every entry so far (C2SP tlog-checkpoint), to be kept elsewhere, and tell every witness."""
    with assembled() as diafan:
        diafan.sequence_log()
        with diafan.engine.begin() as db:
            signed = newest_checkpoint(db, diafan.log_key.public_key())
            if signed is None:
                err.print("[red]the log is empty[/]")
                raise typer.Exit(FAILED)
            diafan.record(db, EventType.AUDIT_READ, OPERATOR, detail={"kind": "checkpoint", "count": signed.size})
        typer.echo(signed.note, nl=False)
        failed = diafan.witnesses.tell(diafan.engine, signed, at_once=True)
        for name, why in failed.items():
            err.print(f"[red]witness {escape(name)}[/]: {escape(why)}")
        if failed:
            raise typer.Exit(FAILED)


@app.command("public-key")
def public_key() -> None:
    """Print the key that checkpoints are signed by (Ed25519, PEM): give it to whoever verifies."""
    with assembled() as diafan:
        typer.echo(public_pem(diafan.log_key.public_key()), nl=False)


@app.command("rotate-key")
def rotate_key() -> None:
    """Seal the table of patients' pseudonyms by a new key; the old one opens nothing any more."""
    with assembled() as diafan:
        count = _rotate(diafan)
        out.print(f"{count} patients sealed by a new key")


@app.command()
def retire(
    *, yes: Annotated[bool, typer.Option("--yes", help="Do it. Without, it is a dry run: nothing is changed.")] = False
) -> None:
    """Remove entries older than the settings keep them, whole sealed segments at a time; the roots stay, and the rest is as provable."""
    with (
        assembled() as diafan,
        mendable(DatabaseNotReady, ValueError),
        owner_engine(diafan.settings, diafan.database) as owner,
    ):
        diafan.sequence_log()
        years = timedelta(days=round(_DAYS_A_YEAR * diafan.settings.privacy.log_years))
        with diafan.engine.begin() as db:
            size = sealed_before(db, diafan.clock() - years)
            count = max(0, size - retired(db))
            if yes and count:
                detail: dict[str, str | int] = {"after_index": size - 1, "count": count}
                diafan.record(db, EventType.AUDIT_RETIRED, OPERATOR, detail=detail)
        if not yes:
            out.print(f"{count} entries are older than {diafan.settings.privacy.log_years} years; --yes removes them")
            return
        diafan.sequence_log()
        with owner.begin() as db:
            gone = retire_entries(db, size) if size and retired(db) >= size else 0
        out.print(f"{gone} entries removed; their roots stay")


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _rotate(diafan: Diafan) -> int:
    with diafan.engine.begin() as db:
        count = diafan.subjects.seal_anew(db)
        diafan.record(db, EventType.SUBJECT_KEY_CHANGED, OPERATOR, detail={"count": count})
    diafan.subjects.forget_old_seals()
    return count


def _kept(path: Path, key: Ed25519PublicKey) -> Iterator[Checkpoint]:
    """Read a note, or a witness's file: a JSON object a line, with a note each."""
    text = path.read_text(encoding="utf-8")
    if not text.lstrip().startswith("{"):
        yield read_note(text, key)
        return
    for line in text.splitlines():
        if line.strip():
            yield read_note(str(json.loads(line)["note"]), key)


def _tell(faults: list[str], unjudged: list[str], what: str, kept: int) -> None:
    for fault in faults:
        err.print(f"[red]{escape(fault)}[/]")
    for words in unjudged:
        err.print(f"[yellow]not judged: {escape(words)}[/]")
    if faults:
        raise typer.Exit(FAILED)
    witnessed = f", and as {kept} checkpoints kept elsewhere say" if kept else ""
    out.print(f"[green]{what}: none changed, missing or out of order{witnessed}[/]")
