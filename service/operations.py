"""How the service fares now: queues, destinations, what it rests on, and what waits for a person. No finding, and no name."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from audit import trail
from service.destination_settings import FolderDestination, PacsDestination
from service.destinations import Destination
from service.settings import Settings

NOT_CONFIGURED = "not configured"
_MOST_PARKED = 500


@dataclass(frozen=True, slots=True)
class Queue:
    """The jobs of one queue: due, running, and put off to a later try; ``oldest_s`` is how long the oldest due one has waited."""

    name: str
    due: int
    running: int
    later: int
    oldest_s: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a destination fares: parcels on their way, parked, and delivered of late; and the last answers of either kind."""

    name: str
    kind: str
    address: str
    unfinished: int
    parked: int
    delivered_last_hour: int
    delivered_last_day: int
    last_delivered_at: datetime | None
    last_error: str
    failing: int


@dataclass(frozen=True, slots=True)
class Foundation:
    """What the service rests on: the database and how fast it answers, the log and whether it keeps up, and who works.

    ``log_behind_s`` is the age of the oldest entry that has no place in the log yet; None: every entry has its place.
    ``workers`` are those that were heard of lately; ``reports_due`` are studies that are owed one.
    """

    database_version: str
    database_ms: float
    log_entries: int
    log_waiting: int
    log_behind_s: float | None
    workers: int
    reports_due: int
    last_received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Parked:
    """What waits for a person: an image, a report or a delivery, since when, and why in the peer's or the pipeline's own words."""

    kind: str
    id: str
    study_instance_uid: str
    destination: str
    parcel: str
    attempts: int
    since: datetime
    code: str
    reason: str
    can_retry: bool


_QUEUES = sa.text(
    """
    select queue_name, count(*) filter (where status = 'todo' and coalesce(scheduled_at, now()) <= now()) as due,
        count(*) filter (where status = 'doing') as running,
        count(*) filter (where status = 'todo' and scheduled_at > now()) as later,
        extract(epoch from now() - min(coalesce(scheduled_at, deferred_at))
            filter (where status = 'todo' and coalesce(scheduled_at, now()) <= now())) as oldest_s
    from (
        select jobs.*, (select min(at) from procrastinate_events e where e.job_id = jobs.id) as deferred_at
        from procrastinate_jobs jobs where status in ('todo', 'doing')
    ) as jobs group by queue_name order by queue_name
    """
)
# States are literal words: the planner takes a partial index only where it can see the index's own condition.
_MOVING = sa.text(
    """
    select destination, count(*) filter (where state <> 'parked') as unfinished,
        count(*) filter (where state = 'parked') as parked,
        count(*) filter (where state <> 'parked' and attempts > 0 and last_error <> '' and not is_held) as failing,
        coalesce((array_agg(last_error order by created_at desc) filter (where last_error <> '' and not is_held))[1], '') as last_error
    from (
        select *, state = 'waiting' and exists (
            select from study join restriction using (patient) where study.study_instance_uid = delivery.study_instance_uid
        ) as is_held
        from delivery where state in ('waiting', 'queued', 'sending', 'parked')
    ) as moving group by destination
    """
)
_ARRIVED = sa.text(
    """
    select name, (
        select count(*) from delivery where destination = name and state = 'delivered' and finished_at > :hour
    ) as delivered_last_hour, (
        select count(*) from delivery where destination = name and state = 'delivered' and finished_at >= :day
    ) as delivered_last_day, (
        select max(finished_at) from delivery where destination = name and state = 'delivered'
    ) as last_delivered_at
    from unnest(cast(:names as text[])) as name
    """
)
_FOUNDATION = sa.text(
    """
    select (
        select count(*) from procrastinate_workers where last_heartbeat > now() - cast(:stalled_after as interval)
    ) as workers, (
        select count(*) from study where due_at is not null
    ) as reports_due, (
        select max(received_at) from image
    ) as last_received_at, (
        select (event::jsonb ->> 'occurred_at')::timestamptz from audit.entry
        where id = (select min(entry_id) from audit.pending)
    ) as log_oldest_at
    """
)
_PARKED = sa.text(
    """
    select *, count(*) over () as total from (
        select 'image' as kind, id::text, study_instance_uid, '' as destination, '' as parcel, 0 as attempts,
            received_at as since, reason_code as code, reason, reason_code <> all(cast(:final as text[])) as can_retry
        from image where state = 'parked'
        union all
        select 'report', study_instance_uid, study_instance_uid, '', '', 0, first_seen_at, '', park_reason, true
        from study where park_reason <> ''
        union all
        select 'delivery', id::text, study_instance_uid, destination, parcel, attempts, created_at, '', last_error,
            destination = any(cast(:destinations as text[]))
        from delivery where state = 'parked'
    ) as every order by since, id limit :most
    """
)


def queues(db: Connection) -> list[Queue]:
    """Return the queues that hold jobs."""
    return [
        Queue(r.queue_name, r.due, r.running, r.later, None if r.oldest_s is None else float(r.oldest_s))
        for r in db.execute(_QUEUES)
    ]


def standings(
    db: Connection, destinations: Mapping[str, Destination], addresses: Mapping[str, str], now: datetime, day: datetime
) -> list[Standing]:
    """Return every configured destination, and those that are not configured any more and still have parcels; the day began at ``day``."""
    moving = {r.destination: r for r in db.execute(_MOVING)}
    names = list(dict.fromkeys([*destinations, *sorted(moving)]))
    times = {"names": names, "hour": now - timedelta(hours=1), "day": day}
    arrived = {r.name: r for r in db.execute(_ARRIVED, times)}
    return [
        Standing(
            name=name,
            kind=type(destinations[name]).__name__.lower() if name in destinations else NOT_CONFIGURED,
            address=addresses.get(name, ""),
            delivered_last_hour=arrived[name].delivered_last_hour,
            delivered_last_day=arrived[name].delivered_last_day,
            last_delivered_at=arrived[name].last_delivered_at,
            **_counted(moving.get(name)),
        )
        for name in names
    ]


def _counted(row: Any) -> dict[str, Any]:
    if row is None:
        return {"unfinished": 0, "parked": 0, "failing": 0, "last_error": ""}
    return {
        "unfinished": row.unfinished,
        "parked": row.parked,
        "failing": row.failing,
        "last_error": row.last_error,
    }


def addresses(settings: Settings) -> dict[str, str]:
    """Return where each destination is, as an administrator knows it; a user name or password in a URL is left out."""
    found = {}
    for place in settings.destinations:
        match place:
            case FolderDestination():
                found[place.name] = str((place.path or settings.data_dir / place.name).absolute())
            case PacsDestination():
                found[place.name] = f"{place.called_ae_title}@{place.host}:{place.port}"
            case _:
                url = place.base_url
                port = f":{url.port}" if url.port and url.port not in (80, 443) else ""
                found[place.name] = f"{url.scheme}://{url.host}{port}{url.path or ''}"
    return found


def foundation(db: Connection, now: datetime, stalled_after: timedelta) -> Foundation:
    """Return what the service rests on; a worker that was silent for ``stalled_after`` is not counted."""
    begun = time.perf_counter()
    db.execute(sa.text("select 1"))
    answered_ms = (time.perf_counter() - begun) * 1000
    row = db.execute(_FOUNDATION, {"stalled_after": stalled_after}).one()
    oldest = row.log_oldest_at
    return Foundation(
        database_version=".".join(map(str, db.dialect.server_version_info or ())),
        database_ms=answered_ms,
        log_entries=trail.size(db),
        log_waiting=trail.waiting(db),
        log_behind_s=None if oldest is None else max(0.0, (now - oldest).total_seconds()),
        workers=row.workers,
        reports_due=row.reports_due,
        last_received_at=row.last_received_at,
    )


def parked(db: Connection, final_codes: Sequence[str], destinations: Sequence[str]) -> tuple[int, list[Parked]]:
    """Return how much waits for a person, and the oldest 500 of it, oldest first.

    An image parked for one of ``final_codes`` cannot be tried again, nor a delivery to what is none of ``destinations``.
    """
    asked = {"final": list(final_codes), "destinations": list(destinations), "most": _MOST_PARKED}
    rows = db.execute(_PARKED, asked).all()
    return (rows[0].total if rows else 0), [Parked(*row[:-1]) for row in rows]
