"""The page that goes with a report: in the bundle, with the evidence for what is called, and only where a site wants it."""

import base64
import io
import json
from dataclasses import replace

import numpy as np
import pydicom
import pypdf
import pytest
import sqlalchemy as sa
from PIL import Image as Pillow
from sqlalchemy.orm import Session

from integrations.document import picture as document_picture
from integrations.errors import Unreadable
from service.records import Image, ObjectRecord, ReportRecord
from tests.instances import make_instance
from tests.service.api_client import PRESENT, upload


@pytest.fixture
def issue(api, tmp_path):
    """Return what makes a report of a new study, with these settings, and gives back its DiagnosticReport."""

    def issue(before=lambda _image: None, **reporting):
        stages = replace(api.pipeline, reporting=api.pipeline.reporting.model_copy(update=reporting))
        with api.client("study.read", "study.write", subject="dr-house") as client:
            file = make_instance(tmp_path, PatientName="Page^Patient", PatientID="PAGE-1")
            [result] = upload(client, file.read_bytes()).json()["results"]
        stages.analyse(result["image_id"])
        with Session(api.diafan.engine) as db:
            image = db.scalar(sa.select(Image).where(sa.cast(Image.id, sa.Text) == result["image_id"]))
            before(image)
            stages.report(image.study_instance_uid)
            record = db.scalar(
                sa.select(ReportRecord).where(ReportRecord.study_instance_uid == image.study_instance_uid)
            )
        entries = json.loads(api.diafan.store.read(record.blob))["entry"]
        return next(e["resource"] for e in entries if e["resource"]["resourceType"] == "DiagnosticReport")

    return issue


def pages(report):
    return [base64.b64decode(one["data"]) for one in report["presentedForm"]]


def test_a_report_goes_with_its_page_which_shows_the_evidence_for_what_is_called(issue, api):
    images = []
    report = issue(images.append)
    assert [one["contentType"] for one in report["presentedForm"]] == ["application/pdf", "text/html"]
    pdf, html = pages(report)
    [page] = pypdf.PdfReader(io.BytesIO(pdf)).pages
    words = page.extract_text()
    assert "not reviewed by a physician" in words
    assert "PAGE-1" in words
    assert f"{PRESENT.value}: what raised the score" in " ".join(words.split())
    [picture] = page.images
    shown = Pillow.open(io.BytesIO(picture.data)).convert("RGB")
    with Session(api.diafan.engine) as db:
        of = sa.select(ObjectRecord).where(ObjectRecord.image_id == images[0].id, ObjectRecord.kind == "overlay")
        capture = pydicom.dcmread(api.diafan.store.path(db.scalar(of).blob)).pixel_array
    width = round(capture.shape[0] * shown.width / shown.height)
    assert width < capture.shape[1], "the capture has a legend"
    drawn = np.asarray(Pillow.fromarray(capture[:, :width]).resize(shown.size)).astype(int)
    assert abs(np.asarray(shown).astype(int) - drawn).mean() < 6
    assert b"It supports a physician and never replaces one" in html


def test_page_and_report_are_in_the_language_of_the_site(issue):
    report = issue(language="pl")
    pdf, html = pages(report)
    assert "Wynik" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert b'lang="pl"' in html
    assert report["language"] == "pl"
    assert report["conclusion"].startswith("Wstępny wynik AI, wersja 1, bez oceny lekarza. ")


def test_a_report_names_the_structured_report_that_was_made_of_it(issue, api):
    named = issue()["identifier"][-1]
    with Session(api.diafan.engine) as db:
        made = db.scalars(sa.select(ObjectRecord.sop_instance_uid).where(ObjectRecord.report_id.is_not(None)))
        assert named["value"].removeprefix("urn:oid:") in set(made)
    assert named["system"] == "urn:dicom:uid"


def test_a_site_that_wants_no_pages_gets_none(issue):
    assert "presentedForm" not in issue(documents=False)


def test_a_page_has_no_picture_where_the_pixels_are_gone_and_says_the_rest(issue, api, monkeypatch):
    def unreadable(_path, _side):
        raise Unreadable("gone")

    monkeypatch.setattr(document_picture, "read_radiograph", unreadable)
    [page] = pypdf.PdfReader(io.BytesIO(pages(issue())[0])).pages
    assert not page.images
    assert PRESENT.value in page.extract_text()
