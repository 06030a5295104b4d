"""A search of the FHIR API as the index understands it, and the rows that fit (FHIR R4 search).

Every page is this search and a place in it: after the last (last updated, id). A resource that changes meanwhile moves to the end and is
seen again; none is missed.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import InstrumentedAttribute

from service.api.fhir_types import OF_NOBODY
from service.fhir_index import FhirResource
from service.gdpr.restriction_record import is_of_restricted


class Prefix(StrEnum):
    """How a date is compared (FHIR R4 search, prefixes)."""

    EQ = "eq"
    GE = "ge"
    LE = "le"
    GT = "gt"
    LT = "lt"


class Span(BaseModel):
    """A date as it is searched by: ``first`` is the first moment it means, ``after`` the first one after it."""

    model_config = ConfigDict(frozen=True)

    prefix: Prefix
    first: datetime
    after: datetime


class Place(BaseModel):
    """Where a page ended."""

    model_config = ConfigDict(frozen=True)

    last_updated: datetime
    id: str


class Search(BaseModel):
    """What is searched for. Each list holds alternatives, and all lists must fit; ``tokens`` are hashed as in the index.

    ``used`` are the parameters as a link may tell them.
    """

    model_config = ConfigDict(frozen=True)

    resource_type: str
    ids: tuple[tuple[str, ...], ...] = ()
    tokens: tuple[tuple[str, ...], ...] = ()
    statuses: tuple[tuple[str, ...], ...] = ()
    dates: tuple[tuple[Span, ...], ...] = ()
    updated: tuple[tuple[Span, ...], ...] = ()
    count: int
    is_counted_only: bool = False
    used: tuple[tuple[str, str], ...] = ()
    after: Place | None = None

    def page(self) -> sa.Select[Any]:
        """Return the rows of a page, and one more where another page follows."""
        rows = self._fitting()
        if self.after is not None:
            place = sa.tuple_(rows.c.last_updated, rows.c.id)
            rows_after = sa.select(rows).where(place > sa.tuple_(self.after.last_updated, self.after.id))
        else:
            rows_after = sa.select(rows)
        return rows_after.order_by(rows.c.last_updated, rows.c.id).limit(self.count + 1)

    def total(self) -> sa.Select[Any]:
        """Return how many rows fit."""
        return sa.select(sa.func.count()).select_from(self._fitting())

    def _fitting(self) -> sa.FromClause:
        found = sa.select(FhirResource).where(FhirResource.resource_type == self.resource_type)
        if self.resource_type not in OF_NOBODY:
            found = found.where(~is_of_restricted(FhirResource.study_instance_uid))
        found = found.where(*(FhirResource.tokens.overlap(list(each)) for each in self.tokens))
        found = found.where(*(FhirResource.id.in_(each) for each in self.ids))
        found = found.where(*(FhirResource.status.in_(each) for each in self.statuses))
        starts, ends, updated = FhirResource.starts_at, FhirResource.ends_at, FhirResource.last_updated
        found = found.where(*(_any(each, lambda span: _within(span, starts, ends)) for each in self.dates))
        found = found.where(*(_any(each, lambda span: _at(span, updated)) for each in self.updated))
        # Few rows have a token, and the planner cannot know it: it would walk all in the order of the page.
        return found.cte("fitting").prefix_with("materialized") if self.tokens else found.subquery()


def _any(spans: tuple[Span, ...], fits: Callable[[Span], sa.ColumnElement[bool]]) -> sa.ColumnElement[bool]:
    return sa.or_(*map(fits, spans))


def _within(
    span: Span, starts: InstrumentedAttribute[datetime | None], ends: InstrumentedAttribute[datetime | None]
) -> sa.ColumnElement[bool]:
    """Compare a stretch of time: what is equal lies wholly within, what is greater reaches beyond."""
    match span.prefix:
        case Prefix.EQ:
            return sa.and_(starts >= span.first, ends <= span.after)
        case Prefix.GE:
            return ends > span.first
        case Prefix.GT:
            return ends > span.after
        case Prefix.LE:
            return starts < span.after
        case Prefix.LT:
            return starts < span.first


def _at(span: Span, moment: InstrumentedAttribute[datetime]) -> sa.ColumnElement[bool]:
    match span.prefix:
        case Prefix.EQ:
            return sa.and_(moment >= span.first, moment < span.after)
        case Prefix.GE:
            return moment >= span.first
        case Prefix.GT:
            return moment >= span.after
        case Prefix.LE:
            return moment < span.after
        case Prefix.LT:
            return moment < span.first
