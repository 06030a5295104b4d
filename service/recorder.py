"""How the service writes its log: the acts of the pipeline as audit events, in the transaction of the act."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from audit import trail
from audit.event import Agent, Event, EventType, Outcome

Clock = Callable[[], datetime]
"""Returns the time now, aware, in UTC."""

SYSTEM = Agent(kind="system", id="diafan")


class Recorder:
    """Appends events with the time of the act; holds no state but the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(
        self,
        db: Connection,
        kind: EventType,
        agent: Agent = SYSTEM,
        outcome: Outcome = Outcome.SUCCESS,
        *,
        study: str = "",
        patient: str = "",
        image: object = "",
        object_uid: str = "",
        destination: str = "",
        request: str = "",
        detail: Mapping[str, str | int] | None = None,
    ) -> None:
        """Append one entry on ``db``: it is there when the act is there."""
        event = Event(
            type=kind,
            occurred_at=self._clock(),
            agent=agent,
            outcome=outcome,
            study_uid=study,
            patient=patient,
            image_id=str(image),
            object_uid=object_uid,
            destination=destination,
            request_id=request,
            detail=detail or {},
        )
        trail.append(db, event)
