"""``diafan client-key``: the keys by which Diafan names itself to the token endpoints of EHRs and archives."""

import json
from datetime import timedelta
from typing import Annotated

import typer
from rich.markup import escape

from audit.event import EventType
from audit.keys import KeyRefused
from service.client_keys import ANNOUNCED
from service.destinations import client_keys_of
from service.terminal import OPERATOR, assembled, err, mendable, out, read_settings

app = typer.Typer(help="Keys for private_key_jwt (SMART Backend Services).", no_args_is_help=True)


@app.command()
def new(
    *,
    at_once: Annotated[
        bool, typer.Option("--at-once", help="Sign with it now: the old key was seen, or its holder knows the new one.")
    ] = False,
) -> None:
    """Make the next key: it is published now, and signs after a day, so that who caches our keys knows it by then."""
    with assembled() as diafan, mendable(KeyRefused, OSError):
        keys = client_keys_of(diafan.settings)
        key = keys.make(timedelta(0) if at_once or keys.signing() is None else ANNOUNCED)
        try:
            with diafan.engine.begin() as db:
                diafan.record(db, EventType.CLIENT_KEY_CHANGED, OPERATOR, detail={"sha256": key.thumbprint})
        except BaseException:
            key.file.unlink(missing_ok=True)  # no act without its entry
            raise
        told = f"{key.kid} signs from {key.begins:%Y-%m-%d %H:%M:%S} UTC on; file {escape(str(key.file))}"
        out.print(told, soft_wrap=True)


@app.command()
def show() -> None:
    """Print the public keys as a JWKS, for whoever registers keys and fetches none; which one signs goes to the error output."""
    settings = read_settings()
    with mendable(KeyRefused, OSError):
        keys = client_keys_of(settings)
        signing = keys.signing()
        for key in keys.published():
            is_signing = signing is not None and key.file == signing.file
            state = "signs" if is_signing else f"signs from {key.begins:%Y-%m-%d %H:%M} UTC on"
            followed = signing is not None and key.begins < signing.begins
            err.print(f"{key.kid} {key.algorithm}: {'was followed' if followed else state}", soft_wrap=True)
        typer.echo(json.dumps(keys.jwks(), indent=2))
    err.print(f"published at {escape(settings.api_url.rstrip('/'))}/.well-known/client-jwks.json", soft_wrap=True)
