"""What a person asks for once more: the analysis of an image that is parked, and the report of a study whose report is."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent, EventType
from service.accept import CONFLICT
from service.deliver import defer_report
from service.engine import Jobs, Stage
from service.gdpr.restriction_record import OF_RESTRICTED, RESTRICTED
from service.recorder import Clock, Recorder
from service.records import Image, ImageState, Study
from service.withdrawn_image import STUDY_WITHDRAWN

NEVER_AGAIN = (CONFLICT, STUDY_WITHDRAWN, RESTRICTED, OF_RESTRICTED)
"""Why an image may be parked that no retry analyses; what is restricted goes on by itself when that is lifted."""


@dataclass(frozen=True, slots=True)
class Again:
    """Queues what failed, in one commit with its entry in the log."""

    engine: sa.Engine
    jobs: Jobs
    record: Recorder
    clock: Clock

    def analyse(self, image_id: UUID, agent: Agent) -> bool:
        """Queue an image whose analysis failed; returns whether there was one. What conflicts, was withdrawn or is restricted, is no failure."""
        with Session(self.engine) as db, db.begin():
            image = db.get(Image, image_id, with_for_update=True)
            if image is None or image.state is not ImageState.PARKED or image.reason_code in NEVER_AGAIN:
                return False
            image.state, image.reason_code, image.reason = ImageState.RECEIVED, "", ""
            self.record(
                db.connection(),
                EventType.IMAGE_RETRIED,
                agent,
                study=image.study_instance_uid,
                image=image.id,
                object_uid=image.sop_instance_uid,
            )
            self.jobs.defer(db.connection(), Stage.ANALYSE, queue=Stage.ANALYSE.value, image_id=str(image.id))
            return True

    def report(self, agent: Agent, study_instance_uid: str | None = None) -> int:
        """Owe every study whose report is parked a new one, or the one that is named, at once; returns how many there are."""
        parked = sa.select(Study).where(Study.park_reason != "").order_by(Study.study_instance_uid).with_for_update()
        if study_instance_uid is not None:
            parked = parked.where(Study.study_instance_uid == study_instance_uid)
        with Session(self.engine) as db, db.begin():
            studies = list(db.scalars(parked))
            for study in studies:
                study.due_at = self.clock()
                uid = study.study_instance_uid
                self.record(db.connection(), EventType.REPORT_RETRIED, agent, study=uid, patient=study.patient)
                defer_report(self.jobs, db, study)
            return len(studies)
