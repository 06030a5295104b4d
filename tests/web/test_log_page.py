"""The audit log before a real service: what happened stands there, of one patient or person, verified, and without any image."""

import csv
import json
import re

import pytest
from playwright.sync_api import expect

from tests.instances import EFFUSION, make_instance
from tests.web.clinic import send, wait_until_idle

pytestmark = [pytest.mark.peers, pytest.mark.slow]

PATIENT = "LOG-PATIENT-7731"
STUDY_NAME = "s-[0-9a-f]{4}…[0-9a-f]{3}"
"""As the page shortens it."""


@pytest.fixture(scope="module")
def study(ward, ward_token, tmp_path_factory):
    """Return the study of a patient who is looked for."""
    folder = tmp_path_factory.mktemp("log")
    send(ward, [make_instance(folder, EFFUSION, PatientID=PATIENT, PatientName="Sought^Person")])
    wait_until_idle(ward, ward_token)
    [found] = ward.post("/worklist", ward_token, text=PATIENT)["studies"]
    return found["study_instance_uid"]


def entries(page):
    return page.locator("[data-entry]")


def test_what_happened_stands_there_and_an_entry_says_all_of_it(sign_in_at_ward, study):
    page = sign_in_at_ward("officer", name="Olga Officer").go("log")
    expect(entries(page).filter(has_text="Report written").first).to_be_visible()
    page.get_by_role("combobox", name="What").click()
    page.get_by_role("option", name="Image analysed", exact=True).click()
    expect(entries(page).first).to_contain_text("Image analysed")
    expect(entries(page).filter(has_text="Image received")).to_have_count(0)
    entries(page).first.click()
    told = page.get_by_role("complementary")
    expect(told).to_contain_text(re.compile(r"Diafan analysed an image of study s-[0-9a-f]{4}…[0-9a-f]{3}\."))
    expect(told).to_contain_text(re.compile(r"[0-9a-f]{64}"))
    expect(told).to_contain_text("treatment (TREAT)")
    expect(told).to_contain_text("GDPR Art. 6(1)(c), legal obligation; GDPR Art. 9(2)(h), health care")
    expect(told).to_contain_text("success")


def test_a_patient_is_found_without_standing_in_any_address(sign_in_at_ward, study):
    here = sign_in_at_ward("officer", name="Olga Officer")
    page = here.page
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url, request.post_data or "")))
    here.go("log")
    page.get_by_role("button", name="One patient …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Patient ID", exact=True).fill(PATIENT)
    dialog.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name=re.compile("History of patient p-"))).to_be_visible()
    history = page.get_by_role("grid", name="History, the newest first")
    expect(history).to_contain_text(re.compile(rf"CR-ROOM-2 sent an image of study {STUDY_NAME}\."))
    expect(history).to_contain_text(re.compile(r"The report of study .* arrived at record\."))
    assert PATIENT in "".join(body for _, _, body in asked)
    assert PATIENT not in json.dumps([(method, url) for method, url, _ in asked])
    assert PATIENT not in page.url
    assert PATIENT not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    assert PATIENT not in page.content(), "the log knows pseudonyms only"


def test_of_who_was_never_here_the_log_knows_nobody(sign_in_at_ward, study):
    page = sign_in_at_ward("officer", name="Olga Officer").go("log")
    page.get_by_role("button", name="One patient …").click()
    page.get_by_role("dialog").get_by_label("Patient ID", exact=True).fill("NOBODY-HERE")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("The log knows nobody of that identifier.")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Look for new entries").click()
    assert "NOBODY-HERE" not in page.url + page.content()


def test_a_person_s_acts_are_a_history(sign_in_at_ward, study):
    sign_in_at_ward("physician").go(f"studies/{study}").get_by_role("heading", name="Sought, Person").wait_for()
    page = sign_in_at_ward("officer", name="Olga Newcomer").go("log?what=study-shown")
    expect(entries(page).first).to_be_visible()
    entries(page).first.click()
    page.get_by_role("button", name="History of this person").click()
    expect(page.get_by_role("heading", name=re.compile("History of os-user:"))).to_be_visible()
    history = page.get_by_role("grid", name="History, the newest first")
    expect(history).to_contain_text("signed in.")
    expect(history).to_contain_text(re.compile(rf"looked at study {STUDY_NAME}: what was found\."))
    expect(history).not_to_contain_text("CR-ROOM-2")
    assert "os-user" not in page.url


def test_it_says_that_the_log_verifies(sign_in_at_ward, study):
    page = sign_in_at_ward("officer", name="Olga Officer").go("log")
    bar = page.get_by_role("region", name="Whether the log is what was signed")
    expect(bar).to_contain_text("Not verified since this page was opened.")
    bar.get_by_role("button", name="Verify now").click()
    expect(bar).to_contain_text(re.compile(r"[\d,]+ entries: none changed, missing or out of order\."))


def test_an_officer_sees_no_image(sign_in_at_ward, ward, ward_token, study):
    here = sign_in_at_ward("officer", name="Olga Officer")
    page = here.page
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(ward.url)))
    here.go(f"studies/{study}")
    expect(page.get_by_role("alert")).to_contain_text("Your role does not open this page.")
    assert not [path for path in asked if path.startswith(("/images", "/studies", "/worklist"))]
    [image] = ward.get(f"/studies/{study}", ward_token).json()["received"]
    for path in (f"/studies/{study}", f"/images/{image['id']}", f"/images/{image['id']}/instance"):
        assert here.context.request.get(f"{ward.url}{path}").status == 403
    here.go("log")
    expect(entries(page).first).to_be_visible()
    assert page.locator("main img, main canvas").count() == 0


def test_a_study_is_found_by_its_uid_which_stands_in_no_address(sign_in_at_ward, study):
    here = sign_in_at_ward("officer", name="Olga Officer")
    page = here.page
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url, request.post_data or "")))
    here.go("log")
    page.get_by_role("textbox", name="Pseudonym or study UID").fill(study)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/app/log\?study=s-[0-9a-f]{32}(&study=s-[0-9a-f]{32})*$"))
    expect(entries(page).filter(has_text="Image received").first).to_contain_text("CR-ROOM-2")
    expect(entries(page).filter(has_text="Service started")).to_have_count(0)
    page.reload()
    expect(entries(page).filter(has_text="Image received").first).to_contain_text("CR-ROOM-2")
    assert study in "".join(body for _, _, body in asked)
    assert study not in json.dumps([(method, url) for method, url, _ in asked])
    assert study not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    assert study not in page.content(), "the log knows pseudonyms only"


def _taken(page, button):
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, download.value.path()


def test_the_log_is_taken_along_for_verification_and_verifies(sign_in_at_ward, ward, study, tmp_path):
    page = sign_in_at_ward("officer", name="Olga Officer").go("log")
    page.get_by_role("button", name="Take along").click()
    name, file = _taken(page, "For verification (NDJSON)")
    assert re.fullmatch(r"diafan-audit-\d{8}T\d{6}Z\.ndjson", name)
    expect(page.get_by_role("dialog")).to_contain_text(f"Taken along: {name}")
    text = file.read_text()
    assert study not in text
    assert PATIENT not in text
    name, checkpoint = _taken(page, "Checkpoint")
    assert re.fullmatch(r"diafan-checkpoint-\d{8}T\d{6}Z\.txt", name)
    name, key = _taken(page, "Public key")
    assert name == "diafan-audit-key.pem"
    here = tmp_path / "key.pem"
    here.write_bytes(key.read_bytes())
    kept = tmp_path / "log.ndjson"
    kept.write_text(text)
    assert "\n\n— " in checkpoint.read_text()
    assert ward.cli("audit", "verify", str(kept), "--key", str(here)).returncode == 0


def test_names_are_taken_along_only_where_they_are_asked_for(sign_in_at_ward, study):
    page = sign_in_at_ward("officer", name="Olga Officer").go("log")
    page.get_by_role("textbox", name="Pseudonym or study UID").fill(study)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("study=s-"))
    page.get_by_role("button", name="Take along").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="those that are filtered now")).to_be_checked()
    _, plain = _taken(page, "For a spreadsheet (CSV)")
    dialog.get_by_role("checkbox", name="with names").check()
    _, named = _taken(page, "For a spreadsheet (CSV)")
    told = {
        of: list(csv.DictReader(file.read_text().splitlines())) for of, file in (("plain", plain), ("named", named))
    }
    assert {row["patient_id"] for row in told["plain"]} == {""}
    assert {row["patient_id"] for row in told["named"] if row["patient"]} == {PATIENT}
    assert study in {row["study_instance_uid"] for row in told["named"]}
    assert "instance-received" in {row["type"] for row in told["plain"]}
    assert "service-started" not in {row["type"] for row in told["plain"]}
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Exports").click()
    expect(entries(page).first).to_contain_text("Log taken along")
    entries(page).first.click()
    expect(page.get_by_role("complementary")).to_contain_text("with the names that pseudonyms stand for.")
