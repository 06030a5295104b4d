"""Sessions of people: a browser holds a random secret, we hold its hash, and every request asks here what it may do."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Row

from audit.event import Agent, EventType
from service.access import Principal
from service.engine import DATABASE_AWAY
from service.recorder import Clock, Recorder
from service.roles import PersonRole, purpose_of, scopes_of
from service.secret import digest_of, new_secret, opened, sealed
from service.session_records import SessionRecord, SignInAttempt, SignInLink, UsedLogoutToken

log = logging.getLogger(__name__)

EMBEDDED_CLIENT_ID = "diafan-web"
"""What the log calls the browser of somebody whom no provider has signed in."""
_WRITE_EVERY = timedelta(minutes=1)
_SWEEP_EVERY_S = 300
_row = SessionRecord.__table__.c


class SessionEnded(Exception):
    """The browser's secret opens no session, or one that is over: ``session``, while it is still known."""

    def __init__(self, session: "Session | None") -> None:
        super().__init__("the session has ended")
        self.session = session


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs in: ``subject`` is unique at ``issuer``, ``name`` is for the screen and never for the log.

    ``sid`` is the provider's name of its own session, ``id_token`` what a sign-out at the provider needs; "" without one.
    """

    issuer: str
    subject: str
    name: str
    roles: frozenset[PersonRole]
    sid: str = ""
    id_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """One person signed in with one browser; ``idle_until`` moves on as it is used, ``expires_at`` does not."""

    id: UUID
    principal: Principal
    name: str
    expires_at: datetime
    idle_until: datetime

    def agent(self, address: str = "") -> Agent:
        """Return how the log names this person."""
        return agent_of(self.principal, address)


def agent_of(principal: Principal, address: str = "") -> Agent:
    """Return how the log names a principal."""
    return Agent(
        kind=principal.kind,
        id=principal.subject,
        client=principal.client_id,
        address=address,
        issuer=principal.issuer,
        token_id=principal.token_id,
        roles=tuple(sorted(principal.roles)),
        purpose=principal.purpose,
    )


class Sessions:
    """Begins, finds and ends sessions.

    A session ends ``idle`` after its last use and ``lifetime`` after its beginning. Its last use is written once a minute.
    """

    def __init__(
        self, engine: sa.Engine, record: Recorder, clock: Clock, client_id: str, idle: timedelta, lifetime: timedelta
    ) -> None:
        self._engine, self._record, self._clock = engine, record, clock
        self._client_id, self._idle, self._lifetime = client_id or EMBEDDED_CLIENT_ID, idle, lifetime

    def begin(self, db: Connection, person: Person, *, address: str = "", request: str = "") -> tuple[str, Session]:
        """Begin a session on ``db``; return the secret that opens it, which is nowhere else, and the session."""
        secret, now = new_secret(), self._clock()
        row = db.execute(
            sa.insert(SessionRecord)
            .values(
                id=uuid4(),
                secret_sha256=digest_of(secret),
                issuer=person.issuer,
                subject=person.subject,
                provider_sid=person.sid,
                name=person.name,
                roles=sorted(person.roles),
                id_token=sealed(secret, person.id_token) if person.id_token else None,
                created_at=now,
                last_used_at=now,
                expires_at=now + self._lifetime,
            )
            .returning(*_row)
        ).one()
        session = self._session(row)
        self._record(db, EventType.USER_SIGNED_IN, session.agent(address), request=request)
        return secret, session

    def find(self, secret: str) -> Session:
        """Return the session that ``secret`` opens; raises SessionEnded. Asking is no use of it: see `use`."""
        with self._engine.connect() as db:
            row = db.execute(sa.select(*_row).where(_row.secret_sha256 == digest_of(secret))).one_or_none()
        session = self._session(row) if row else None
        if row is None or session is None or row.ended_at or not self._is_in_time(session):
            raise SessionEnded(session)
        return session

    def use(self, session: Session) -> None:
        """Note that the session was used now."""
        now = self._clock()
        if session.idle_until - self._idle + _WRITE_EVERY <= now:
            with self._engine.begin() as db:
                mine = sa.and_(_row.id == session.id, _row.ended_at.is_(None))
                db.execute(sa.update(SessionRecord).where(mine).values(last_used_at=now))

    def is_live(self, session_id: UUID) -> bool:
        """Tell whether a session goes on; asking is no use of it."""
        with self._engine.connect() as db:
            row = db.execute(sa.select(*_row).where(_row.id == session_id, _row.ended_at.is_(None))).one_or_none()
        return row is not None and self._is_in_time(self._session(row))

    def id_token(self, secret: str) -> str:
        """Return the ID token that began the session which ``secret`` opens, "" where none is kept."""
        with self._engine.connect() as db:
            seal = db.scalar(sa.select(_row.id_token).where(_row.secret_sha256 == digest_of(secret)))
        return opened(secret, seal) if seal else ""

    def end(self, session: Session, *, everywhere: bool, address: str = "", request: str = "") -> int:
        """End a session, or all that its person has here; return how many were ended."""
        whose = session.principal
        which = sa.and_(_row.issuer == whose.issuer, _row.subject == whose.subject)
        with self._engine.begin() as db:
            return self._end(db, which if everywhere else _row.id == session.id, "sign-out", address, request)

    def end_by_provider(
        self, db: Connection, issuer: str, subject: str, sid: str, *, address: str = "", request: str = ""
    ) -> int:
        """End what the provider has ended: the session ``sid``, or all of ``subject``; return how many were ended.

        Where both are told, a session whose provider never said its sid is ended, too.
        """
        which = [_row.issuer == issuer]
        if subject:
            which.append(_row.subject == subject)
        if sid:
            which.append(_row.provider_sid.in_([sid, ""]) if subject else _row.provider_sid == sid)
        return self._end(db, sa.and_(*which), "back-channel", address, request)

    def live(self) -> list[Session]:
        """Return the sessions that go on, by subject."""
        with self._engine.connect() as db:
            rows = db.execute(sa.select(*_row).where(self._in_time()).order_by(_row.subject, _row.created_at)).all()
        return [self._session(row) for row in rows]

    def end_of(self, subject: str, by: Agent, issuer: str = "") -> int:
        """End all sessions of a subject, at any issuer unless one is named; return how many were ended.

        The log has an entry for each, and before them who did it.
        """
        which = sa.and_(_row.subject == subject, *([_row.issuer == issuer] if issuer else []))
        with self._engine.begin() as db:
            ended = db.scalar(sa.select(sa.func.count()).select_from(SessionRecord).where(which, self._in_time()))
            told: dict[str, str | int] = {"reason": "operator", "count": ended or 0}
            self._record(db, EventType.SESSIONS_ENDED, by, detail=told)
            return self._end(db, which, "operator", "", "")

    def sweep(self) -> None:
        """Remove what is over: sessions, and links, attempts and logout tokens past their time."""
        now = self._clock()
        with self._engine.begin() as db:
            for record in (SignInLink, SignInAttempt, UsedLogoutToken):
                db.execute(sa.delete(record).where(record.expires_at <= now))
            idle, late = _row.last_used_at <= now - self._idle, _row.expires_at <= now
            gone = db.execute(
                sa.delete(SessionRecord).where(sa.or_(idle, late, _row.ended_at.is_not(None))).returning(*_row)
            )
            self._tell(db, [row for row in gone if row.ended_at is None], "expired")

    def agent(self, person: Person, address: str) -> Agent:
        """Return how the log names a person who has no session."""
        return Agent(kind="person", id=person.subject, client=self._client_id, address=address, issuer=person.issuer)

    def _end(self, db: Connection, which: ColumnElement[bool], reason: str, address: str, request: str) -> int:
        ending = sa.update(SessionRecord).where(which, self._in_time()).values(ended_at=self._clock(), id_token=None)
        ended = db.execute(ending.returning(*_row)).all()
        self._tell(db, ended, reason, address, request)
        return len(ended)

    def _tell(
        self,
        db: Connection,
        ended: Sequence[Row[tuple[object, ...]]],
        reason: str,
        address: str = "",
        request: str = "",
    ) -> None:
        for row in ended:
            agent = self._session(row).agent(address)
            self._record(db, EventType.USER_SIGNED_OUT, agent, request=request, detail={"reason": reason})

    def _in_time(self) -> ColumnElement[bool]:
        now = self._clock()
        return sa.and_(_row.ended_at.is_(None), _row.last_used_at > now - self._idle, _row.expires_at > now)

    def _is_in_time(self, session: Session) -> bool:
        return self._clock() < min(session.expires_at, session.idle_until)

    def _session(self, row: Row[tuple[object, ...]]) -> Session:
        principal = Principal(
            subject=row.subject,
            kind="person",
            client_id=self._client_id,
            scopes=scopes_of(row.roles),
            roles=frozenset(row.roles),
            issuer=row.issuer,
            token_id=str(row.id),
            purpose=purpose_of(row.roles),
        )
        return Session(row.id, principal, row.name, row.expires_at, row.last_used_at + self._idle)


async def keep_swept(sessions: Sessions) -> None:
    """Sweep at once and every few minutes, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(sessions.sweep)
        except DATABASE_AWAY:
            log.warning("the database does not answer: ended sessions wait to be removed")
        await asyncio.sleep(_SWEEP_EVERY_S)
