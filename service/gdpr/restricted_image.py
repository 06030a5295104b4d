"""An image of a patient whose data are restricted: it is stored, and nothing is said of it until that is lifted."""

from sqlalchemy.orm import Session

from audit.event import EventType
from service.gdpr.restriction_record import OF_RESTRICTED, RESTRICTED
from service.recorder import Recorder
from service.records import Image, ImageState

_REASON = "the patient's data are restricted (GDPR Art. 18): it is stored, and analysed when the restriction is lifted"

_OTHER = (
    "its study is that of another patient, whose data are restricted (GDPR Art. 18): it is stored, and the study stays where it"
    " is; have it sent again when the restriction is lifted"
)


def park_of_restricted(image: Image) -> None:
    """Park an image that would take a restricted study along to another patient; no retry analyses it."""
    image.state, image.reason_code, image.reason = ImageState.PARKED, OF_RESTRICTED, _OTHER


def park_restricted(image: Image) -> None:
    """Park the image; lifting the restriction queues its analysis."""
    image.state, image.reason_code, image.reason = ImageState.PARKED, RESTRICTED, _REASON


def park_and_record(db: Session, record: Recorder, image: Image) -> None:
    """Park an image whose turn has come, and leave the entry: nothing failed."""
    park_restricted(image)
    record(
        db.connection(), EventType.IMAGE_PARKED, study=image.study_instance_uid, image=image.id,
        object_uid=image.sop_instance_uid, detail={"reason": RESTRICTED},
    )  # fmt: skip
