"""An image whose study was withdrawn before anything was said of it: it waits for a person, and nothing is said of it."""

from sqlalchemy.orm import Session

from audit.event import Agent, EventType, Outcome
from service.recorder import SYSTEM, Recorder
from service.records import Image, ImageState

STUDY_WITHDRAWN = "study-withdrawn"
_REASON = "the results of its study were withdrawn by a person: no further image of it is analysed"


def park_withdrawn(image: Image) -> None:
    """Park the image; no retry analyses it."""
    image.state, image.reason_code, image.reason = ImageState.PARKED, STUDY_WITHDRAWN, _REASON


def park_and_record(db: Session, record: Recorder, image: Image, agent: Agent = SYSTEM) -> None:
    """Park an image that waited for its analysis as its study was withdrawn, and leave the entry."""
    park_withdrawn(image)
    record(
        db.connection(), EventType.IMAGE_PARKED, agent, Outcome.SERIOUS_FAILURE, study=image.study_instance_uid,
        image=image.id, object_uid=image.sop_instance_uid, detail={"reason": STUDY_WITHDRAWN},
    )  # fmt: skip
