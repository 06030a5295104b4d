"""Audit repositories: every entry of the log, as a DICOM audit message over syslog, in order, and none left out.

The log itself is the queue, and a row remembers how far a repository was told. A batch counts when the repository closed in order
(`integrations.syslog`); one that breaks is sent again whole, so that an entry may come twice, and is told by its index.
Feeding leaves no entries, for they would have to be fed, too: it would never end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from socket import gethostname
from typing import Protocol

import sqlalchemy as sa
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy.orm import Mapped, Session, mapped_column

from audit import trail
from audit.search import search
from audit.subject import Subjects
from integrations.audit_act import AuditAct, AuditSource
from integrations.audit_message import audit_message
from integrations.errors import EdgeError, Rejected, Unavailable
from integrations.syslog import Handed, SyslogSender, syslog_message
from service.audit_names import Resolver
from service.destinations import tls_of
from service.engine import Jobs, Stage, feed_queue
from service.logged_act import act_of, source_of
from service.records import Base
from service.settings import Reporting, Settings

AT_ONCE = 200
_RETRY_REJECTED_S = 300.0


class AuditFeedRecord(Base):
    """How far a repository was told: ``next_index`` is the first entry that it lacks."""

    __tablename__ = "audit_feed"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_index: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    told_at: Mapped[datetime | None]
    proof: Mapped[str] = mapped_column(default="")
    last_error: Mapped[str] = mapped_column(default="")


class Sender(Protocol):
    """Hands a batch to a repository; raises EdgeError where it was not taken."""

    def send(self, messages: Sequence[bytes]) -> Handed:
        """Return what became of the batch."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository; ``named``: it may know whom the pseudonyms stand for."""

    sender: Sender
    named: bool


@dataclass(frozen=True, slots=True)
class AuditFeeds:
    """Feeds every repository of the settings."""

    engine: sa.Engine
    jobs: Jobs
    subjects: Subjects
    reporting: Reporting
    source: AuditSource
    clock: Callable[[], datetime]
    repositories: Mapping[str, Repository]

    def wake(self) -> None:
        """See to it that each repository that lacks entries is fed; that one waits for its time already is enough."""
        if not self.repositories:
            return
        with Session(self.engine) as db:
            size = trail.size(db.connection())
            told = {feed.name: feed.next_index for feed in db.scalars(sa.select(AuditFeedRecord))}
        for name in self.repositories:
            if told.get(name, 0) >= size:
                continue
            try:
                with self.engine.begin() as db:
                    self.jobs.defer(db, Stage.FEED, queue=feed_queue(name), once=f"feed:{name}", repository=name)
            except AlreadyEnqueued:
                pass

    def feed(self, repository: str) -> None:
        """Tell a repository what it lacks, a batch at a time.

        Raises Unavailable, to be tried again later: also where the repository refuses us, for the log waits until that is mended.
        """
        if (place := self.repositories.get(repository)) is None:
            return
        while self._batch(repository, place):
            pass

    def _batch(self, name: str, place: Repository) -> bool:
        with Session(self.engine) as db, db.begin():
            feed = db.get(AuditFeedRecord, name, with_for_update=True) or AuditFeedRecord(name=name, next_index=0)
            db.add(feed)
            entries = search(db.connection(), after_index=feed.next_index - 1, limit=AT_ONCE)
            if not entries:
                return False
            messages = self._messages(db.connection(), entries, place)
            try:
                handed = place.sender.send(messages)
            except EdgeError as error:
                failed: EdgeError | None = error
                feed.last_error = str(error)
            else:
                failed = None
                feed.next_index = entries[-1].index + 1
                feed.told_at, feed.proof, feed.last_error = self.clock(), handed.proof, ""
        if isinstance(failed, Rejected):
            raise Unavailable(str(failed), _RETRY_REJECTED_S) from failed
        if failed is not None:
            raise failed
        return len(entries) == AT_ONCE

    def _messages(self, db: sa.Connection, entries: Sequence[trail.Entry], place: Repository) -> list[bytes]:
        resolver = Resolver(db, self.subjects)
        messages = []
        for entry in entries:
            act = act_of(entry)
            if place.named:
                act = _named(act, resolver, self.reporting)
            content = audit_message(act, self.source)
            messages.append(syslog_message(content, act.occurred_at, gethostname(), is_failure=act.outcome != "0"))
        return messages


def _named(act: AuditAct, resolver: Resolver, reporting: Reporting) -> AuditAct:
    if (person := resolver.person(act.patient)) is None:
        return act
    return replace(
        act,
        patient=person.patient_id,
        patient_system=reporting.system_of(person.issuer),
        study=resolver.study_uid(act.patient, act.study) or act.study,
    )


def build(
    settings: Settings, engine: sa.Engine, jobs: Jobs, subjects: Subjects, clock: Callable[[], datetime]
) -> AuditFeeds:
    """Make the feeds of the settings."""
    places = {}
    for one in settings.audit_repositories:
        tls = tls_of(one.tls)
        assert tls is not None
        places[one.name] = Repository(SyslogSender(one.host, one.port, tls), one.named)
    return AuditFeeds(engine, jobs, subjects, settings.reporting, source_of(settings), clock, places)
