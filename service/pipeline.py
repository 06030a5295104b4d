"""The pipeline: analyse an image, report a study. Each stage is computed first and committed once, and may run twice.

received image ──► in scope? ──► analyse ──► Secondary Captures ──► deliver
                   └► declined     └───────► the study is owed a report ──► report, once it is quiet ──► deliver
                          a physician signs ─────────────┘
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import EventType, Outcome
from integrations.diagnostic_report import Report, Unreportable, build_bundle, check
from integrations.errors import Unreadable
from integrations.instance import read_radiograph, read_study
from integrations.result_object import ResultKind, kind_of
from models.radiograph import LONG_SIDE_PX, Radiograph
from service import objects
from service.deliver import defer_report, open_deliveries, release_source, withdraw_sources
from service.destinations import Destination
from service.engine import Jobs, is_transient
from service.fhir_index import FhirIndex
from service.findings import finding_record, model_of
from service.gdpr import restricted_image
from service.gdpr.restriction_record import is_of_restricted, is_restricted
from service.objects import Kept, NotConformant
from service.recorder import Clock, Recorder
from service.records import WITHHELD, Image, ImageState, Parcel, ReportRecord, Study
from service.report_page import page_of
from service.reports import is_owed, next_revision
from service.settings import Reporting
from service.store import FolderStore, received_key
from service.study_header import forget_header
from service.withdrawn_image import park_and_record

if TYPE_CHECKING:
    from models.classifier import Classifier

log = logging.getLogger(__name__)


class Refusal(Protocol):
    """Why an image is no radiograph that a model may speak on: a code for programs, and words for a person."""

    @property
    def code(self) -> str:
        """Return a word of the gate's own list, in kebab-case."""

    @property
    def reason(self) -> str:
        """Return the same for a person; it holds no patient data."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages between accept and deliver, and what they need."""

    engine: sa.Engine
    store: FolderStore
    jobs: Jobs
    record: Recorder
    clock: Clock
    gate: Callable[[Radiograph], Refusal | None]
    classifier: "Callable[[str], Classifier]"
    destinations: Mapping[str, Destination]
    quiet_period: timedelta
    intended_use: str
    reporting: Reporting
    card: Callable[[str], bytes | None]
    dicomweb_url: str
    index: FhirIndex

    def analyse(self, image_id: str) -> None:
        """Assess one image, author its Secondary Captures, send them on their way, and owe its study a report.

        What waiting does not mend parks the image: nobody waits for an answer that never comes.
        """
        try:
            self._analyse(image_id)
        except Exception as error:
            if is_transient(error):
                raise
            log.exception("image %s cannot be analysed", image_id)
            self.give_up_image(image_id, type(error).__name__)

    def give_up_image(self, image_id: str, why: str = "it ended the program each time") -> None:
        """Park an image that cannot be analysed, for a person."""
        with Session(self.engine) as db:
            image = db.get_one(Image, UUID(image_id))
            db.expunge(image)
        if image.state is ImageState.RECEIVED:
            self._park(image, "internal-error", f"the analysis failed ({why}): see the log of Diafan, and report it")

    def _analyse(self, image_id: str) -> None:
        image = self._to_analyse(image_id)
        if image is None:
            return
        source = self.store.path(image.blob)
        try:
            radiograph = read_radiograph(source, LONG_SIDE_PX)
        except Unreadable as error:
            self._park(image, "unreadable-pixels", str(error))
            return
        if refusal := self.gate(radiograph):
            self._decline(image, refusal)
            return
        assessment = self.classifier(image.routed_model).assess(radiograph)
        try:
            kept = objects.of_image(
                self.store,
                image,
                radiograph,
                assessment,
                kinds=self._asked_for,
                intended_use=self.intended_use,
                created=self.clock(),
            )
        except NotConformant as error:
            self._park(image, "object-invalid", str(error))
            return
        evidence = objects.keep_evidence(self.store, image, assessment)
        with Session(self.engine) as db, db.begin():
            # The study first, then the image: the order in which accept locks them.
            study = db.get_one(Study, image.study_instance_uid, with_for_update=True)
            current = db.get_one(Image, image.id, with_for_update=True)
            if current.state is not ImageState.RECEIVED or self._stands_still(db, study, current):
                return
            current.state = ImageState.ANALYSED
            current.analysed_at = self.clock()
            current.evidence_blob = evidence
            model = assessment.model
            current.model_name, current.model_version, current.model_digest = model.name, model.version, model.digest
            db.add_all(finding_record(image.id, f) for f in assessment.findings)
            db.add_all(one.record(n, self.clock(), image_id=image.id) for n, one in enumerate(kept))
            self.record(
                db.connection(), EventType.IMAGE_ANALYSED, study=study.study_instance_uid, patient=study.patient, image=image.id,
                object_uid=image.sop_instance_uid, detail={"model_sha256": model.digest, "count": len(kept)},
            )  # fmt: skip
            release_source(self.jobs, db, image.id)
            self._open(db, Parcel.RESULTS, study, {kind_of(one.made.kind) for one in kept}, image_id=image.id)
            study.due_at = self.clock() + self.quiet_period
            defer_report(self.jobs, db, study)

    def report(self, study_instance_uid: str) -> None:
        """Issue the study's next report revision, if it has been quiet long enough and one is owed."""
        try:
            self._report(study_instance_uid)
        except Exception as error:
            if is_transient(error):
                raise
            log.exception("study %s cannot be reported", study_instance_uid)
            self.give_up_report(study_instance_uid, type(error).__name__)

    def give_up_report(self, study_instance_uid: str, why: str = "it ended the program each time") -> None:
        """Park a report that cannot be made, for a person."""
        with Session(self.engine) as db:
            study = db.get_one(Study, study_instance_uid)
            db.expunge(study)
        self._settle(study, f"the report failed ({why}): see the log of Diafan, and report it", None)

    def _report(self, study_instance_uid: str) -> None:
        # A signature and a late image may both be owed one: a report each, the signature's first.
        while self._next_report(study_instance_uid):
            pass

    def _next_report(self, study_instance_uid: str) -> bool:
        """Make one report that is due; tells whether another one is."""
        with Session(self.engine, expire_on_commit=False) as db:
            study = db.get_one(Study, study_instance_uid)
            due_at = study.due_at
            # The job was due by the database's clock; a worker's clock that is behind must not let the report fall.
            if due_at is None or due_at > max(self.clock(), db.scalar(sa.select(sa.func.now())) or due_at):
                return False  # nothing is owed, or the job of a later image will issue it
            if db.scalar(sa.select(is_restricted(study.patient))):
                return False  # it stays owed: lifting the restriction queues it again
            owed = next_revision(db, study_instance_uid)
            db.expunge_all()
        if owed is None:
            return self._settle(study, "", None)
        revision = study.report_revision + 1
        newest = owed.images[-1]
        model = model_of(newest)
        subject = read_study(self.store.path(newest.blob))
        report = Report(
            study=subject,
            model=model,
            findings=owed.findings,
            instances=(*map(objects.source_of, owed.images), *map(objects.result_of, owed.objects)),
            revision=revision,
            issued=owed.signed_at or due_at,
            intended_use=self.intended_use,
            patient_system=self.reporting.system_of(subject.issuer_of_patient_id),
            create_patient=self.reporting.create_patient,
            owns_imaging_study=self.reporting.owns_imaging_study,
            signed=owed.signed,
            filed_under=owed.filed_under,
            dicomweb_url=self.dicomweb_url,
            documents=tuple(map(objects.result_of, owed.documents)),
            language=self.reporting.language,
        )
        cards = {one.digest: card for one in report.models if (card := self.card(one.digest))}
        report = replace(report, cards=cards)
        try:
            check(report)
            if self.reporting.documents:
                page = page_of(self.store, report, owed)
                report = replace(report, presented_form=page.presented_form())
            kept = None
            if owed.status != WITHHELD:
                kept = objects.of_report(self.store, report, owed, organization=self.reporting.organization)
                report = replace(report, documents=(*report.documents, objects.document_of(kept)))
            bundle = json.dumps(build_bundle(report), ensure_ascii=False).encode()
        except (Unreportable, NotConformant) as error:
            return self._settle(study, str(error), None)
        key = f"reports/{newest.id.hex[:2]}/{newest.id}-{revision}.json"
        record = ReportRecord(
            id=uuid4(), study_instance_uid=study_instance_uid, revision=revision, status=owed.status,
            model_digest=owed.filed_under or model.digest, image_ids=[image.id for image in owed.images],
            review_id=owed.review_id, blob=key, sha256=self.store.put(key, bundle), created_at=self.clock(),
        )  # fmt: skip
        return self._settle(study, "", record, kept)

    def _settle(self, seen: Study, park_reason: str, record: ReportRecord | None, document: Kept | None = None) -> bool:
        """Commit a report's outcome, and tell whether another one is due; a study that got another image meanwhile stays due for that."""
        with Session(self.engine) as db, db.begin():
            study = db.get_one(Study, seen.study_instance_uid, with_for_update=True)
            if study.report_revision != seen.report_revision or db.scalar(sa.select(is_restricted(study.patient))):
                return False
            study.park_reason = park_reason
            if park_reason:
                self.record(
                    db.connection(), EventType.REPORT_PARKED, outcome=Outcome.SERIOUS_FAILURE,
                    study=study.study_instance_uid, patient=study.patient,
                )  # fmt: skip
            if record is not None:
                study.report_revision = record.revision
                db.add(record)
                db.flush()
                self.index.keep(db, record)
                if document is not None:
                    db.add(document.record(0, self.clock(), report_id=record.id))
                self.record(
                    db.connection(), EventType.REPORT_WRITTEN, study=study.study_instance_uid, patient=study.patient,
                    detail={"kind": record.status, "revision": record.revision, "model_sha256": record.model_digest},
                )  # fmt: skip
                if record.status != WITHHELD:
                    self._open(db, Parcel.REPORT, study, {ResultKind.STRUCTURED_REPORT}, report_id=record.id)
            another = record is not None and is_owed(db, study.study_instance_uid)
            if study.due_at == seen.due_at and not another:
                study.due_at = None
            return another

    @property
    def _asked_for(self) -> frozenset[ResultKind]:
        return frozenset().union(*(destination.takes for destination in self.destinations.values()))

    def _open(
        self,
        db: Session,
        parcel: Parcel,
        study: Study,
        kinds: set[ResultKind],
        *,
        image_id: UUID | None = None,
        report_id: UUID | None = None,
    ) -> None:
        places = [
            name
            for name, destination in self.destinations.items()
            if parcel in destination.carries and (parcel is Parcel.REPORT or not kinds.isdisjoint(destination.takes))
        ]
        now = self.clock()
        open_deliveries(self.jobs, db, places, parcel, study, now, image_id=image_id, report_id=report_id)

    def _to_analyse(self, image_id: str) -> Image | None:
        """Return the image where it still waits for its analysis; one whose patient's data are restricted is parked instead."""
        with Session(self.engine) as db:
            image = db.get_one(Image, UUID(image_id))
            is_restricted_now = db.scalar(sa.select(is_of_restricted(image.study_instance_uid)))
            db.expunge(image)
        if image.state is ImageState.DECLINED:
            self.store.remove(received_key(image.id))  # a kill may have come between the commit and this
        if image.state is not ImageState.RECEIVED or (is_restricted_now and self._hold(image)):
            return None
        return image

    def _stands_still(self, db: Session, study: Study, image: Image) -> bool:
        """Park an image whose study was withdrawn or restricted since its analysis began; tells whether it was."""
        if study.withdrawn_at is not None:  # a retry brought it here
            park_and_record(db, self.record, image)
        elif db.scalar(sa.select(is_restricted(study.patient))):
            restricted_image.park_and_record(db, self.record, image)
        return image.state is ImageState.PARKED

    def _hold(self, seen: Image) -> bool:
        """Park an image of a patient whose data are restricted; tells whether they still are. Who lifts it holds the study, too."""
        with Session(self.engine) as db, db.begin():
            study = db.get_one(Study, seen.study_instance_uid, with_for_update=True)
            if not db.scalar(sa.select(is_restricted(study.patient))):
                return False
            image = db.get_one(Image, seen.id, with_for_update=True)
            if image.state is ImageState.RECEIVED:
                restricted_image.park_and_record(db, self.record, image)
            return True

    def _decline(self, seen: Image, refusal: Refusal) -> None:
        """Let go of an image that is out of scope: nothing is said of it, nothing of it leaves, and its bytes are not kept."""
        with Session(self.engine) as db, db.begin():
            image = db.get_one(Image, seen.id, with_for_update=True)
            if image.state is not ImageState.RECEIVED:
                return
            image.state, image.reason_code, image.reason = ImageState.DECLINED, str(refusal.code), refusal.reason
            image.blob = ""
            withdraw_sources(db, [image.id], self.clock())
            forget_header(db, image.study_instance_uid)
            self.record(
                db.connection(), EventType.INSTANCE_DECLINED, study=image.study_instance_uid,
                patient=db.get_one(Study, image.study_instance_uid).patient, image=image.id,
                object_uid=image.sop_instance_uid, detail={"reason": image.reason_code},
            )  # fmt: skip
        self.store.remove(seen.blob)

    def _park(self, seen: Image, code: str, reason: str) -> None:
        with Session(self.engine) as db, db.begin():
            image = db.get_one(Image, seen.id, with_for_update=True)
            if image.state is not ImageState.RECEIVED:
                return
            image.state, image.reason_code, image.reason = ImageState.PARKED, code, reason
            self.record(
                db.connection(), EventType.IMAGE_PARKED, outcome=Outcome.SERIOUS_FAILURE,
                study=image.study_instance_uid, image=image.id, object_uid=image.sop_instance_uid, detail={"reason": code},
            )  # fmt: skip
