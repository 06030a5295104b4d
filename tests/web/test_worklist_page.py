"""The worklist before a real service: what a physician sees, by mouse and by keyboard, live, and in both languages."""

import re

import pytest
from playwright.sync_api import expect

from integrations import dimse
from tests.instances import CARDIOMEGALY, make_instance

pytestmark = [pytest.mark.peers, pytest.mark.slow]


def rows(page):
    return page.get_by_role("row").filter(has=page.get_by_role("gridcell").or_(page.get_by_role("cell")))


def test_every_study_is_there_with_what_was_found(sign_in):
    page = sign_in("physician").go("worklist")
    expect(rows(page)).to_have_count(6)
    called = rows(page).filter(has_text="Sample, 1")
    expect(called).to_contain_text("Delivered")
    expect(called).to_contain_text("Lung Opacity")
    expect(called).to_contain_text(re.compile(r"0\.\d\d"))
    expect(rows(page).filter(has_text="Declined")).to_have_count(2)
    expect(page.get_by_role("contentinfo")).to_contain_text("supports a physician and never replaces one")
    expect(page.get_by_role("contentinfo")).to_contain_text(
        re.compile("research use, not for diagnosis", re.IGNORECASE)
    )


def test_a_name_is_searched_without_being_written_into_the_address(sign_in):
    page = sign_in("physician").go("worklist")
    expect(rows(page)).to_have_count(6)
    page.keyboard.press("/")
    page.keyboard.type("sample 61")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("Sample, 2")
    assert "sample" not in page.url.lower()


def test_the_keyboard_alone_opens_a_study(sign_in):
    page = sign_in("physician").go("worklist")
    expect(rows(page)).to_have_count(6)
    page.keyboard.press("/")
    page.keyboard.type("sample 61")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("grid")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/studies/*")


def test_it_is_filtered_by_status_and_the_address_keeps_that(sign_in):
    page = sign_in("physician").go("worklist?status=declined")
    expect(rows(page)).to_have_count(2)
    page.reload()
    expect(rows(page)).to_have_count(2)


def test_a_new_study_appears_by_itself(sign_in, clinic, tmp_path):
    page = sign_in("physician").go("worklist")
    expect(rows(page)).to_have_count(6)
    file = make_instance(
        tmp_path, CARDIOMEGALY, SpecificCharacterSet="ISO_IR 192", PatientName="Żółć^Grażyna", PatientID="LIVE-1"
    )
    dimse.send(dimse.Peer("127.0.0.1", clinic.dimse_port, "DIAFAN", "ICU-DX"), [file], lambda _path, _status: None)
    expect(rows(page).filter(has_text="Żółć, Grażyna")).to_contain_text("Delivered", timeout=30_000)


def test_it_speaks_polish(sign_in):
    page = sign_in("physician", language="pl-PL").go("worklist")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lista robocza")
    expect(page.locator("html")).to_have_attribute("lang", "pl")


def test_who_has_no_business_here_is_told_so_and_asks_nothing(sign_in):
    visit = sign_in("officer", name="Olga Officer")
    asked = []
    visit.page.on("request", lambda request: asked.append(request.url))
    page = visit.go("worklist")
    expect(page.get_by_role("main")).to_contain_text(re.compile("may not|role", re.IGNORECASE))
    assert not [url for url in asked if url.endswith("/worklist") and "/app/" not in url]


def test_signing_out_ends_the_session(sign_in):
    visit = sign_in("physician")
    page = visit.go("worklist")
    expect(rows(page).first).to_be_visible()
    page.get_by_role("button", name=re.compile("Anna Kurek")).click()
    page.get_by_role("menuitem", name=re.compile("^Sign out", re.IGNORECASE)).first.click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("sign in", re.IGNORECASE))
    answer = page.request.get(f"{visit.diafan.url}/session")
    assert answer.status == 401
    visit.complaints.clear()  # the browser tells of the 401
