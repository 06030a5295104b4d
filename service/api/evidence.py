"""What a viewer draws: the image as it is held, the evidence as numbers, and the colours that stand for them."""

from uuid import UUID

import numpy as np
import sqlalchemy as sa
from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from integrations.instance import read_extent_mm
from models.assessment import Call
from models.labels import LABELS, Label
from models.registry import Tier
from service.api.disclosure import shown
from service.api.images import DicomResponse, Exploratory, expect_assessed, found_image
from service.api.no_longer_kept import expect_evidence, expect_pixels
from service.api.principal import Held, StudyReader
from service.api.problems import not_found, responses
from service.api.schemas import IMAGE_ID, example, example_of
from service.api.withdrawn import expect_standing
from service.findings import tier_of
from service.records import FindingRecord

router = APIRouter(tags=["images"], responses=responses(401, 403, 404, 422, 503))

_STEPS = 256


class EvidenceMap(BaseModel):
    """Why one label scored as it did: Grad-CAM over the whole image, in units of contribution to the logit, a cell."""

    model_config = example(
        label="Pleural Effusion",
        tier="assessed",
        call="present",
        probability=0.81,
        threshold=0.42,
        logit=1.37,
        cells=[[0.0, 0.12], [-0.03, 0.31]],
        peak=[1, 1],
    )

    label: Label
    tier: Tier
    call: Call
    probability: float | None
    threshold: float | None
    logit: float | None
    cells: list[list[float]] = Field(description="rows from the top, each from the left; their sum is logit - bias")
    peak: tuple[int, int] | None = Field(description="row and column of the strongest cell; null: none is positive")


class ImageEvidence(BaseModel):
    """The maps of an image, once for all its labels, so that a viewer changes between them without asking again."""

    model_config = example(image_id=IMAGE_ID, cell_mm=[43.1, 42.8], maps=[example_of(EvidenceMap)])

    image_id: UUID
    cell_mm: tuple[float, float] | None = Field(
        description="height and width of a cell at the detector; null: no pixel spacing was sent"
    )
    maps: list[EvidenceMap] = Field(description="assessed labels, and exploratory ones where they were asked for")


class Colours(BaseModel):
    """The colours of evidence on their absolute scale, as the Secondary Captures have them."""

    model_config = example(full_scale_logit=0.15, steps=[[0, 0, 3, 0.0], [252, 255, 164, 0.72]])

    full_scale_logit: float = Field(description="contribution to the logit, a cell, at the last step; 0 at the first")
    steps: list[tuple[int, int, int, float]] = Field(description="red, green, blue (0 to 255) and opacity (0 to 1)")


class HeldImage(DicomResponse):
    """The received instance as a DICOM file."""


@router.get(
    "/images/{image_id}/instance",
    summary="The radiograph itself",
    response_class=HeldImage,
    responses={
        200: {
            "description": "the instance as it was received",
            "content": {"application/dicom": {"schema": {"type": "string", "format": "binary"}}},
        },
        **responses(410),
    },
)
def show_instance(image_id: UUID, caller: StudyReader, diafan: Held) -> HeldImage:
    """Return the instance with all its bits, for window and level in a viewer."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        image, study = found_image(db, image_id)
        if not image.blob:
            raise not_found("instance")
        expect_pixels(image)
        shown(db, diafan, caller, study, "instance", image=image_id, object_uid=image.sop_instance_uid)
    return HeldImage(diafan.store.path(image.blob), filename=f"{image_id}.dcm")


@router.get("/images/{image_id}/evidence", summary="Why, as numbers", responses=responses(410))
def show_evidence(
    image_id: UUID, caller: StudyReader, diafan: Held, *, exploratory: Exploratory = False
) -> ImageEvidence:
    """Return the map of every assessed label; what was not called is `below threshold` where it is shown."""
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        image, study = found_image(db, image_id)
        expect_assessed(image)
        expect_standing(study)
        expect_evidence(image)
        records = db.scalars(sa.select(FindingRecord).where(FindingRecord.image_id == image_id)).all()
        shown(db, diafan, caller, study, "evidence", image=image_id, object_uid=image.sop_instance_uid)
    wanted = {Tier.ASSESSED, Tier.EXPLORATORY} if exploratory else {Tier.ASSESSED}
    with np.load(diafan.store.path(image.evidence_blob)) as maps:
        told = [_map(r, maps[r.label]) for r in records if tier_of(r) in wanted]
    extent = read_extent_mm(diafan.store.path(image.blob))
    rows, columns = (len(told[0].cells), len(told[0].cells[0])) if told else (1, 1)
    return ImageEvidence(
        image_id=image_id,
        cell_mm=(extent[0] / rows, extent[1] / columns) if extent and told else None,
        maps=sorted(told, key=lambda m: LABELS.index(m.label)),
    )


def _map(record: FindingRecord, evidence: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> EvidenceMap:
    row, column = np.unravel_index(int(evidence.argmax()), evidence.shape)
    return EvidenceMap(
        label=Label(record.label),
        tier=tier_of(record),
        call=Call(record.call),
        probability=record.probability,
        threshold=record.threshold,
        logit=record.logit,
        cells=evidence.tolist(),
        peak=(int(row), int(column)) if evidence[row, column] > 0 else None,
    )


@router.get("/colours", summary="The colours of evidence")
def show_colours(caller: StudyReader) -> Colours:  # noqa: ARG001 - the scope is what is asked for
    """Return the scale that every picture of evidence has: it never follows an image's own minimum and maximum."""
    from models.overlay import FULL_SCALE_LOGIT, colour_of  # noqa: PLC0415 - as `service.api.images`

    colour, alpha = colour_of(np.linspace(0, FULL_SCALE_LOGIT, _STEPS, dtype=np.float32))
    steps = [
        (*(round(float(part)) for part in parts), round(float(opacity), 4))
        for parts, opacity in zip(colour, alpha, strict=True)
    ]
    return Colours.model_validate({"full_scale_logit": FULL_SCALE_LOGIT, "steps": steps})
