"""``diafan route``: what the rules would make of a file, and why. Nothing is sent, kept or recorded."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from integrations.errors import Unreadable
from integrations.instance import Instance, eligibility, read_instance
from models.library import Library
from service.app import library_of
from service.rules import Decision, Routed, Rules, RulesRefused, read_rules
from service.terminal import FAILED, err, mendable, out, read_settings


def route(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="DICOM files.")],
    calling: Annotated[str, typer.Option(help="AE title of the sender; `upload` for the API.")] = "upload",
    rules: Annotated[Path | None, typer.Option(help="Rules to try. Default: those of the settings.")] = None,
) -> None:
    """Say what would happen to DICOM files that CALLING sends, and why. The pixels are not looked at."""
    settings = read_settings()
    places = [place.name for place in settings.destinations]
    with mendable(RulesRefused):
        library = library_of(settings)
        known = read_rules(rules or settings.rules, places, lambda name: library.find(name).identity.digest)
    unread = 0
    for file in files:
        try:
            instance = read_instance(file)
        except Unreadable as error:
            unread += 1
            err.print(f"[red]{escape(file.name)}[/]: refused: {escape(str(error))}")
            continue
        out.print(_steps(file, Routed(instance, calling), known))
        out.print(_outcome(instance, known.decide(Routed(instance, calling)), places, library), highlight=False)
    if unread:
        raise typer.Exit(FAILED)


def _steps(file: Path, image: Routed, rules: Rules) -> Table:
    table = Table("asked", "answer", title=escape(file.name), title_justify="left")
    declined = eligibility(image.instance, ())
    table.add_row("what Diafan reads", f"[yellow]no[/]: {escape(declined.reason)}" if declined else "[green]yes[/]")
    if declined:
        return table
    for rule in rules.rule:
        misfits = rule.misfits(image)
        table.add_row(
            f"rule {escape(rule.name)}", f"no: {escape('; '.join(misfits))}" if misfits else f"[green]{rule.then}[/]"
        )
        if not misfits:
            break
    else:
        table.add_row("no rule fits" if rules.rule else "there are no rules", "[green]analyse[/]")
    return table


def _outcome(instance: Instance, decision: Decision, places: list[str], library: Library) -> str:
    if declined := eligibility(instance, ()) or decision.declined:
        return f"[yellow]declined[/], and the sender hears Success: {escape(declined.reason)}\n"
    goes_to = places if decision.destinations is None else decision.destinations
    chosen = library.by_digest(decision.model) if decision.model else None
    by = f"by {chosen.title}" if chosen else "by the model in use"
    return f"[green]analysed[/] {by}; results go to: {', '.join(goes_to) or 'nowhere'}\n"
