"""What every command at a terminal shares: where it writes, how it ends, and how it reads the settings."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from audit.event import Agent, EventType
from service import app as root
from service.app import Diafan
from service.roles import PersonRole, scopes_of
from service.settings import Settings

out = Console()
err = Console(stderr=True)

FAILED = 1
MISUSED = 2
OPERATOR = Agent(kind="person", id=f"os-user:{os.getuid()}", client="diafan-cli")


def read_settings() -> Settings:
    """Return the settings; a wrong one is named, and ends the command."""
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            err.print(f"[red]setting {'.'.join(map(str, problem['loc'])) or '(all)'}[/]: {escape(problem['msg'])}")
        raise typer.Exit(MISUSED) from None


@contextmanager
def mendable(*errors: type[Exception]) -> Iterator[None]:
    """Turn what an operator can mend into one line."""
    try:
        yield
    except errors as error:
        err.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(FAILED) from None


@contextmanager
def assembled() -> Iterator[Diafan]:
    """Assemble on the settings."""
    settings = read_settings()
    with mendable(*root.EXPECTED), root.assemble(settings) as diafan:
        yield diafan


def one_time_link(diafan: Diafan, roles: Sequence[PersonRole], name: str) -> str:
    """Return a link that signs in as the user of this machine; raises ValueError where an OpenID provider does that."""
    if diafan.links is None:
        raise ValueError("an OpenID provider is configured")
    with diafan.engine.begin() as db:
        code = diafan.links.make(db, OPERATOR.id, name, roles)
        scope = " ".join(sorted(scopes_of(roles)))
        diafan.record(db, EventType.TOKEN_ISSUED, OPERATOR, detail={"kind": "sign-in-link", "scope": scope})
    return f"{diafan.settings.api_url.rstrip('/')}/sign-in/link/{code}"


def progress() -> Progress:
    """Return the progress bar that every command uses."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err
    )
