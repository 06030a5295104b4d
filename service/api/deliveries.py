"""Deliveries: where every parcel stands, and sending a parked one again."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from audit.event import EventType
from service.api import paging
from service.api.principal import Held, Operator
from service.api.problems import ProblemError, not_found, responses
from service.api.schemas import DeliveryLine, example, example_of
from service.records import Delivery, DeliveryState

router = APIRouter(tags=["deliveries"], responses=responses(401, 403, 422, 503))


class DeliveryPage(BaseModel):
    """Deliveries, newest first."""

    model_config = example(deliveries=[example_of(DeliveryLine)], next_cursor=None)

    deliveries: list[DeliveryLine]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page; null: this is the last")


@router.get("/deliveries", summary="List deliveries, newest first")
def list_deliveries(
    caller: Operator,
    diafan: Held,
    state: Annotated[list[DeliveryState] | None, Query(description="only these states; may be repeated")] = None,
    destination: Annotated[str | None, Query(max_length=32, description="only this destination")] = None,
    cursor: paging.CursorText = None,
    limit: paging.Limit = 50,
) -> DeliveryPage:
    """Show what is on its way, what arrived and how we know, and what is parked for a person."""
    query = sa.select(Delivery)
    if state:
        query = query.where(Delivery.state.in_(state))
    if destination is not None:
        query = query.where(Delivery.destination == destination)
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        rows = db.scalars(paging.newest_first(query, Delivery.created_at, Delivery.id, cursor, limit)).all()
        detail: dict[str, str | int] = {"kind": "deliveries", "count": min(len(rows), limit)}
        diafan.record(
            db.connection(), EventType.STUDIES_QUERIED, caller.agent, request=caller.request_id, detail=detail
        )
        return DeliveryPage(
            deliveries=[delivery_line(d) for d in rows[:limit]],
            next_cursor=paging.next_cursor(rows, "created_at", "id", limit),
        )


@router.post(
    "/deliveries/{delivery_id}/retry",
    summary="Send a parked delivery again",
    status_code=HTTPStatus.ACCEPTED,
    responses=responses(404, 409),
)
def retry_delivery(delivery_id: UUID, caller: Operator, diafan: Held) -> DeliveryLine:
    """Queue a delivery that is parked, or that waits for its next try, at once. Who asked is in the log."""
    queued = diafan.deliverer.retry(delivery_id, caller.agent, caller.request_id)
    with Session(diafan.engine) as db:
        delivery = db.get(Delivery, delivery_id)
        if delivery is None:
            raise not_found("delivery")
        if not queued:
            raise ProblemError(
                HTTPStatus.CONFLICT,
                "nothing-to-retry",
                f"this delivery is {delivery.state.value}: there is nothing to send again",
            )
        return delivery_line(delivery)


def delivery_line(d: Delivery) -> DeliveryLine:
    """Return a delivery as the API tells it: of the receipt, the proof only."""
    return DeliveryLine(
        id=d.id,
        destination=d.destination,
        parcel=d.parcel,
        study_instance_uid=d.study_instance_uid,
        image_id=d.image_id,
        state=d.state,
        attempts=d.attempts,
        last_error=d.last_error,
        proof=str((d.receipt or {}).get("proof", "")),
        created_at=d.created_at,
        finished_at=d.finished_at,
    )
