"""Pages by cursor: a place in (time, id) order that stays where it is while new rows arrive before it."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Query
from sqlalchemy.orm import InstrumentedAttribute

from service.api.problems import ProblemError

Limit = Annotated[int, Query(ge=1, le=500, description="how many at most")]
CursorText = Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before")]


def newest_first(
    query: sa.Select[Any],
    time: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[Any],
    cursor: str | None,
    limit: int,
) -> sa.Select[Any]:
    """Return ``query`` from after ``cursor`` on, with one row more than ``limit`` so that `next_cursor` can see the end."""
    if cursor is not None:
        at, last = _place(cursor)
        query = query.where(sa.or_(time < at, sa.and_(time == at, key < sa.cast(last, key.type))))
    return query.order_by(time.desc(), key.desc()).limit(limit + 1)


def next_cursor(rows: Sequence[Any], time: str, key: str, limit: int) -> str | None:
    """Return the cursor behind row ``limit``, or None where no row follows it."""
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    place = json.dumps([getattr(last, time).isoformat(), str(getattr(last, key))])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        at, key = json.loads(base64.urlsafe_b64decode(cursor))
        return datetime.fromisoformat(at), str(key)
    except (binascii.Error, ValueError, TypeError):
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-value",
            "the cursor is none that a page gave",
            members={"invalid": [{"name": "query.cursor", "rule": "cursor"}]},
        ) from None
