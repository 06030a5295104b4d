"""The ``diafan`` command."""

import os
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from audit.event import EventType
from integrations import dimse
from integrations.errors import EdgeError, Rejected
from models.library import verify as verify_model
from models.registry import ModelRefused
from service import app as root
from service import demo as demonstration
from service import logs, overview
from service.access import Scope
from service.app import Role
from service.cli_audit import app as audit_app
from service.cli_client_key import app as client_key_app
from service.cli_erase import erase
from service.cli_gdpr import app as gdpr_app
from service.cli_model import app as model_app
from service.cli_object import check_object
from service.cli_rectify import rectify
from service.cli_restrict import lift, restrict, restricted
from service.cli_retention import retention
from service.cli_review import app as review_app
from service.cli_route import route
from service.cli_sessions import app as sessions_app
from service.cli_withdraw import withdraw
from service.destinations import tls_of
from service.engine import run_until_signalled
from service.purpose import CODES
from service.records import DeliveryState
from service.roles import PersonRole
from service.smart_scope import SystemScope, read_system_scope
from service.terminal import (
    FAILED,
    MISUSED,
    OPERATOR,
    assembled,
    err,
    mendable,
    one_time_link,
    out,
    progress,
    read_settings,
)

app = typer.Typer(
    name="diafan",
    help="Explainable chest X-ray AI where physicians already work. It supports a physician and never replaces one.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(audit_app, name="audit")
gdpr_app.command()(erase)
gdpr_app.command()(rectify)
gdpr_app.command()(restrict)
gdpr_app.command()(lift)
gdpr_app.command()(restricted)
app.add_typer(gdpr_app, name="gdpr")
app.add_typer(model_app, name="model")
app.add_typer(review_app, name="review")
app.add_typer(client_key_app, name="client-key")
app.add_typer(sessions_app, name="sessions")
app.command()(route)
app.command("check-object")(check_object)
app.command()(withdraw)
app.command()(retention)


@app.callback()
def main(
    config: Annotated[
        Path | None, typer.Option(envvar="DIAFAN_CONFIG", exists=True, dir_okay=False, help="TOML file with settings.")
    ] = None,
) -> None:
    """Read where the settings are."""
    logs.configure("WARNING")
    if config is not None:
        os.environ["DIAFAN_CONFIG"] = str(config)


@app.command()
def serve(
    role: Annotated[list[Role] | None, typer.Option(help="Play this role only; may be repeated. Default: all.")] = None,
    log_level: Annotated[str, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")] = "INFO",
) -> None:
    """Receive, analyse, explain, deliver, and answer the API, until Ctrl-C."""
    logs.configure(log_level.upper())
    roles = role or list(Role)
    settings = read_settings()
    with mendable(root.AlreadyRunning), root.sole(settings, roles), assembled() as diafan:
        run_until_signalled(root.run(diafan, roles))


@app.command()
def demo(
    samples: Annotated[
        list[Path] | None, typer.Argument(exists=True, help="DICOM files; default: the bundled radiographs.")
    ] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the table instead of serving on.")] = False,
) -> None:
    """Serve on this machine, send the sample radiographs through a real association, and show what became of them."""
    logs.configure("WARNING")
    settings = read_settings()
    with mendable(root.AlreadyRunning), root.sole(settings, list(Role)), assembled() as diafan:
        run_until_signalled(
            root.run(
                diafan,
                list(Role),
                lambda d, ended: demonstration.show(d, samples or demonstration.bundled(), out, ended, once=once),
            )
        )


@app.command()
def send(
    files: Annotated[list[Path], typer.Argument(exists=True, help="DICOM files, or folders of them.")],
    host: Annotated[str | None, typer.Option(help="Default: the configured listener.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    called: Annotated[str | None, typer.Option(help="Called AE title.")] = None,
    calling: Annotated[str, typer.Option(help="Calling AE title.")] = "DIAFANSCU",
) -> None:
    """Send DICOM files by C-STORE, with progress."""
    settings = read_settings()
    peer = dimse.Peer(
        host or settings.dimse_host,
        port or settings.dimse_port,
        called or settings.ae_title,
        calling,
        tls=None if host else tls_of(settings.dimse_tls),
    )
    paths = [
        f
        for given in files
        for f in (sorted(p for p in given.rglob("*") if p.is_file()) if given.is_dir() else [given])
    ]
    refused: list[tuple[Path, str]] = []
    with progress() as bar:
        task = bar.add_task("sending", total=len(paths))

        def on_refused(path: Path, refusal: Rejected) -> None:
            bar.advance(task)
            refused.append((path, str(refusal)))

        try:
            dimse.send(peer, paths, lambda _path, _status: bar.advance(task), on_refused)
        except EdgeError as error:
            err.print(f"[red]{escape(str(error))}[/]")
            raise typer.Exit(FAILED) from None
    for path, why in refused:
        err.print(f"[red]{escape(path.name)}[/]: {escape(why)}")
    out.print(f"{len(paths) - len(refused)} of {len(paths)} stored")
    if refused:
        raise typer.Exit(FAILED)


@app.command()
def status(limit: Annotated[int, typer.Option(min=1, help="How many images to show.")] = 20) -> None:
    """Show images, deliveries, and what is parked for a person."""
    with assembled() as diafan:
        for what, states in overview.counts(diafan.engine).items():
            out.print(f"[bold]{what}[/]: " + (", ".join(f"{n} {s}" for s, n in sorted(states.items())) or "none"))
        out.print(overview.image_table(overview.load(diafan.engine, limit=limit)))
        out.print(overview.parked_table(diafan.engine))
        unfinished = [s for s in DeliveryState if s not in {DeliveryState.DELIVERED, DeliveryState.SUPERSEDED}]
        out.print(overview.delivery_table(diafan.engine, states=unfinished))


@app.command()
def retry(
    parked: Annotated[
        list[UUID] | None, typer.Argument(help="Deliveries or images, as `diafan status` names them.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Everything that is parked and can be tried again.")
    ] = False,
) -> None:
    """Send parked deliveries again, analyse parked images again, and (with --all) make parked reports again."""
    if not parked and not everything:
        err.print("[red]name a delivery or an image, or give --all[/]")
        raise typer.Exit(MISUSED)
    with assembled() as diafan:
        chosen = overview.parked(diafan.engine) if everything else parked or []
        done = [p for p in chosen if diafan.deliverer.retry(p, OPERATOR) or diafan.again.analyse(p, OPERATOR)]
        reports = diafan.again.report(OPERATOR) if everything else 0
        for missing in set(chosen) - set(done):
            err.print(f"[yellow]{missing}: nothing to retry[/]")
        out.print(f"{len(done) + reports} queued")
        if not everything and len(done) < len(chosen):
            raise typer.Exit(FAILED)


@app.command()
def token(
    scope: Annotated[
        list[str],
        typer.Option(help=f"May be repeated: {', '.join(Scope)}, or one of SMART for the FHIR API, as `system/*.rs`."),
    ],
    subject: Annotated[str, typer.Option(help="Who the token is for.")] = "local-operator",
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60)] = 60,
    purpose: Annotated[
        str, typer.Option(help="What it is for, a code of HL7's PurposeOfUse; default: not stated.")
    ] = "",
) -> None:
    """Print an access token of the embedded issuer (this machine only; elsewhere ask your OpenID provider)."""
    granted = [_scope(word) for word in scope]
    if purpose and purpose not in CODES:
        raise typer.BadParameter(f"no such purpose: {escape(purpose)}")
    with assembled() as diafan:
        if diafan.issuer is None:
            err.print("[red]an OpenID provider is configured: it issues the tokens, not Diafan[/]")
            raise typer.Exit(FAILED)
        with diafan.engine.begin() as db:
            diafan.record(db, EventType.TOKEN_ISSUED, OPERATOR, detail={"scope": " ".join(sorted(map(str, granted)))})
        typer.echo(diafan.issuer.token(subject, granted, lifetime_s=minutes * 60, purpose=purpose))


def _scope(word: str) -> Scope | SystemScope:
    if word in set(Scope):
        return Scope(word)
    if (of_system := read_system_scope(word)) is None:
        raise typer.BadParameter(f"no such scope: {escape(word)}")
    return of_system


@app.command("sign-in")
def sign_in(
    role: Annotated[list[PersonRole] | None, typer.Option(help="May be repeated. Default: physician.")] = None,
    name: Annotated[str, typer.Option(help="What the client calls you. It stands in no log.")] = "Local user",
) -> None:
    """Print a link that signs a person in, once and for ten minutes (this machine only; elsewhere your OpenID provider does)."""
    with assembled() as diafan:
        if diafan.links is None:
            err.print("[red]an OpenID provider is configured: people sign in there, not by a link of Diafan[/]")
            raise typer.Exit(FAILED)
        typer.echo(one_time_link(diafan, role or [PersonRole.PHYSICIAN], name))


@app.command()
def check() -> None:
    """Check the settings, the database, the model, and that every destination answers."""
    table = Table("what", "state")
    failed = False
    with assembled() as diafan:
        table.add_row("settings", f"[green]good[/]: data in {escape(str(diafan.settings.data_dir.absolute()))}")
        table.add_row("database", "[green]good[/]: schema is current")
        try:
            model = diafan.library.expect(diafan.model_in_use.identity())
            verify_model(model)
        except ModelRefused as error:
            failed = True
            table.add_row("model", f"[red]{escape(str(error))}[/]")
        else:
            table.add_row("model", f"[green]good[/]: {model.title}")
        for name, destination in diafan.destinations.items():
            try:
                destination.check()
            except EdgeError as error:
                failed = True
                table.add_row(f"destination {name}", f"[red]{escape(str(error))}[/]")
            else:
                table.add_row(f"destination {name}", "[green]answers[/]")
    out.print(table)
    if failed:
        raise typer.Exit(FAILED)


if __name__ == "__main__":
    app()
