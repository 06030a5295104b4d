"""How the service writes its log: the acts of the pipeline as audit events, in the transaction of the act.

Callers name patients by their pseudonym, and studies and objects by their UIDs; the log gets the latter under the patient's key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from audit import trail
from audit.event import STUDY_NAME as NAME
from audit.event import Agent, Event, EventType, Outcome
from audit.subject import NOBODY, Subjects
from service.records import Study
from service.settings import Lawfulness

Clock = Callable[[], datetime]
"""Returns the time now, aware, in UTC."""

SYSTEM = Agent(kind="system", id="diafan")

_WHOSE = sa.select(Study.patient).where(Study.study_instance_uid == sa.bindparam("uid"))


@dataclass(frozen=True, slots=True)
class Recorder:
    """Appends events with the time of the act."""

    clock: Clock
    subjects: Subjects
    lawfulness: Lawfulness

    def __call__(
        self,
        db: sa.Connection,
        kind: EventType,
        agent: Agent = SYSTEM,
        outcome: Outcome = Outcome.SUCCESS,
        *,
        study: str = "",
        patient: str = NOBODY,
        image: object = "",
        object_uid: str = "",
        destination: str = "",
        request: str = "",
        detail: Mapping[str, str | int] | None = None,
    ) -> None:
        """Append one entry on ``db``: it is there when the act is there.

        ``study`` is a Study Instance UID, or a name that the log gave one; without a ``patient`` it is asked whose it is.
        """
        whose = patient or (db.scalar(_WHOSE, {"uid": study}) if study else None) or NOBODY
        purpose = agent.purpose or (self.lawfulness.purpose_of(agent.id) if study or whose else "")
        event = Event(
            type=kind,
            occurred_at=self.clock(),
            agent=agent,
            outcome=outcome,
            patient=whose,
            study=study if NAME.fullmatch(study) else self.subjects.study(db, whose, study),
            object=self.subjects.object(db, whose, object_uid),
            image_id=str(image),
            destination=destination,
            request_id=request,
            purpose=purpose,
            legal_basis=self.lawfulness.basis_of(purpose) if study or whose else "",
            detail=detail or {},
        )
        trail.append(db, event)

    def refusal(self, kind: EventType, agent: Agent, request: str, detail: Mapping[str, str | int]) -> Event:
        """Return the event of a refusal, which names no patient: it needs no database."""
        return Event(
            type=kind,
            occurred_at=self.clock(),
            agent=agent,
            outcome=Outcome.SERIOUS_FAILURE,
            request_id=request,
            purpose=agent.purpose,
            detail=detail,
        )
