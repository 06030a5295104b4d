"""What the log says of a span of time, for who has to notify a breach (GDPR Art. 33 and 34): which acts, by whom, on whose data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit import trail
from audit.event import EventType, Outcome
from audit.retention import retired
from audit.search import UNFINDABLE, search, unfindable
from audit.trail import Entry
from audit.verify import verify

HOURS = 72
KIND = "breach-timeline"
NAMED = "-named"
"""How the kind of an export ends that says whom pseudonyms stand for."""
_AT_ONCE = 1000


class TooManyActs(Exception):
    """The span has more acts than fit into one answer: a shorter one does."""


class Group(StrEnum):
    """What an act was to the data."""

    SEEN = "seen"
    TAKEN = "taken"
    REFUSED = "refused"
    CHANGED = "changed"
    ADMITTED = "admitted"
    HANDLED = "handled"


_E = EventType
_GROUPS = {
    Group.SEEN: {_E.STUDY_SHOWN, _E.STUDIES_QUERIED, _E.AUDIT_READ},
    Group.TAKEN: {_E.AUDIT_EXPORTED, _E.VERDICTS_EXPORTED, _E.ACCESS_ANSWERED, _E.TRANSFER_ENDED},
    Group.REFUSED: {_E.ASSOCIATION_REFUSED, _E.INSTANCE_REFUSED, _E.SIGN_IN_REFUSED, _E.TOKEN_REFUSED, _E.ACCESS_DENIED},
    Group.CHANGED: {
        _E.CONFIGURATION_CHANGED, _E.CLIENT_KEY_CHANGED, _E.SUBJECT_KEY_CHANGED, _E.MODEL_CHANGED, _E.CLOCK_STEPPED, _E.PATIENT_CHANGED,
        _E.VERDICT_GIVEN, _E.VERDICT_AMENDED, _E.SECOND_OPINION_GIVEN, _E.STUDY_WITHDRAWN, _E.STUDY_ERASED, _E.PATIENT_ERASED,
        _E.PATIENT_RESTRICTED, _E.PATIENT_RELEASED, _E.PATIENT_RECTIFIED, _E.PIXELS_EXPIRED, _E.LOG_CONTRADICTED, _E.AUDIT_RETIRED,
    },
    Group.ADMITTED: {_E.ASSOCIATION_OPENED, _E.USER_SIGNED_IN, _E.USER_SIGNED_OUT, _E.SESSIONS_ENDED, _E.TOKEN_ISSUED},
}  # fmt: skip
_GROUP_OF = {kind.value: group for group, kinds in _GROUPS.items() for kind in kinds}
_OF_EVERYBODY = (_E.AUDIT_EXPORTED, _E.VERDICTS_EXPORTED, _E.STUDIES_QUERIED, _E.AUDIT_READ)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts: from ``since`` on and before ``until`` (both aware), of an agent, on patients by pseudonym; none: all."""

    since: datetime
    until: datetime
    agent: str | None = None
    patients: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the timeline. ``of_everybody``: it is of no single patient and may concern those asked for, too."""

    index: int
    at: str
    type: str
    group: Group
    who: str
    roles: str
    address: str
    patient: str
    study: str
    destination: str
    purpose: str
    kind: str
    count: int | None
    succeeded: bool
    of_everybody: bool

    @property
    def is_named_export(self) -> bool:
        """Tell whether entries were taken along together with whom the pseudonyms stand for."""
        return self.group is Group.TAKEN and self.kind.endswith(NAMED)


@dataclass(frozen=True, slots=True)
class Verification:
    """What the verification of the whole log says: entries, those that wait for their place, and faults (none: it is whole).

    Entries before the index ``retired`` may be gone, and rightly so.
    """

    size: int
    waiting: int
    faults: Sequence[str]
    retired: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many acts, patients and studies, and the times of the first and last act ("": none)."""

    acts: int
    patients: int
    studies: int
    first: str
    last: str


def verified(db: sa.Connection, key: Ed25519PublicKey) -> Verification:
    """Verify the whole log; must be first in its transaction (`audit.verify.verify`)."""
    faults = [str(defect) for defect in verify(db, key)]
    if count := unfindable(db):
        faults.append(UNFINDABLE.format(count=count))
    return Verification(trail.size(db), trail.waiting(db), faults, retired(db))


def acts(db: sa.Connection, wanted: Wanted, most: int | None = None) -> list[Act]:
    """Return the acts in the order of the log; where patients are asked for, with those that are of no single patient.

    Raises TooManyActs where there are more than ``most`` (None: all are taken).
    """
    found: dict[int, Act] = {}
    for patient in wanted.patients or (None,):
        for entry in _pages(db, wanted, patient, ()):
            found[entry.index] = _act(entry, of_everybody=False)
            if most is not None and len(found) > most:
                raise TooManyActs
    if wanted.patients:
        for entry in _pages(db, wanted, None, _OF_EVERYBODY):
            if "patient" not in entry.event and "study" not in entry.event and _may_concern_all(entry):
                found[entry.index] = _act(entry, of_everybody=True)
    return [found[index] for index in sorted(found)]


def tally(some: Sequence[Act]) -> Tally:
    """Count acts, and the patients and studies that they name."""
    times = sorted(act.at for act in some)
    return Tally(
        len(some),
        len({act.patient for act in some if act.patient}),
        len({act.study for act in some if act.study}),
        times[0] if times else "",
        times[-1] if times else "",
    )


def deadline(known_at: datetime) -> datetime:
    """Return until when the supervisory authority is to be told, from when the controller knew (GDPR Art. 33(1))."""
    return known_at + timedelta(hours=HOURS)


def _pages(db: sa.Connection, wanted: Wanted, patient: str | None, types: Sequence[EventType]) -> Iterator[Entry]:
    after = -1
    while page := search(
        db, after_index=after, limit=_AT_ONCE, types=types, patient=patient, agent=wanted.agent, since=wanted.since,
        until=wanted.until,
    ):  # fmt: skip
        yield from page
        after = page[-1].index


def _may_concern_all(entry: Entry) -> bool:
    """Tell whether an act of no single patient may be on any: a page of the log names patients, a verification or a checkpoint nobody."""
    detail = entry.event.get("detail", {})
    return entry.event["type"] != _E.AUDIT_READ.value or "after_index" in detail or _is_timeline(entry)


def _is_timeline(entry: Entry) -> bool:
    return str(entry.event.get("detail", {}).get("kind", "")).startswith(KIND)


def _act(entry: Entry, *, of_everybody: bool) -> Act:
    event = entry.event
    agent, detail = event.get("agent", {}), event.get("detail", {})
    succeeded = event["outcome"] == Outcome.SUCCESS.value
    group = _GROUP_OF.get(event["type"], Group.HANDLED)
    if event["type"] == _E.AUDIT_READ.value and _is_timeline(entry):
        group = Group.TAKEN
    count = detail.get("count")
    return Act(
        index=entry.index,
        at=event["occurred_at"],
        type=event["type"],
        group=group if succeeded else Group.REFUSED,
        who=agent.get("id", ""),
        roles=", ".join(agent.get("roles", [])),
        address=agent.get("address", ""),
        patient=event.get("patient", ""),
        study=event.get("study", ""),
        destination=event.get("destination", ""),
        purpose=event.get("purpose", ""),
        kind=str(detail.get("kind", "")),
        count=count if isinstance(count, int) else None,
        succeeded=succeeded,
        of_everybody=of_everybody,
    )
