"""``diafan sessions``: who is signed in, and a way to end that at once, as when a person leaves or a machine is lost."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from service.terminal import FAILED, OPERATOR, assembled, err, out

app = typer.Typer(help="People's sessions.", no_args_is_help=True)


@app.command("list")
def show() -> None:
    """Show the sessions that go on: whose, with which roles, and until when. Names stand on nobody's terminal."""
    table = Table("subject", "issuer", "roles", "idle until (UTC)", "ends (UTC)", "session")
    with assembled() as diafan:
        live = diafan.sessions.live()
    for one in live:
        who = one.principal
        roles = ", ".join(sorted(who.roles))
        until = [f"{moment:%Y-%m-%d %H:%M}" for moment in (one.idle_until, one.expires_at)]
        table.add_row(escape(who.subject), escape(who.issuer), roles, *until, who.token_id)
    out.print(table if live else "nobody is signed in")


@app.command()
def end(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="Whose, as `diafan sessions list` names them.")],
    issuer: Annotated[str, typer.Option(help="Of this issuer only; default: any.")] = "",
) -> None:
    """End all sessions of a person at once. The provider's own goes on, and they may sign in again: take their role away there."""
    with assembled() as diafan:
        ended = diafan.sessions.end_of(subject, OPERATOR, issuer)
    if not ended:
        err.print("[yellow]no such session goes on[/]")
        raise typer.Exit(FAILED)
    out.print(f"{ended} ended")
