"""The operations page before a real service: how it fares, and what a destination refused, sent again by a person until it is taken."""

import re

import pytest
from playwright.sync_api import expect

from tests.instances import EFFUSION, make_instance
from tests.web.clinic import send, wait_until_idle

pytestmark = [pytest.mark.peers, pytest.mark.slow]

FLOW = ("Receive", "Accept", "Analyse", "Report", "Deliver")


def row_of(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def test_an_administrator_sees_how_it_fares(sign_in_at_ward, ward, ward_token):
    wait_until_idle(ward, ward_token)
    page = sign_in_at_ward("administrator", name="Adam Admin").go("operations")
    stages = page.get_by_role("list", name="From receiving to delivering").get_by_role("listitem")
    expect(stages).to_have_count(len(FLOW))
    for stage, name in zip(stages.all(), FLOW, strict=True):
        expect(stage.get_by_role("heading")).to_have_text(name)
    expect(stages.nth(0)).to_contain_text(re.compile(r"\d+\s*images"))
    expect(stages.nth(2)).to_contain_text(re.compile(r"0\s*wait"))
    expect(stages.nth(4)).to_contain_text(re.compile(r"0\s*on their way"))
    now = ward.get("/operations", ward_token).json()
    installation = page.get_by_role("region", name="This installation")
    for said in (
        f"PostgreSQL {now['database']['version']}",
        f"{now['model']['name']} {now['model']['version']}",
        "kept in reserve",
        f"DIAFAN · 127.0.0.1:{ward.dimse_port}",
        f"Diafan {now['version']}",
    ):
        expect(installation).to_contain_text(said)
    expect(page.get_by_role("region", name="Waits for a person")).to_contain_text("Other body part")


def test_each_destination_is_asked_whether_it_answers(sign_in_at_ward):
    page = sign_in_at_ward("administrator", name="Adam Admin").go("operations")
    expect(row_of(page, "record")).to_contain_text("EHR")
    expect(row_of(page, "outbox")).to_contain_text("took the last one")
    page.get_by_role("button", name="Check now").click()
    for name in ("record", "outbox"):
        expect(row_of(page, name)).to_contain_text(re.compile(r"answers, "))


def test_what_was_refused_is_shown_in_the_peer_s_words_and_leaves_once_it_is_taken(
    sign_in_at_ward, ward, ward_token, record, tmp_path
):
    wait_until_idle(ward, ward_token)
    record.fail_next(1, 400)
    send(ward, [make_instance(tmp_path, EFFUSION, PatientID="PARKED-1")])
    wait_until_idle(ward, ward_token)
    [parked] = ward.get("/operations/parked", ward_token).json()["parked"]
    here = sign_in_at_ward("administrator", name="Adam Admin")
    page = here.go("operations")
    waiting = page.get_by_role("region", name="Waits for a person")
    item = waiting.get_by_role("listitem").filter(has_text=parked["study_instance_uid"])
    expect(page.get_by_text("1 thing waits for you")).to_be_visible()
    expect(item).to_contain_text("report to record")
    expect(item).to_contain_text("failing as told")
    expect(row_of(page, "record")).to_contain_text("has refused")

    record.fail_next(1, 400)
    item.get_by_role("button", name=re.compile("^Try again")).click()
    expect(item).to_contain_text("parked again")
    item.get_by_role("button", name=re.compile("^Try again")).click()
    expect(item).to_contain_text("on its way")
    wait_until_idle(ward, ward_token)
    assert ward.get("/operations/parked", ward_token).json()["total"] == 0
    waiting.get_by_role("button", name="Clear what is done").click()
    expect(waiting).to_contain_text("Nothing waits for a person.")
    expect(page.get_by_text("nothing waits for you")).to_be_visible()
    assert _reports_on(record, parked["study_instance_uid"]) == 1


def _reports_on(record, study_uid):
    studies = record.search("ImagingStudy", identifier=f"urn:dicom:uid|urn:oid:{study_uid}")
    return len(studies)
