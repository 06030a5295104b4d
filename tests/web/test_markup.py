"""What strangers write into DICOM files is text on every page: no element comes of it, no script runs, no dialog opens."""

import re

import pytest
from playwright.sync_api import expect

from service.roles import PersonRole
from tests.instances import EFFUSION, make_instance
from tests.web.clinic import send, wait_until_idle

pytestmark = [pytest.mark.peers, pytest.mark.slow]

EVERY_ROLE = tuple(role.value for role in PersonRole)
STATION = "<b onclick=hit()"
# Patient ID, what stands in the name, and in the description: 64 characters at most, and no ^, = or backslash in a name (PS3.5 6.2).
PAYLOADS = (
    ("MARKUP-1", "<script>window.hit(0)</script>", "<script>window.hit(1)</script>"),
    ("MARKUP-2", "<b>Bold</b><svg/onload>", '"><img src=x onerror="window.hit(2)">'),
    ("MARKUP-3", "{{7*7}}$t(product)${7*7}", "javascript:window.hit(3)//<a href=//127.0.0.1>"),
    ("MARKUP-4", "\u202e<i>Turned</i>\u202c", "<iframe srcdoc='<script>parent.hit(4)</script>'>"),
)


@pytest.fixture(scope="module")
def studies(ward, ward_token, tmp_path_factory):
    """Return the studies by their patients' IDs."""
    folder = tmp_path_factory.mktemp("markup")
    files = [
        make_instance(
            folder,
            EFFUSION,
            name=f"{patient}.dcm",
            SpecificCharacterSet="ISO_IR 192",
            PatientID=patient,
            PatientName=name,
            StudyDescription=description,
        )
        for patient, name, description in PAYLOADS
    ]
    send(ward, files, STATION)
    wait_until_idle(ward, ward_token)
    found = ward.post("/worklist", ward_token, text="markup")["studies"]
    return {study["patient_id"]: study["study_instance_uid"] for study in found}


def test_names_and_descriptions_are_text_wherever_they_stand(sign_in_at_ward, studies):
    here = sign_in_at_ward(*EVERY_ROLE, name="Visitor")
    page = here.page
    here.context.add_init_script("window.hits = []; window.hit = one => window.hits.push(one);")
    here.go("worklist")
    page.get_by_placeholder("Name, patient ID or accession").fill("markup")
    expect(page.locator("[data-study]")).to_have_count(len(PAYLOADS))
    for patient, name, description in PAYLOADS:
        row = page.locator(f"[data-study='{studies[patient]}']")
        expect(row.get_by_text(name, exact=True)).to_be_visible()
        expect(row.get_by_text(description, exact=True)).to_be_visible()
        expect(row.get_by_text(STATION, exact=True)).to_be_visible()
    _nothing_came_of_it(page)
    for patient, name, description in PAYLOADS:
        here.go(f"studies/{studies[patient]}")
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(page.get_by_text(description)).to_be_visible()
        _nothing_came_of_it(page)


def test_the_name_of_a_sender_is_text_in_the_log(sign_in_at_ward, studies):
    here = sign_in_at_ward(*EVERY_ROLE, name="Visitor")
    here.context.add_init_script("window.hits = []; window.hit = one => window.hits.push(one);")
    page = here.go("log")
    page.get_by_role("textbox", name="Pseudonym or study UID").fill(studies["MARKUP-1"])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("study=s-"))
    expect(page.locator("[data-entry]").filter(has_text=STATION).first).to_be_visible()
    page.locator("[data-entry]").filter(has_text=STATION).first.click()
    told = page.get_by_role("complementary")
    expect(told).to_contain_text(f"{STATION} sent an image")
    told.get_by_text("Every field, as recorded").click()
    _nothing_came_of_it(page)


def _nothing_came_of_it(page):
    # What is the client's own has a class.
    strange = [f"main {one}:not([class])" for one in ("b", "i", "a", "img", "svg")]
    strange += ["main script", "main iframe", "main [onload]", "main [onclick]", "main [onerror]"]
    assert page.locator(", ".join(strange)).count() == 0
    assert page.evaluate("window.hits") == []
