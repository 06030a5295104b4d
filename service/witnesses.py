"""Witnesses: checkpoints told to somebody else, so that who rewrites the log has to rewrite their memory, too."""

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from socket import gethostname
from typing import Protocol

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.dialects.postgresql import insert

from audit import proof, trail
from audit.checkpoint import Checkpoint, NotSigned, read_note
from audit.event import timestamp
from audit.export import Signed
from audit.retention import retired
from integrations.errors import EdgeError
from integrations.log_witness import LogWitness
from integrations.mail import MailServer
from integrations.syslog import SyslogSender, syslog_message
from service import witness_settings as settings
from service.destinations import tls_of

log = logging.getLogger(__name__)

_LOCK = 0x0D1A_FA42


class Place(Protocol):
    """Where a checkpoint is told: raises EdgeError or OSError where it was not."""

    def tell(self, signed: Signed, known: int, at: datetime, consistency: Callable[[int], Sequence[bytes]]) -> None:
        """Tell a checkpoint; ``known`` is how many entries were told of last."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Every witness of the settings, by name, and how often each is told."""

    places: Mapping[str, tuple[Place, timedelta]]
    clock: Callable[[], datetime]
    _next: dict[str, datetime] = field(default_factory=dict)

    def are_due(self) -> bool:
        """Tell whether any may want the newest checkpoint; it asks no database."""
        now = self.clock()
        return any(self._next.get(name, now) <= now for name in self.places)

    def tell(self, engine: sa.Engine, signed: Signed, *, at_once: bool = False) -> dict[str, str]:
        """Tell who is due (or everybody) the checkpoint; return why it failed, by name. One program does it at a time."""
        failed = {}
        for name, (place, every) in self.places.items():
            now = self.clock()
            if not at_once and self._next.get(name, now) > now:
                continue
            self._next[name] = now + every
            with engine.begin() as db:
                if not db.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))):
                    continue
                known = db.execute(sa.select(trail.witnessed).where(trail.witnessed.c.witness == name)).one_or_none()
                if known is not None and known.size >= signed.size:
                    continue
                try:
                    place.tell(
                        signed, known.size if known else 0, now, lambda old: proof.consistency(db, old, signed.size)
                    )
                except (EdgeError, OSError, LookupError) as error:
                    failed[name] = str(error) if isinstance(error, EdgeError) else type(error).__name__
                    log.error("witness %s was not told of the log: %s", name, failed[name])  # noqa: TRY400
                    continue
                told = insert(trail.witnessed).values(witness=name, size=signed.size, at=now)
                columns = {"size": told.excluded.size, "at": told.excluded.at}
                db.execute(told.on_conflict_do_update(index_elements=[trail.witnessed.c.witness], set_=columns))
        return failed

    def contradictions(self, db: sa.Connection, key: Ed25519PublicKey) -> list[str]:
        """Compare the log with the newest checkpoint in each file; return what does not fit, in words."""
        found = []
        for name, (place, _) in self.places.items():
            if isinstance(place, _File) and (kept := place.newest(key)) is not None:
                found += [f"witness {name}: {why}" for why in _contradiction(db, kept)]
        return found


def _contradiction(db: sa.Connection, kept: Checkpoint) -> Iterator[str]:
    size = trail.size(db)
    if kept.size > size:
        yield f"it was told of {kept.size} entries, and the log has {size}: its tail was cut, or the database was rolled back"
        return
    if _root(db, kept.size) != kept.root:
        yield f"the first {kept.size} entries are not those that it was told of"


def _root(db: sa.Connection, size: int) -> bytes:
    """Return the root over the first entries; of those that were retired, as their checkpoint says it."""
    try:
        return proof.Tree(db).root_of(0, size)
    except LookupError:
        body = db.scalar(sa.select(trail.checkpoint.c.body).where(trail.checkpoint.c.size == size))
        return Checkpoint.parse(body).root if body is not None and size <= retired(db) else b""


def build(witnesses: Sequence[settings.Witness], data_dir: Path, clock: Callable[[], datetime]) -> Witnesses:
    """Make the witnesses of the settings."""
    return Witnesses({w.name: (_place(w, data_dir), timedelta(seconds=w.every_s)) for w in witnesses}, clock)


def _place(told: settings.Witness, data_dir: Path) -> Place:
    match told:
        case settings.FileWitness():
            return _File(told.path or data_dir / "witness.ndjson")
        case settings.SyslogWitness():
            tls = tls_of(told.tls)
            assert tls is not None
            return _Syslog(SyslogSender(told.host, told.port, tls))
        case settings.MailWitness():
            password = told.password.get_secret_value()
            return _Mail(
                MailServer(told.host, told.port, told.username, password, told.ca), told.sender, told.recipients
            )
        case settings.LogWitness():
            return _Log(LogWitness(str(told.url), told.verifier_key, told.ca))


@dataclass(frozen=True, slots=True)
class _File:
    path: Path

    def tell(self, signed: Signed, known: int, at: datetime, consistency: Callable[[int], Sequence[bytes]]) -> None:  # noqa: ARG002 - a file asks for no proof
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"told_at": timestamp(at), "size": signed.size, "note": signed.note}, ensure_ascii=False)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())

    def newest(self, key: Ed25519PublicKey) -> Checkpoint | None:
        """Return the last checkpoint in the file that is ours; a line that was cut by a crash is passed over."""
        if not self.path.exists():
            return None
        for line in reversed(self.path.read_text(encoding="utf-8").splitlines()):
            try:
                return read_note(str(json.loads(line)["note"]), key)
            except (NotSigned, ValueError, KeyError, TypeError):
                continue
        return None


@dataclass(frozen=True, slots=True)
class _Syslog:
    sender: SyslogSender

    def tell(self, signed: Signed, known: int, at: datetime, consistency: Callable[[int], Sequence[bytes]]) -> None:  # noqa: ARG002 - as a file
        content = json.dumps({"size": signed.size, "note": signed.note}, ensure_ascii=False).encode()
        self.sender.send([syslog_message(content, at, gethostname(), message_id="checkpoint")])


@dataclass(frozen=True, slots=True)
class _Mail:
    server: MailServer
    sender: str
    recipients: tuple[str, ...]

    def tell(self, signed: Signed, known: int, at: datetime, consistency: Callable[[int], Sequence[bytes]]) -> None:  # noqa: ARG002 - as a file
        subject = f"Diafan: checkpoint over {signed.size} entries of the audit log"
        self.server.send(self.sender, self.recipients, subject, signed.note)


@dataclass(frozen=True, slots=True)
class _Log:
    witness: LogWitness

    def tell(self, signed: Signed, known: int, at: datetime, consistency: Callable[[int], Sequence[bytes]]) -> None:  # noqa: ARG002 - it has a clock of its own
        self.witness.add_checkpoint(signed.note, signed.size, known, consistency)
