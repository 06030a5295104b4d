"""The DICOM objects of an image, of a report and of a withdrawal: made, judged by the gate, and on disk before a record names them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import numpy as np

from integrations.diagnostic_report import Report
from integrations.imaging_study import ReportedInstance
from integrations.object_check import objections
from integrations.parametric_map import build_parametric_map
from integrations.rejection_note import RejectionReason, build_rejection_note
from integrations.report_content import Shown
from integrations.result_object import OVERLAY, ResultKind, ResultObject, kind_of
from integrations.secondary_capture import build_secondary_captures
from integrations.source_image import read_source
from integrations.structured_report import build_structured_report
from models.assessment import Assessment
from models.labels import Label
from models.radiograph import Radiograph
from service.findings import model_of
from service.records import Image, ObjectRecord
from service.reports import NextRevision
from service.store import FolderStore

MAPS = (ResultKind.PARAMETRIC_MAP, ResultKind.PARAMETRIC_MAP_16BIT)
ALWAYS = frozenset({ResultKind.SECONDARY_CAPTURE, ResultKind.PARAMETRIC_MAP})
"""What is made of every image, for the API at least; maps of 16 bits are made where a destination asks for them."""
_MODALITIES = {ResultKind.STRUCTURED_REPORT: "SR", ResultKind.REJECTION_NOTE: "KO"}
_TOLD = 3


class NotConformant(Exception):
    """An object of ours is wrong in what we authored; the message names the object's kind and attributes, and no value."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An object that may leave, and where its bytes are."""

    made: ResultObject
    blob: str
    sha256: str

    def record(
        self, position: int, created_at: datetime, *, image_id: UUID | None = None, report_id: UUID | None = None
    ) -> ObjectRecord:
        """Return the record of it, as an object of an image or of a report."""
        made = self.made
        return ObjectRecord(
            sop_instance_uid=made.sop_instance_uid, sop_class_uid=made.sop_class_uid,
            series_instance_uid=made.series_instance_uid, image_id=image_id, report_id=report_id, position=position,
            kind=made.kind, label=made.label.value if made.label else "", blob=self.blob, sha256=self.sha256,
            created_at=created_at,
        )  # fmt: skip


def of_image(
    store: FolderStore,
    image: Image,
    radiograph: Radiograph,
    assessment: Assessment,
    *,
    kinds: Iterable[ResultKind],
    intended_use: str,
    created: datetime,
) -> list[Kept]:
    """Make and keep the Secondary Captures of an image, and its maps of the ``kinds``.

    Raises NotConformant: then nothing is kept.
    """
    source = read_source(store.path(image.blob), image.pixel_sha256)
    made = build_secondary_captures(
        source, radiograph, assessment, revision=image.revision, intended_use=intended_use, created=created
    )
    wanted = ALWAYS.union(kinds)
    maps = (
        build_parametric_map(source, assessment, revision=image.revision, created=created, kind=kind)
        for kind in MAPS
        if kind in wanted
    )
    made += [one for one in maps if one is not None]
    _judge(made, [source_of(image)])
    return [_keep(store, f"objects/{image.id.hex[:2]}", one) for one in made]


def of_report(store: FolderStore, report: Report, owed: NextRevision, *, organization: str) -> Kept:
    """Make and keep the Structured Report of a study's next revision. Raises NotConformant: then nothing is kept."""
    newest = owed.images[-1]
    origin = [f"{i.sop_instance_uid} {i.pixel_sha256} {i.revision}" for i in owed.images]
    predecessor = result_of(owed.predecessor) if owed.predecessor else None
    made = build_structured_report(
        store.path(newest.blob),
        report,
        _shown(owed),
        origin=[*origin, str(owed.review_id or "")],
        predecessor=predecessor,
        organization=organization,
    )
    _judge([made], [*report.instances, *([predecessor] if predecessor else [])])
    return _keep(store, f"objects/{newest.id.hex[:2]}", made)


def of_withdrawal(
    store: FolderStore,
    image: Image,
    rejected: Sequence[ReportedInstance],
    *,
    reason: RejectionReason,
    created: datetime,
) -> Kept:
    """Make and keep the rejection note on objects of ours, whose patient and study are those of ``image``; raises NotConformant."""
    made = build_rejection_note(store.path(image.blob), rejected, model_of(image), reason=reason, created=created)
    _judge([made], rejected)
    return _keep(store, f"objects/{image.id.hex[:2]}", made)


def keep_evidence(store: FolderStore, image: Image, assessment: Assessment) -> str:
    """Keep the evidence maps as a compressed .npz, one float32 (h, w) array for each label by its name, and return their key."""
    buffer, key = BytesIO(), f"evidence/{image.id.hex[:2]}/{image.id}.npz"
    maps: dict[str, Any] = {label.value: e.evidence for label, e in assessment.explanations.items()}
    np.savez_compressed(buffer, **maps)
    store.put(key, buffer.getvalue())
    return key


def source_of(image: Image) -> ReportedInstance:
    """Return a received image as what refers to it names it."""
    return ReportedInstance(image.sop_class_uid, image.sop_instance_uid, image.series_instance_uid, image.modality)


def result_of(record: ObjectRecord) -> ReportedInstance:
    """Return an object of ours as what refers to it names it."""
    modality = _MODALITIES.get(kind_of(record.kind), "OT")
    return ReportedInstance(record.sop_class_uid, record.sop_instance_uid, record.series_instance_uid, modality)


def document_of(kept: Kept) -> ReportedInstance:
    """Return a Structured Report that was just made as what refers to it names it."""
    made = kept.made
    return ReportedInstance(made.sop_class_uid, made.sop_instance_uid, made.series_instance_uid, "SR")


def _shown(owed: NextRevision) -> list[Shown]:
    uids = {image.id: image.sop_instance_uid for image in owed.images}
    shown = []
    for record in owed.objects:
        assert record.image_id is not None
        # The frames of a map are the called findings in the order of their overlays.
        overlays = [o for o in owed.objects if o.image_id == record.image_id and o.kind == OVERLAY]
        frames = tuple(Label(o.label) for o in sorted(overlays, key=lambda o: o.position))
        shown.append(
            Shown(
                result_of(record),
                record.kind,
                uids[record.image_id],
                Label(record.label) if record.label else None,
                frames if kind_of(record.kind) in MAPS else (),
            )
        )
    return shown


def _judge(made: Sequence[ResultObject], sources: Iterable[ReportedInstance]) -> None:
    ours = [ReportedInstance(o.sop_class_uid, o.sop_instance_uid, o.series_instance_uid, "") for o in made]
    known = [*sources, *ours]
    for one in made:
        if wrong := objections(one.content, known):
            more = f", and {len(wrong) - _TOLD} more" if len(wrong) > _TOLD else ""
            raise NotConformant(f"the {one.kind} is not conformant: {'; '.join(wrong[:_TOLD])}{more}")


def _keep(store: FolderStore, folder: str, made: ResultObject) -> Kept:
    key = f"{folder}/{made.sop_instance_uid}.dcm"
    return Kept(made, key, store.put(key, made.content))
