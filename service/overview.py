"""What a person at a terminal is told: images, findings, deliveries, as tables."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from models.assessment import Call
from models.labels import Label
from service.gdpr.restriction_record import is_restricted
from service.records import Delivery, DeliveryState, FindingRecord, Image, ImageState, Study


@dataclass(frozen=True, slots=True)
class ImageLine:
    """One image and everything that became of it."""

    image: Image
    findings: Sequence[FindingRecord]
    deliveries: Sequence[Delivery]
    report_parked: str
    is_withdrawn: bool = False
    is_restricted: bool = False


def load(engine: sa.Engine, *, limit: int = 50) -> list[ImageLine]:
    """Return the newest images, oldest first, with their findings and the deliveries of image and study."""
    with Session(engine) as db:
        images = list(db.scalars(sa.select(Image).order_by(Image.received_at.desc()).limit(limit)))[::-1]
        studies = {image.id: db.get_one(Study, image.study_instance_uid) for image in images}
        lines = [
            ImageLine(
                image,
                list(
                    db.scalars(
                        sa.select(FindingRecord)
                        .where(FindingRecord.image_id == image.id)
                        .order_by(FindingRecord.probability.desc().nulls_last())
                    )
                ),
                list(
                    db.scalars(
                        sa.select(Delivery)
                        .where(
                            Delivery.study_instance_uid == image.study_instance_uid,
                            sa.or_(Delivery.image_id == image.id, Delivery.report_id.is_not(None)),
                        )
                        .order_by(Delivery.created_at)
                    )
                ),
                studies[image.id].park_reason,
                studies[image.id].withdrawn_at is not None,
                db.scalar(sa.select(is_restricted(studies[image.id].patient))) is True,
            )
            for image in images
        ]
        db.expunge_all()
    return lines


def answer(line: ImageLine) -> str:
    """Say in words what was found, or why nothing was looked for."""
    if line.is_restricted:
        return "[yellow]restricted[/] (GDPR Art. 18)"
    if line.image.state is ImageState.PARKED:
        return f"[yellow]parked[/] {line.image.id}: {escape(line.image.reason)}"
    if line.image.state is ImageState.DECLINED:
        return f"[yellow]declined[/]: {escape(line.image.reason)}"
    if line.is_withdrawn:
        return "[yellow]withdrawn[/]: its results must not be used"
    if line.image.state is not ImageState.ANALYSED:
        return line.image.state.value
    findings = [f for f in line.findings if f.label != Label.NO_FINDING.value]
    told = [
        f"{label} {f.probability:.2f} (threshold {f.threshold:.2f})"
        for call, style in ((Call.PRESENT, "[bold]{}[/]"), (Call.INDETERMINATE, "{}: indeterminate"))
        for f in findings
        if f.call == call.value and (label := style.format(f.label))
    ]
    return "\n".join(told) or "no assessed finding reached its threshold"


def image_table(lines: Sequence[ImageLine], names: dict[str, str] | None = None) -> Table:
    """Return the table of images; ``names`` gives a file name for a SOP Instance UID."""
    table = Table(show_lines=True, expand=True)
    table.add_column("image", ratio=2)
    table.add_column("called findings, or why not", ratio=3)
    table.add_column("delivered to", ratio=5, overflow="fold")
    for line in lines:
        name = (names or {}).get(line.image.sop_instance_uid, f"…{line.image.sop_instance_uid[-12:]}")
        places = [_where(d) for d in line.deliveries]
        if line.report_parked:
            places.append(f"report parked: {line.report_parked}")
        table.add_row(name, answer(line), escape("\n".join(places)))
    return table


def _where(delivery: Delivery) -> str:
    if delivery.state is not DeliveryState.DELIVERED:
        return f"{delivery.destination} {delivery.parcel.value}: {delivery.state.value}"
    files = (delivery.receipt or {}).get("files")
    if isinstance(files, list):
        return "\n".join(_short(str(f)) for f in files)
    return f"{delivery.destination} {delivery.parcel.value}: {(delivery.receipt or {}).get('proof')}"


def _short(path: str) -> str:
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else path


def delivery_table(engine: sa.Engine, *, states: Sequence[DeliveryState], limit: int = 50) -> Table:
    """Return the table of deliveries in ``states``, newest last."""
    table = Table("delivery", "destination", "parcel", "state", "tries", "last answer")
    with Session(engine) as db:
        rows = db.scalars(
            sa.select(Delivery).where(Delivery.state.in_(states)).order_by(Delivery.created_at.desc()).limit(limit)
        )
        for d in reversed(list(rows)):
            table.add_row(
                str(d.id), d.destination, d.parcel.value, d.state.value, str(d.attempts), escape(d.last_error)
            )
    return table


def parked_table(engine: sa.Engine, *, limit: int = 200) -> Table:
    """Return the table of images and reports that wait for a person, oldest first, however old they are."""
    table = Table("parked", "which", "why")
    with engine.connect() as db:
        images = sa.select(Image.id, Image.reason).where(Image.state == ImageState.PARKED).order_by(Image.received_at)
        for image_id, reason in db.execute(images.limit(limit)):
            table.add_row("image", str(image_id), escape(reason))
        studies = sa.select(Study.study_instance_uid, Study.park_reason).where(Study.park_reason != "")
        for uid, reason in db.execute(studies.order_by(Study.first_seen_at).limit(limit)):
            table.add_row("report", uid, escape(reason))
    return table


def counts(engine: sa.Engine) -> dict[str, dict[str, int]]:
    """Return how many images and deliveries are in each state."""
    with engine.connect() as db:
        return {
            "images": {str(s): n for s, n in db.execute(sa.select(Image.state, sa.func.count()).group_by(Image.state))},
            "deliveries": {
                str(s): n for s, n in db.execute(sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state))
            },
        }


def parked(engine: sa.Engine) -> list[UUID]:
    """Return the ids of parked deliveries and images, oldest first."""
    with engine.connect() as db:
        deliveries = sa.select(Delivery.id).where(Delivery.state == DeliveryState.PARKED).order_by(Delivery.created_at)
        images = sa.select(Image.id).where(Image.state == ImageState.PARKED).order_by(Image.received_at)
        return [*db.scalars(deliveries), *db.scalars(images)]
