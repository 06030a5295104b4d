"""A study's report as a page for people: one sheet of A4 as PDF, and the same as HTML, for FHIR DiagnosticReport.presentedForm.

The resource and its Observations are the report; this is for who has nothing but a viewer of documents. It is derived from
its arguments: the same report gives the same bytes.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from integrations.diagnostic_report import Report
from integrations.document.content import write_page
from integrations.document.html import render_html
from integrations.document.pdf import render_pdf
from integrations.document.picture import Illustration, encode
from integrations.document.words import Language, PageWords

__all__ = ["Illustration", "Language", "ReportDocument", "render_document"]


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """One report in two formats: ``pdf`` is one page of A4, ``html`` one file (UTF-8) that loads nothing."""

    pdf: bytes
    html: bytes
    title: str
    language: Language
    issued: datetime

    def presented_form(self) -> list[dict[str, Any]]:
        """Return both as FHIR R4 Attachments for DiagnosticReport.presentedForm, the PDF first."""
        return [
            {
                "contentType": content_type,
                "language": self.language,
                "data": b64encode(data).decode(),
                "size": len(data),
                "hash": b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),
                "title": self.title,
                "creation": self.issued.isoformat(timespec="milliseconds"),
            }
            for content_type, data in (("application/pdf", self.pdf), ("text/html", self.html))
        ]


def render_document(
    report: Report,
    picture: Illustration | None = None,
    *,
    language: Language = "en",
    not_kept_since: date | None = None,
) -> ReportDocument:
    """Return ``report`` as documents in ``language``, with a small copy of ``picture`` beside the table where there is one.

    The picture is best the radiograph with the evidence alone, without a legend: it is drawn five to nine centimetres wide.
    Where there is none because the radiograph is no longer kept, ``not_kept_since`` is said in its place.
    ``report.issued`` and the times of signatures are printed in their own time zones.
    """
    page = write_page(report, language, not_kept_since)
    jpeg = encode(picture.pixels, _caption(page.words, picture)) if picture else None
    return ReportDocument(render_pdf(page, jpeg), render_html(page, jpeg), page.title, language, report.issued)


def _caption(words: PageWords, picture: Illustration) -> str:
    shown = words.evidence.format(label=words.label[picture.label]) if picture.label else words.plain
    return f"{shown} {words.not_to_read}"
