"""What lists have in common. Pages go by cursor: a place in (time, id) order that stays where it is while new rows arrive before it."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Query
from pydantic import AfterValidator, AwareDatetime
from sqlalchemy.orm import InstrumentedAttribute

from service.api.problems import ProblemError

Limit = Annotated[int, Query(ge=1, le=500, description="how many at most")]
CursorText = Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before")]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("before the year 1 or after 9999 in UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time with its offset, in UTC from here on."""


def newest_first(
    query: sa.Select[Any],
    time: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[Any],
    cursor: str | None,
    limit: int,
) -> sa.Select[Any]:
    """Return ``query`` from after ``cursor`` on, with one row more than ``limit`` so that `next_cursor` can see the end."""
    if cursor is not None:
        at, last = _place(cursor, key.type.python_type)
        query = query.where(sa.or_(time < at, sa.and_(time == at, key < last)))
    return query.order_by(time.desc(), key.desc()).limit(limit + 1)


def next_cursor(rows: Sequence[Any], time: str, key: str, limit: int) -> str | None:
    """Return the cursor behind row ``limit``, or None where no row follows it."""
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    place = json.dumps([getattr(last, time).isoformat(), str(getattr(last, key))])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place(cursor: str, kind: type) -> tuple[datetime, Any]:
    try:
        at, key = json.loads(base64.urlsafe_b64decode(cursor))
        return _in_utc(datetime.fromisoformat(at)), kind(key)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-value",
            "the cursor is none that a page gave",
            members={"invalid": [{"name": "query.cursor", "rule": "cursor"}]},
        ) from None
