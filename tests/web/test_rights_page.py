"""An officer answers for the rights of persons in the client: the answer opens with its key alone, and no Patient ID stands in an address."""

import io
import json
import re
import zipfile

import pyrage
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.instances import EFFUSION, make_instance
from tests.web.clinic import barriers, send, wait_until_idle

pytestmark = [pytest.mark.peers, pytest.mark.slow]

PATIENT = "RIGHTS-PATIENT-7731"
PAGE = "Patients\N{RIGHT SINGLE QUOTATION MARK} rights"
IDENTITY = pyrage.x25519.Identity.generate()


@pytest.fixture(scope="module")
def patient(ward, ward_token, tmp_path_factory):
    """Bring a study of the patient who asks."""
    folder = tmp_path_factory.mktemp("rights")
    send(ward, [make_instance(folder, EFFUSION, PatientID=PATIENT, PatientName="Asking^Person")])
    wait_until_idle(ward, ward_token)
    return PATIENT


@pytest.fixture
def officer(sign_in_at_ward):
    """Return an officer at the client, and every request that leaves their browser."""
    here = sign_in_at_ward("officer", name="Olga Officer")
    asked = []
    here.page.on("request", lambda request: asked.append((request.method, request.url, request.post_data or "")))
    return here, asked


def _look_up(page, patient):
    page.get_by_role("textbox", name="Patient ID", exact=True).fill(patient)
    page.keyboard.press("Enter")


def _stands_nowhere(page, asked, patient):
    assert patient in "".join(body for _, _, body in asked)
    assert patient not in json.dumps([(method, url) for method, url, _ in asked])
    assert patient not in page.url
    assert patient not in page.title()
    assert patient not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")


def test_a_request_is_answered_and_only_its_recipient_opens_it(officer, ward, patient):
    here, asked = officer
    page = here.go("")
    page.get_by_role("link", name=PAGE).click()
    expect(page.get_by_role("heading", level=1, name="Answer a request for access")).to_be_visible()
    _look_up(page, patient)
    keys = page.get_by_role("textbox", name=re.compile("^Public key"))
    expect(keys).to_be_visible()
    keys.fill(str(IDENTITY.to_public()))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("radio", name="By role")).to_be_checked()
    page.get_by_role("button", name="Go on").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Put together and download").click()
    name = download.value.suggested_filename
    assert re.fullmatch(r"diafan-answer-\d{8}T\d{6}Z\.zip\.age", name)
    expect(page.get_by_text(f"Taken along: {name}")).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"^It holds 1 study, 1 image, \d+ results, 1 report, \d+ entries"))
    ).to_be_visible()
    assert page.locator("main img, main canvas").count() == 0
    assert barriers(page) == []
    _stands_nowhere(page, asked, patient)
    sealed = download.value.path().read_bytes()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])
    package = zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [IDENTITY])))
    letter = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(package.read("answer-en.pdf"))).pages)
    assert patient in letter
    assert [one for one in package.namelist() if re.fullmatch(r"study-1/images/.*\.dcm", one)]
    page.get_by_role("link", name="Audit log").click()
    page.get_by_role("button", name="Exports").click()
    expect(page.locator("[data-entry]").first).to_contain_text("data handed over")
    assert patient not in ward.log.read_text()


def test_an_erasure_is_prepared_and_nothing_is_changed(officer, ward, ward_token, patient):
    here, asked = officer
    page = here.go("rights/erase")
    _look_up(page, patient)
    expect(page.get_by_text(re.compile(r"^It has to be kept until 31 December 20\d\d\.$"))).to_be_visible()
    expect(page.get_by_role("table").get_by_role("row", name=re.compile("^outbox 1 0$"))).to_be_visible()
    expect(page.get_by_role("table").get_by_role("row", name=re.compile("^record 1 0$"))).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name=re.compile("It is refused for now"))).to_be_focused()
    assert barriers(page) == []
    _stands_nowhere(page, asked, patient)
    assert len(ward.post("/worklist", ward_token, text=patient)["studies"]) == 1


def test_a_name_is_corrected_and_stands_in_no_address(officer, ward, ward_token, tmp_path):
    wrong, right = "RECTIFIED-PATIENT-7732", "Kowalska^Rightful"
    send(ward, [make_instance(tmp_path, EFFUSION, PatientID=wrong, PatientName="Kowalski^Wrong")])
    wait_until_idle(ward, ward_token)
    here, asked = officer
    page = here.go("rights/rectify")
    _look_up(page, wrong)
    expect(page.get_by_role("radio", name="All studies of the patient")).to_be_checked()
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_role("checkbox", name="Name").press("Space")
    page.get_by_role("textbox", name=re.compile("^Name that is right")).fill("Kowalska\\Rightful")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("^This does not fit. Family name"))).to_be_visible()
    here.forgive("422")
    assert barriers(page) == []
    page.get_by_role("textbox", name=re.compile("^Name that is right")).fill(right)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("What that does"))).to_be_focused()
    expect(page.get_by_text("Images that come in again corrected, as a new revision: 1")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("^Who hears of it")).get_by_role("listitem")).to_have_text(
        ["outbox", "record"]
    )
    assert barriers(page) == []
    page.get_by_role("checkbox", name=re.compile("^I compared")).press("Space")
    page.get_by_role("button", name="Correct").press("Enter")
    expect(page.get_by_text(re.compile("^Corrected images: 1"))).to_be_visible()
    assert page.locator("main img, main canvas").count() == 0
    for value in (wrong, right):
        _stands_nowhere(page, asked, value)
        assert value not in ward.log.read_text()
    wait_until_idle(ward, ward_token)
    [study] = ward.post("/worklist", ward_token, text=wrong)["studies"]
    assert (study["patient_name"], study["corrected"]) == (right, ["name"])


def test_who_was_never_here_is_told_and_a_person_decides(officer, ward):
    here, _ = officer
    page = here.go("rights/access")
    _look_up(page, "NOBODY-HERE")
    expect(page.get_by_text(re.compile("^Nobody with this Patient ID is known here"))).to_be_visible()
    here.forgive("404")
    assert "NOBODY-HERE" not in page.url
    assert "NOBODY-HERE" not in ward.log.read_text()


def test_documents_and_the_timeline_of_a_breach_are_taken_along(officer, patient):
    here, _ = officer
    page = here.go("rights/documents")
    page.get_by_role("button", name="Polish").click()
    with page.expect_download() as notice:
        page.get_by_role("button", name="Information notice: PDF").click()
    assert notice.value.suggested_filename == "diafan-notice-pl.pdf"
    assert notice.value.path().read_bytes().startswith(b"%PDF")
    assert barriers(page) == []
    page.get_by_role("link", name=re.compile("^Breach")).click()
    page.get_by_label("To", exact=True).fill("2100-01-01T00:00")
    page.get_by_role("button", name="By Patient ID …").click()
    page.get_by_role("dialog").get_by_label("Patient ID", exact=True).fill(patient)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Remove: p-"))).to_be_visible()
    with page.expect_download() as timeline:
        page.get_by_role("button", name="CSV, for a spreadsheet").click()
    rows = timeline.value.path().read_text()
    assert "instance-received" in rows
    assert patient not in rows
    assert barriers(page) == []


def test_a_physician_does_not_come_there(sign_in_at_ward, ward, patient):
    here = sign_in_at_ward("physician", name="Anna Kurek")
    page = here.page
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name=PAGE)).to_have_count(0)
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(ward.url)))
    here.go("rights/access")
    expect(page.get_by_role("alert")).to_contain_text("Your role does not open this page.")
    assert not [path for path in asked if path.startswith("/gdpr")]
    held = here.context.request.post(
        f"{ward.url}/gdpr/held", data={"patient_id": patient}, headers={"Origin": ward.url}
    )
    assert held.status == 403
