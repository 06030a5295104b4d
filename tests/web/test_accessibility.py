"""Everybody can use every page: axe finds no barrier in Chromium, dark and light, and a study is read and signed without a mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from service.roles import PersonRole
from tests.instances import DICOM, EFFUSION, make_instance
from tests.web.clinic import barriers, send, wait_until_idle

pytestmark = [pytest.mark.peers, pytest.mark.slow]

EVERY_ROLE = tuple(role.value for role in PersonRole)


def _worklist(page: Page) -> None:
    expect(page.locator("[data-study]").filter(has_text=re.compile(r"0[.,]\d\d")).first).to_be_visible()


def _study(page: Page) -> None:
    expect(page.get_by_role("radiogroup").first).to_be_visible()
    expect(page.get_by_role("application").first).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Invert|Odwróć"))).to_be_enabled()


def _send(page: Page) -> None:
    picture = DICOM.parent / "nih" / "00000061_002.jpg"
    page.get_by_test_id("files").set_input_files([picture, DICOM / "reject_sr_document.dcm"])
    expect(page.get_by_role("row").first).to_be_visible()
    expect(page.get_by_role("row").last.get_by_role("gridcell").nth(2)).to_have_text(re.compile("Declined|Nieprzyjęt"))


def _log(page: Page) -> None:
    page.locator("[data-entry]").first.click()
    expect(page.get_by_role("complementary").get_by_role("button").first).to_be_visible()


def _rights(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def _operations(page: Page) -> None:
    expect(page.get_by_role("rowheader", name="outbox")).to_be_visible()


def _models(page: Page) -> None:
    expect(page.get_by_role("slider").first).to_be_visible()


PAGES: dict[str, Callable[[Page], None]] = {
    "worklist": _worklist,
    "studies/{study}": _study,
    "send": _send,
    "log": _log,
    **dict.fromkeys(("rights/access", "rights/rectify", "rights/erase", "rights/documents", "rights/breach"), _rights),
    "operations": _operations,
    "models": _models,
}


@pytest.fixture(scope="module")
def study(ward, ward_token, tmp_path_factory):
    """Return a study that nobody has signed."""
    folder = tmp_path_factory.mktemp("keys")
    send(ward, [make_instance(folder, EFFUSION, PatientID="KEYS-1", PatientName="Read^Without-Mouse")])
    wait_until_idle(ward, ward_token)
    [found] = ward.post("/worklist", ward_token, text="KEYS-1")["studies"]
    return found["study_instance_uid"]


@pytest.mark.parametrize(("theme", "language"), [("dark", "en-GB"), ("light", "en-GB"), ("dark", "pl-PL")])
def test_no_page_has_a_barrier(sign_in_at_ward, study, theme, language):
    here = sign_in_at_ward(*EVERY_ROLE, name="Visitor", theme=theme, language=language)
    page = here.page
    page.evaluate(f"localStorage.setItem('mui-mode', '{theme}')")
    found = {}
    for address, is_there in PAGES.items():
        here.go(address.format(study=study))
        is_there(page)
        assert page.evaluate("document.documentElement.lang") == language[:2]
        assert (_luminance(page) < 0.2) == (theme == "dark")
        found[address] = barriers(page)
    assert {address: broken for address, broken in found.items() if broken} == {}


def test_a_study_is_read_judged_and_signed_without_a_mouse(sign_in_at_ward, ward, ward_token, study):
    here = sign_in_at_ward("physician", name="Klara Keys")
    page = here.go("worklist")
    keys = page.keyboard
    expect(page.locator("[data-study]").first).to_be_visible()
    keys.press("/")
    keys.type("keys-1")
    expect(page.locator("[data-study]")).to_have_count(1)
    keys.press("Enter")
    expect(page.get_by_role("grid")).to_be_focused()
    # Rows that are about to be others open nothing.
    expect(page.get_by_role("grid")).to_have_attribute("aria-busy", "false")
    keys.press("Enter")
    page.wait_for_url(f"**/app/studies/{study}")
    groups = page.get_by_role("radiogroup")
    expect(groups.first).to_be_visible()
    for number in range(groups.count()):
        _tab_to(page, groups.nth(number).get_by_role("radio").first)
        keys.press("Space" if number == 0 else "ArrowRight")
        expect(groups.nth(number).get_by_role("radio", checked=True)).to_be_focused()
    note = page.get_by_role("textbox", name="Note, in your words (optional)")
    _tab_to(page, note)
    keys.type("Read with the keys alone.")
    expect(page.get_by_text(re.compile("draft, kept"))).to_be_visible()
    _tab_to(page, page.get_by_role("button", name="Sign", exact=True))
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Sign the verdict")
    expect(dialog).to_contain_text("Read with the keys alone.")
    _tab_to(page, dialog.get_by_role("button", name="Sign", exact=True))
    keys.press("Enter")
    expect(page.get_by_text("Signed by you").first).to_be_visible()
    wait_until_idle(ward, ward_token)
    assert ward.get(f"/studies/{study}", ward_token).json()["report"]["status"] == "final"


def _tab_to(page: Page, wanted: Locator, most: int = 80) -> None:
    """Press Tab until ``wanted`` has the focus."""
    for _ in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not come to {wanted}")


def _luminance(page: Page) -> float:
    """Return how bright the page's ground is, from 0 to 1."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / (3 * 255)
