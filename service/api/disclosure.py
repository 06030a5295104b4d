"""What leaves through the API is written down first: who was shown what of whose study. What is restricted does not leave."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import EventType
from service.api.principal import Caller
from service.api.restricted import refusal
from service.app import Diafan
from service.gdpr.restriction_record import is_restricted
from service.records import Study


def shown(
    db: Session,
    diafan: Diafan,
    caller: Caller,
    study: Study,
    kind: str,
    *,
    image: UUID | str = "",
    object_uid: str = "",
    **detail: int,
) -> None:
    """Append the entry on ``db``; to be committed before the first byte of the answer leaves (GDPR Art. 15, EHDS Art. 9).

    Raises ProblemError (403) where the patient's data are restricted (GDPR Art. 18).
    """
    if db.scalar(sa.select(is_restricted(study.patient))):
        uid, patient = study.study_instance_uid, study.patient
        db.rollback()  # the entry takes a connection, and with this one held many would wait for each other
        raise refusal(diafan, caller.agent, uid, patient, caller.request_id, kind=kind)
    diafan.record(
        db.connection(),
        EventType.STUDY_SHOWN,
        caller.agent,
        study=study.study_instance_uid,
        patient=study.patient,
        image=image,
        object_uid=object_uid,
        request=caller.request_id,
        detail={"kind": kind, **detail},
    )
