"""What was here and is no longer kept: an answer of its own (410), which says since when, and where to look."""

from datetime import datetime
from http import HTTPStatus

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.api.problems import ProblemError
from service.records import Image, ImageState, ObjectRecord, ReportRecord

_WHAT = {
    "pixels": "the pixels of this image are",
    "evidence": "the evidence of this image is",
    "object": "this object is",
}


def no_longer_kept(kind: str, since: datetime) -> ProblemError:
    """Return the problem of ``pixels``, ``evidence`` or an ``object`` whose time was over ``since`` then."""
    again = ", or have the image sent again" if kind == "pixels" else ""
    return ProblemError(
        HTTPStatus.GONE,
        f"{kind}-expired",
        f"{_WHAT[kind]} no longer kept here since {since:%Y-%m-%d}: look at it in the archive{again}",
        members={"since": since.isoformat()},
    )


def expect_pixels(image: Image) -> None:
    """Raise ProblemError (410) where the header of the image is all that is kept of it."""
    if image.pixels_expired_at is not None:
        raise no_longer_kept("pixels", image.pixels_expired_at)


def expect_evidence(image: Image) -> None:
    """Raise ProblemError (410) where the maps of the image are no longer kept."""
    if image.evidence_expired_at is not None:
        raise no_longer_kept("evidence", image.evidence_expired_at)


def gone_since(db: Session, study: str, series: str | None, instance: str | None) -> ProblemError | None:
    """Return the problem of a study, series or instance of which something is no longer kept; None where there was nothing."""
    image = sa.select(sa.func.max(Image.pixels_expired_at)).where(
        Image.study_instance_uid == study, Image.state == ImageState.ANALYSED
    )
    made = (
        sa.select(sa.func.max(ObjectRecord.expired_at))
        .outerjoin(Image, Image.id == ObjectRecord.image_id)
        .outerjoin(ReportRecord, ReportRecord.id == ObjectRecord.report_id)
        .where(sa.or_(Image.study_instance_uid == study, ReportRecord.study_instance_uid == study))
    )
    for query, of, kind in ((image, Image, "pixels"), (made, ObjectRecord, "object")):
        within = ((of.series_instance_uid, series), (of.sop_instance_uid, instance))
        named = (column == uid for column, uid in within if uid is not None)
        if (since := db.scalar(query.where(*named))) is not None:
            return no_longer_kept(kind, since)
    return None
