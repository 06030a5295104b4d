"""The audit log before a real service: what happened stands there, of one patient or person, verified, and without any image."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.instances import EFFUSION, make_instance
from tests.web.clinic import send, wait_until_idle

pytestmark = [pytest.mark.peers, pytest.mark.slow]

PATIENT = "LOG-PATIENT-7731"


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
    expect(told).to_contain_text(re.compile(r"Diafan analysed an image of study …\d+\."))
    expect(told).to_contain_text(re.compile(r"[0-9a-f]{64}"))
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
    expect(history).to_contain_text(f"CR-ROOM-2 sent an image of study …{study[-8:]}.")
    expect(history).to_contain_text(re.compile(r"The report of study .* arrived at record\."))
    assert PATIENT in "".join(body for _, _, body in asked)
    assert PATIENT not in json.dumps([(method, url) for method, url, _ in asked])
    assert PATIENT not in page.url
    assert PATIENT not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    assert PATIENT not in page.content(), "the log knows pseudonyms only"


def test_the_history_of_who_was_never_here_says_only_who_asked(sign_in_at_ward, study):
    page = sign_in_at_ward("officer", name="Olga Officer").go("log")
    page.get_by_role("button", name="One patient …").click()
    page.get_by_role("dialog").get_by_label("Patient ID", exact=True).fill("NOBODY-HERE")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("History of patient p-"))).to_be_visible()
    expect(entries(page)).to_have_count(1)
    expect(entries(page)).to_contain_text("(compliance officer) asked for the pseudonym of a patient.")


def test_a_person_s_acts_are_a_history(sign_in_at_ward, study):
    sign_in_at_ward("physician").go(f"studies/{study}").get_by_role("heading", name="Sought, Person").wait_for()
    page = sign_in_at_ward("officer", name="Olga Officer").go("log?what=study-shown")
    expect(entries(page).first).to_be_visible()
    entries(page).first.click()
    page.get_by_role("button", name="History of this person").click()
    expect(page.get_by_role("heading", name=re.compile("History of os-user:"))).to_be_visible()
    history = page.get_by_role("grid", name="History, the newest first")
    expect(history).to_contain_text("signed in.")
    expect(history).to_contain_text(f"looked at study …{study[-8:]}: what was found.")
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
