"""What leaves through the API is written down first: who was shown what of whose study."""

from uuid import UUID

from sqlalchemy.orm import Session

from audit.event import EventType
from service.api.principal import Caller
from service.app import Diafan
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
    """Append the entry on ``db``; to be committed before the first byte of the answer leaves (GDPR Art. 15, EHDS Art. 9)."""
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
