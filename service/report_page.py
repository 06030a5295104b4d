"""The page that goes with a report: its words, and the radiograph with the evidence for what is called most surely."""

from integrations.diagnostic_report import Report
from integrations.document import ReportDocument, render_document
from integrations.document.picture import Illustration, illustrate
from integrations.errors import Unreadable
from integrations.result_object import OVERLAY
from models.assessment import Call
from models.labels import Label
from service.records import Image, ObjectRecord
from service.reports import NextRevision
from service.store import FolderStore


def page_of(store: FolderStore, report: Report, owed: NextRevision) -> ReportDocument:
    """Return the page of a study's next revision in the report's language; without a picture where the pixels cannot be read any more.

    Where they are no longer kept, it says so.
    """
    image, overlay = _shown(report, owed)
    if image.pixels_expired_at is not None:
        since = image.pixels_expired_at.date()
        return render_document(report, language=report.language, not_kept_since=since)
    source = store.path(image.blob)
    try:
        picture: Illustration | None = (
            illustrate(source, store.path(overlay.blob), Label(overlay.label)) if overlay else illustrate(source)
        )
    except (Unreadable, FileNotFoundError):
        picture = None
    return render_document(report, picture, language=report.language)


def _shown(report: Report, owed: NextRevision) -> tuple[Image, ObjectRecord | None]:
    """Return the image to show, and its overlay for the label called with the highest probability; None: nothing is called."""
    images = {image.sop_instance_uid: image for image in owed.images}
    called = [r for r in report.findings if r.finding.call is Call.PRESENT and r.image_uid in images]
    for reported in sorted(called, key=lambda r: -(r.finding.probability or 0)):
        image = images[str(reported.image_uid)]
        for one in owed.objects:
            if one.blob and (one.kind, one.image_id, one.label) == (OVERLAY, image.id, reported.finding.label.value):
                return image, one
    return owed.images[-1], None
