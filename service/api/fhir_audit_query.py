"""A search among the AuditEvents: what of it the log itself is asked for, and what is looked for in what it gives.

The log is in the order of its index, and only grows: every page is the search and the index that the page before ended at.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from audit import trail
from audit.event import EventType, Outcome
from audit.search import search
from integrations.audit_act import AuditSource
from integrations.audit_event import audit_event
from integrations.audit_patterns import PATTERNS, Interaction, Pattern
from service.api.fhir_access import AUDIT_EVENT
from service.api.fhir_query import Prefix, Span
from service.logged_act import act_of

_BATCH, _READ_MAX = 250, 5_000
_OUTCOMES = {outcome.code: outcome for outcome in Outcome}

Token = tuple[str | None, str]
"""(system, code); a system of None is any, "" is none."""


class AuditSearch(BaseModel):
    """What is searched for. Each list of alternatives must fit; ``after_index`` is where the page before ended.

    ``patient`` and ``studies`` are pseudonyms, ``agent`` is the id of who acted. ``used`` are the parameters as a link may tell them.
    """

    model_config = ConfigDict(frozen=True)

    resource_type: str = AUDIT_EVENT
    ids: tuple[tuple[str, ...], ...] = ()
    actions: tuple[tuple[str, ...], ...] = ()
    outcomes: tuple[tuple[str, ...], ...] = ()
    types: tuple[tuple[Token, ...], ...] = ()
    subtypes: tuple[tuple[Token, ...], ...] = ()
    moments: tuple[Span, ...] = ()
    patient: str | None = None
    study: str | None = None
    agent: str | None = None
    count: int
    used: tuple[tuple[str, str], ...] = ()
    after_index: int = -1

    def page(self, db: sa.Connection, source: AuditSource) -> tuple[list[dict[str, Any]], int | None]:
        """Return the AuditEvents of a page, and the index after which the next one begins; None: there is no more now.

        A page may hold fewer than ``count`` where few of many entries fit: the next one goes on from there.
        """
        found: list[dict[str, Any]] = []
        last = self.after_index
        kinds = self._kinds()
        if not kinds:
            return [], None
        for number, entry in enumerate(self._entries(db, kinds)):
            if len(found) == self.count or number == _READ_MAX:
                return found, last
            last = entry.index
            event = told(entry, source)
            if self._fits(event):
                found.append(event)
        return found, None

    def _entries(self, db: sa.Connection, kinds: list[EventType]) -> Iterator[trail.Entry]:
        since = max((first for span in self.moments if (first := _since(span))), default=None)
        until = min((end for span in self.moments if (end := _until(span))), default=None)
        known = [_OUTCOMES[code] for each in self.outcomes for code in each if code in _OUTCOMES]
        after = self.after_index
        while True:
            batch = search(
                db,
                after_index=after,
                limit=_BATCH,
                types=kinds if len(kinds) < len(EventType) else (),
                studies=(self.study,) if self.study else (),
                patient=self.patient,
                agent=self.agent,
                outcome=known[0] if len(known) == 1 else None,
                since=since,
                until=until,
            )
            yield from batch
            if len(batch) < _BATCH:
                return
            after = batch[-1].index

    def _kinds(self) -> list[EventType]:
        """Return the types of act that may fit: what is not among them need not be read."""
        return [
            kind
            for kind in EventType
            if all(kind.action in each for each in self.actions)
            and all(_any(each, _types_of(kind)) for each in self.types)
            and all(_any(each, _subtypes_of(kind)) for each in self.subtypes)
        ]

    def _fits(self, event: dict[str, Any]) -> bool:
        own = [(event["type"]["system"], event["type"]["code"])]
        sub = [(one["system"], one["code"]) for one in event["subtype"]]
        return (
            all(event["id"] in each for each in self.ids)
            and all(event["action"] in each for each in self.actions)
            and all(event["outcome"] in each for each in self.outcomes)
            and all(_any(each, own) for each in self.types)
            and all(_any(each, sub) for each in self.subtypes)
        )


def told(entry: trail.Entry, source: AuditSource) -> dict[str, Any]:
    """Return an entry as AuditEvent, with the one version that it ever has."""
    event = audit_event(act_of(entry), source)
    return {**event, "meta": {**event["meta"], "versionId": "1", "lastUpdated": event["recorded"]}}


def _types_of(kind: EventType) -> list[tuple[str, str]]:
    """Return the codes that an act may have as its type, as pattern or plainly (any system: what is read is looked at again)."""
    is_rest = isinstance(PATTERNS.get(kind.value, Pattern.PLAIN).value, Interaction)
    return [("", code) for code in (kind.event_id, *(["rest"] if is_rest else []))]


def _subtypes_of(kind: EventType) -> list[tuple[str, str]]:
    pattern = PATTERNS.get(kind.value, Pattern.PLAIN)
    by_pattern = [pattern.value.subtype.code] if isinstance(pattern.value, Interaction) else []
    by_pattern += ["disclose"] if pattern is Pattern.DISCLOSURE else []
    return [("", code) for code in (kind.value, kind.event_id, kind.event_type, *by_pattern) if code]


def _any(wanted: tuple[Token, ...], held: list[tuple[str, str]]) -> bool:
    return any(
        code == own_code and (system is None or not own_system or system == own_system)
        for system, code in wanted
        for own_system, own_code in held
    )


def _since(span: Span) -> datetime | None:
    match span.prefix:
        case Prefix.EQ | Prefix.GE:
            return span.first
        case Prefix.GT:
            return span.after
        case _:
            return None


def _until(span: Span) -> datetime | None:
    match span.prefix:
        case Prefix.EQ | Prefix.LE:
            return span.after
        case Prefix.LT:
            return span.first
        case _:
            return None
