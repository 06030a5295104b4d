"""The report as a page: what must stand on it, in both languages, whatever was sent or written."""

import re
import sys
import unicodedata
import xml.etree.ElementTree as ET
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from fhir.resources.R4B.attachment import Attachment
from PIL import Image
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from integrations.document import Illustration, render_document
from integrations.document.shapes import draw_shape
from integrations.document.words import WORDS
from integrations.verdict import Physician, ReportStatus, Signed, SignedVerdict, Stated, Verdict
from models.assessment import Call, ModelIdentity
from models.labels import LABELS, Label
from tests.integrations.fhir_reports import REPORT, STUDY

CLIENT = Path(__file__).parents[2] / "service/web/src/words"
LANGUAGES = ("en", "pl")
XHTML = "{http://www.w3.org/1999/xhtml}"
PHYSICIAN = Physician("https://idp.example", "u1", "Dr. Łucja Żółkiewska")
VERDICT = SignedVerdict(
    PHYSICIAN,
    datetime(2026, 1, 5, 11, 30, tzinfo=timezone(timedelta(hours=1))),
    1,
    {
        Label.PNEUMONIA: Stated(Call.PRESENT, Verdict.DISAGREE, Call.ABSENT),
        Label.EDEMA: Stated(Call.INDETERMINATE, Verdict.UNSURE, Call.INDETERMINATE),
        Label.CARDIOMEGALY: Stated(Call.ABSENT, Verdict.AGREE, Call.ABSENT),
    },
    "Płuca <b>bez</b> zmian.\nKontrola za rok.",
)
OPINION = SignedVerdict(
    Physician("https://idp.example", "u2", "Prof. Jan Kowalski"),
    datetime(2026, 1, 6, 9, 5, tzinfo=UTC),
    1,
    {Label.PNEUMONIA: Stated(Call.PRESENT, Verdict.AGREE, Call.PRESENT)},
    "I see it.",
)
FINAL = replace(REPORT, signed=Signed(ReportStatus.FINAL, VERDICT))
AMENDED = replace(REPORT, revision=2, signed=Signed(ReportStatus.AMENDED, VERDICT))
APPENDED = replace(REPORT, revision=3, signed=Signed(ReportStatus.APPENDED, VERDICT, (OPINION,)))
WITHDRAWN = replace(REPORT, signed=Signed(ReportStatus.ENTERED_IN_ERROR, VERDICT))
PICTURE = Illustration(np.tile(np.arange(240, dtype=np.uint8)[:, None, None], (1, 200, 3)), Label.PNEUMONIA)

EVERYTHING = {label: Stated(Call.ABSENT, Verdict.DISAGREE, Call.PRESENT) for label in LABELS}
BLIND = "W" * 5000 + "\n" * 50 + "Lorem <b>ipsum</b> & dolor\x00\x1b\u202e sit amet. " * 200
HOSTILE = replace(
    REPORT,
    study=replace(
        STUDY,
        patient_name="W" * 900 + "^" + "m m " * 300,
        patient_id="<script>alert(1)</script>" * 30,
        study_description="<!-- ]]> & \x07\ud800" * 60,
        accession_number="9" * 900,
        study_instance_uid="1." * 400,
        birth_date="\x00",
        sex="<X>",
    ),
    findings=tuple(
        replace(reported, model=ModelIdentity("m" * 300, "v" * 300, f"{number:x}" * 64))
        for number, reported in enumerate(REPORT.findings)
    ),
    intended_use="Use it. " * 400,
    signed=Signed(
        ReportStatus.AMENDED,
        replace(VERDICT, stated=EVERYTHING, text=BLIND, physician=replace(PHYSICIAN, name="Dr W" * 300)),
        tuple(replace(OPINION, stated=EVERYTHING, text=BLIND) for _ in range(9)),
    ),
)
REPORTS = {
    "preliminary": REPORT,
    "final": FINAL,
    "amended": AMENDED,
    "appended": APPENDED,
    "withdrawn": WITHDRAWN,
    "hostile": HOSTILE,
}


def flat(text):
    return " ".join(unicodedata.normalize("NFC", text).split())


def pdf_text(document):
    return flat(PdfReader(BytesIO(document.pdf)).pages[0].extract_text())


def tree(document):
    return ET.fromstring(document.html)


def html_text(document):
    return flat(" ".join(tree(document).find(f"{XHTML}body").itertext()))


def both(document):
    return (pdf_text(document), html_text(document))


def told(report, language="en", picture=None):
    return both(render_document(report, picture, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_pdf_is_one_page_of_a4_with_its_language_and_its_fonts(report, language):
    reader = PdfReader(BytesIO(render_document(report, PICTURE, language=language).pdf))
    [page] = reader.pages
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.metadata.title == WORDS[language].title
    assert reader.metadata.creation_date == report.issued.replace(microsecond=0)
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize("picture", [None, PICTURE, Illustration(np.zeros((900, 60), np.uint8))])
def test_nothing_is_drawn_over_the_foot_or_over_another_line(report, language, picture):
    drawn = []

    def visit(text, cm, tm, font, size):
        if text.strip():
            drawn.append((round(tm[4] * cm[0] + cm[4], 1), round(tm[5] * cm[3] + cm[5], 1), text.strip()))

    document = render_document(report, picture, language=language)
    PdfReader(BytesIO(document.pdf)).pages[0].extract_text(visitor_text=visit)
    heights = [y for _, y, _ in drawn]
    assert min(heights) > 30
    assert max(heights) < 842 - 40
    # The foot is drawn first and its last line stands lowest: everything after must stay above its first.
    foot = [y for _, y, _ in drawn[: next(i for i, y in enumerate(heights) if y == min(heights)) + 2]]
    body = [y for y in heights if y > max(foot)]
    assert len(body) + len([y for y in heights if y <= max(foot)]) == len(drawn)
    lines = sorted({y for y in heights if y <= max(foot)})
    assert all(after - before > 5 for before, after in pairwise(lines))
    assert min(body) - max(foot) > 8


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_same_report_gives_the_same_bytes(report, language):
    assert render_document(report, PICTURE, language=language) == render_document(report, PICTURE, language=language)


@pytest.fixture
def hasty_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_documents_that_are_made_at_the_same_time_do_not_mix():
    reports = list(REPORTS.values())
    alone = [render_document(report, PICTURE) for report in reports]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda report: render_document(report, PICTURE), reports * 3))
    assert together == alone * 3


@pytest.mark.parametrize("call", Call)
def test_every_answer_has_a_shape_of_its_own_in_the_pdf(call):
    def drawn(shown):
        canvas = Canvas(BytesIO(), pageCompression=0, invariant=1)
        draw_shape(canvas, shown, 10, 20)
        return canvas.getpdfdata()

    assert re.search(rb"\d [lc]\b", drawn(call))
    assert [other for other in Call if drawn(other) == drawn(call)] == [call]
    findings = tuple(
        replace(r, finding=replace(r.finding, call=call)) if r.finding.call is Call.ABSENT else r
        for r in REPORT.findings
    )
    page = PdfReader(BytesIO(render_document(replace(REPORT, findings=findings)).pdf)).pages[0]
    rings = sum(reported.finding.call is Call.ABSENT for reported in findings)
    assert len(re.findall(rb" c\b", page.get_contents().get_data())) == 4 * rings  # a circle is four curves


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_every_label_and_its_answer_is_text(report, language):
    words = WORDS[language]
    for text in told(report, language):
        for reported in report.findings:
            said = f"{words.label[reported.finding.label]} {words.call[reported.finding.call]}"
            assert flat(said) in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_what_it_is_for_stands_on_every_page(report, language):
    words = WORDS[language]
    for text in told(report, language):
        assert words.support in text
        assert words.decision in text
        assert words.issued.format(revision=report.revision, when="2026-01-05 10:11 UTC") in text


@pytest.mark.parametrize("report", [REPORT, FINAL, AMENDED, APPENDED, HOSTILE])
def test_the_digest_of_the_manifest_is_never_cut(report):
    for text in told(report):
        assert report.model.digest in text.replace(" ", "")


def test_the_status_says_who_signed_and_when():
    signature = "Dr. Łucja Żółkiewska, 2026-01-05 11:30 UTC+01:00"
    opinion = "Second opinion of Prof. Jan Kowalski, 2026-01-06 09:05 UTC"
    for said in told(REPORT):
        assert "Preliminary AI result, not reviewed by a physician" in said
        assert "igned by" not in said
    for report, status in (
        (FINAL, f"Signed by {signature}"),
        (AMENDED, f"Amended and signed by {signature}"),
        (APPENDED, f"Signed by {signature}; added to {opinion}"),
        (WITHDRAWN, "Withdrawn: do not use these results"),
    ):
        for text in told(report):
            assert status in text
            assert "not reviewed" not in text
    for text in told(APPENDED, "pl"):
        assert f"Podpis: {signature}; uzupełnione" in text
        assert "Druga opinia: Prof. Jan Kowalski" in text
    nameless = replace(
        FINAL, signed=replace(FINAL.signed, verdict=replace(VERDICT, physician=replace(PHYSICIAN, name="")))
    )
    assert all("Signed by a physician, 2026" in text for text in told(nameless))


def test_the_conclusion_says_what_is_uncertain_and_what_was_not_assessed():
    for text in told(REPORT):
        assert "Called present: Pneumonia (probability 0.80)." in text
        assert "Indeterminate, the AI cannot tell: Edema (probability 0.80)." in text
        assert "Not assessed by this model: Enlarged Cardiomediastinum, Fracture, Support Devices." in text
        assert "That is no absence." in text
        assert "every answer of it may be wrong" in text
    for text in told(REPORT, "pl"):
        assert "Stwierdzono: Zapalenie płuc (prawdopodobieństwo 0,80)." in text
        assert "Nie oceniano: Poszerzenie śródpiersia, Złamanie, Urządzenia medyczne." in text


def test_nothing_called_is_not_told_as_health():
    quiet = replace(REPORT, findings=tuple(r for r in REPORT.findings if r.finding.call is Call.ABSENT))
    for text in told(quiet):
        assert "No label was called. That is no proof of a healthy chest." in text


def test_a_physicians_answer_stands_beside_the_machines():
    for text in told(FINAL):
        assert "Disagreed with the AI: Pneumonia is absent (AI: present, probability 0.80)." in text
        assert "Unsure: Edema (AI: indeterminate, probability 0.80)." in text
        assert "Agreed with the AI: Cardiomegaly (AI: absent, probability 0.10)." in text
        assert "Pneumonia present absent 0.80 0.50" in text
        assert "Edema indeterminate unsure 0.80 0.50" in text
        assert "Assessed by nobody: Enlarged Cardiomediastinum, Fracture, Support Devices." in text
    for text in told(APPENDED):
        assert "Second opinion of Prof. Jan Kowalski, 2026-01-06 09:05 UTC: Pneumonia (present)." in text
    for text in told(REPORT):
        assert "Physician" not in text


def test_a_physicians_own_words_are_text_line_by_line():
    document = render_document(FINAL)
    for text in both(document):
        assert "Płuca <b>bez</b> zmian. Kontrola za rok." in text
    assert b"Kontrola" in document.html.split(b"zmian.\n")[1][:10]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_cut_says_so(language):
    pdf, html = told(HOSTILE, language)
    assert pdf.count(WORDS[language].cut) >= 3
    assert html.count(WORDS[language].cut) == 3


def test_markup_in_a_patients_name_is_text():
    name = "<img/>^&amp;\"'{{7*7}}"
    document = render_document(replace(REPORT, study=replace(STUDY, patient_name=name, patient_id="<b>1</b>")))
    for text in both(document):
        assert "<img/>, &amp;\"'{{7*7}}" in text
        assert "<b>1</b>" in text
    assert not list(tree(document).iter(f"{XHTML}img"))


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_there_are_no_control_characters(report):
    document = render_document(report)
    for text in (*both(document), document.html.decode(), "".join(tree(document).itertext())):
        assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c != "\n"]


def test_a_name_is_printed_in_letters_that_the_font_has():
    def named(name):
        return told(replace(REPORT, study=replace(STUDY, patient_name=name)))

    pdf, html = named("Wiśniewska^Łucja^^Dr^MD=山田^花子=やまだ^はなこ")
    assert "Wiśniewska, Dr Łucja, MD" in pdf
    assert "山" not in pdf
    assert "山田, 花子" in html
    for name in ("山田^花子", "כהן^דוד"):
        pdf, html = named(name)
        assert "in letters that cannot be printed here" in pdf
        assert "CANARY-0815" in pdf
        assert name.replace("^", ", ") in html
    assert all("Иванова, Анна" in text for text in named("Иванова^Анна"))
    assert all("Name not given" in text for text in named("^^^"))


def test_what_the_sender_left_out_is_said_to_be_missing():
    bare = replace(REPORT, study=replace(STUDY, study_description="", accession_number="", birth_date="1", sex=""))
    for text in told(bare):
        assert text.count("not given") == 4


@pytest.mark.parametrize("shape", [(3000, 2500), (40, 60), (3000, 5, 3), (5, 3000, 3), (2000, 2000, 3)])
def test_the_picture_is_a_small_jpeg_in_both(shape):
    noise = np.random.default_rng(7).integers(0, 256, shape, np.uint8)
    for pixels in (noise, Image.fromarray(noise)):
        document = render_document(REPORT, Illustration(pixels, Label.PNEUMONIA))
        [image] = tree(document).iter(f"{XHTML}img")
        jpeg = b64decode(image.get("src").removeprefix("data:image/jpeg;base64,"))
        assert len(jpeg) <= 150_000
        assert max(Image.open(BytesIO(jpeg)).size) <= 1000
        assert jpeg in document.pdf
        assert image.get("alt") == WORDS["en"].evidence.format(label="Pneumonia") + " " + WORDS["en"].not_to_read


def test_a_picture_says_what_it_is_and_what_it_is_not():
    for text in told(REPORT, "en", PICTURE):
        assert "Pneumonia: what raised the score; no outline of disease." in text
    for text in told(REPORT, "pl", PICTURE):
        assert "Zapalenie płuc: co podniosło wynik; to nie jest obrys zmiany." in text
    for text in told(REPORT, "en", replace(PICTURE, label=None)):
        assert "Radiograph without evidence." in text
    for text in told(REPORT):
        assert "outline" not in text


def test_a_picture_in_other_colours_than_ours_is_converted():
    image = Image.new("RGBA", (30, 30), (1, 2, 3, 4))
    assert render_document(REPORT, Illustration(image)).pdf


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_stands_alone(language):
    document = render_document(APPENDED, PICTURE, language=language)
    root = tree(document)
    assert root.get("lang") == language
    assert document.html.startswith(b"<!DOCTYPE html>")
    assert not list(root.iter(f"{XHTML}script"))
    assert not list(root.iter(f"{XHTML}link"))
    text = document.html.decode()
    assert set(re.findall(r"\w+://[\w./]+", text)) == {"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"}
    assert not re.search(r"url\(|@import| on\w+=", text)
    # every answer has a shape of its own beside its word
    shapes = [tuple(map(str, (p.attrib for p in svg))) for svg in root.iter("{http://www.w3.org/2000/svg}svg")]
    assert len(shapes) == len(LABELS) + len(VERDICT.stated)
    assert len(set(shapes)) == len(Call)


def test_both_are_attachments_as_fhir_wants_them():
    document = render_document(REPORT, PICTURE, language="pl")
    attachments = document.presented_form()
    assert [a["contentType"] for a in attachments] == ["application/pdf", "text/html"]
    for attachment, data in zip(attachments, (document.pdf, document.html), strict=True):
        Attachment.model_validate(attachment)
        assert b64decode(attachment["data"]) == data
        assert attachment["size"] == len(data)
        assert attachment["language"] == "pl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_the_web_clients(language):
    client, words = (CLIENT / f"{language}.ts").read_text(encoding="utf-8"), WORDS[language]
    for name, said in words.label.items():
        assert re.search(rf'^    "?{name.value}"?: "{said}",$', client, re.MULTILINE)
    for call, said in words.call.items():
        assert re.search(rf'^    "?{call.value}"?: "{said}",$', client, re.MULTILINE)
    study = (CLIENT.parent / "study" / f"{language}.ts").read_text(encoding="utf-8")
    own = re.search(r"own: \{ (.+) \}", study)[1].lower()
    for key, call in (("present", Call.PRESENT), ("unsure", Call.INDETERMINATE), ("absent", Call.ABSENT)):
        assert f'{key}: "{words.own[call]}"' in own
    for said in (words.none_called, words.not_assessed_means):
        assert said in study
