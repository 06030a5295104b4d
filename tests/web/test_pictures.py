"""The pages look as they did when somebody last looked at them: each is compared with its stored picture.

DIAFAN_NEW_PICTURES=1 .venv/bin/python -m pytest tests/web/test_pictures.py writes them anew: look at each before it is kept.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import pydicom
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from service.demo import bundled
from tests.diafan_process import DiafanProcess
from tests.instances import CARDIOMEGALY, DICOM, make_instance
from tests.peers.ehr import fhir_server
from tests.web.clinic import KnownPeople, Visit, diafan_with_samples, send, visit, wait_until_idle
from tests.web.page_picture import STORED, compare, store, take

pytestmark = [pytest.mark.peers, pytest.mark.slow]

WRITE_ANEW = "DIAFAN_NEW_PICTURES" in os.environ
SAMPLE = 2
"""The one that the pictures show: an effusion."""


NAMES = {
    "physician": "Dr Anna Kurek",
    "officer": "Olga Wilk",
    "administrator": "Adam Lis",
    "data-scientist": "Dora Sowa",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A page brought to where it is worth a picture; ``prepare`` returns what of it is another at each run."""

    name: str
    address: str
    role: str
    prepare: Callable[[Page], Sequence[Locator]]
    theme: str = "dark"


@pytest.fixture(scope="module")
def still(tmp_path_factory) -> Iterator[DiafanProcess]:
    """Diafan with the samples, and one study more whose report the EHR refused; nothing of it moves."""
    refused = make_instance(
        tmp_path_factory.mktemp("refused"),
        CARDIOMEGALY,
        SpecificCharacterSet="ISO_IR 192",
        PatientName="Wiśniewska^Łucja",
        PatientID="58041207784",
        PatientBirthDate="19580412",
        PatientSex="F",
        StudyDate="20261120",
        StudyDescription="Chest PA",
        AccessionNumber="A-2026-118442",
    )
    with fhir_server() as record:
        places = [{"kind": "folder", "name": "outbox"}, {"kind": "ehr", "name": "record", "base_url": record.url}]
        with diafan_with_samples(destinations=places) as diafan:
            token = diafan.token("ops")
            wait_until_idle(diafan, token)
            record.fail_next(1, 400)
            send(diafan, [refused], "ICU-DX")
            wait_until_idle(diafan, token)
            yield diafan


@pytest.fixture(scope="module")
def somebody(browser, still) -> Iterator[Callable[..., Visit]]:
    """Return what signs somebody with a role in; who has been there once comes back at once."""
    known: KnownPeople = {}
    with ExitStack() as visits:
        yield lambda role, theme: visits.enter_context(
            visit(browser, still, role, name=NAMES[role], theme=theme, known=known)
        )


def _worklist(page: Page) -> Sequence[Locator]:
    page.get_by_role("columnheader", name="Patient").get_by_role("button").click()
    rows = page.locator("[data-study]")
    expect(rows).to_have_count(len(bundled()) + 1)
    expect(rows.first).to_contain_text("CompressedSamples")
    expect(page.get_by_role("grid")).to_have_attribute("aria-busy", "false")
    return [rows.locator("[role=gridcell]:nth-child(6)")]


def _study(page: Page) -> Sequence[Locator]:
    expect(page.get_by_role("radiogroup").first).to_be_visible()
    expect(page.get_by_role("button", name="Invert")).to_be_enabled()
    expect(page.get_by_text("what raised the score; no outline of disease")).to_be_visible()
    _stands_still(page)
    return [page.get_by_role("heading", level=1).locator("xpath=../span"), page.get_by_text(re.compile("^analysed "))]


def _send(page: Page) -> Sequence[Locator]:
    samples = bundled()
    files = {
        **{samples[number].name: samples[number] for number in (0, 1, 4)},
        "echo.dcm": DICOM / "reject_us_echo_jpeg_lossless_8bit.dcm",
        "letter-to-colleague.pdf": DICOM.parent / "README.md",
        "screenshot-of-viewer.jpg": DICOM.parent / "nih" / "00000061_002.jpg",
    }
    page.get_by_test_id("files").set_input_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": file.read_bytes()}
            for name, file in files.items()
        ]
    )
    details = page.get_by_role("form")
    details.get_by_label("Patient ID").fill("DEMO-4711")
    details.get_by_label("Family name").fill("Nowak")
    details.get_by_label("Given name").fill("Halina")
    details.get_by_role("button", name="PA", exact=True).click()
    expect(page.get_by_text("2 accepted · 2 declined · 1 refused · 1 without details")).to_be_visible()
    expect(page.get_by_text("Lung Opacity").first).to_be_visible()
    page.get_by_role("heading", level=1).click()
    return []


def _log(page: Page) -> Sequence[Locator]:
    expect(page.locator("[data-entry]").first).to_be_visible()
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_text("none changed, missing or out of order.")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    # What happens at the same time stands in any order.
    return [page.locator("[data-entry] > *"), page.get_by_role("region").get_by_role("status")]


def _operations(page: Page) -> Sequence[Locator]:
    expect(page.get_by_role("listitem").filter(has_text="failing as told")).to_be_visible()
    # On a busy machine the log may be behind, and the page says so.
    expect(page.get_by_text("everything else runs")).to_be_visible()
    return [
        page.get_by_text(re.compile("read [0-9:]+$")),
        page.get_by_role("list", name="From receiving to delivering")
        .get_by_role("listitem")
        .locator("> :nth-child(n + 2)"),
        page.get_by_role("region", name="Waits for a person").get_by_role("listitem"),
        # Its columns are as wide as what stands in them.
        page.get_by_role("region", name="Destinations").get_by_role("table"),
        page.get_by_role("region", name="This installation").locator("xpath=./*[2]"),
    ]


def _models(page: Page) -> Sequence[Locator]:
    expect(page.get_by_role("slider").first).to_be_visible()
    return [page.get_by_text(re.compile("^in use since "))]


SCENES = (
    Scene("worklist", "worklist", "physician", _worklist),
    Scene("worklist-light", "worklist", "physician", _worklist, theme="light"),
    Scene("study", "studies/{study}", "physician", _study),
    Scene("log", "log", "officer", _log),
    Scene("operations", "operations", "administrator", _operations),
    Scene("models", "models", "data-scientist", _models),
    # The last: what it sends stands on other pages, too.
    Scene("send", "send", "physician", _send),
)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_page_looks_as_it_did(somebody, scene, tmp_path):
    here = somebody(scene.role, scene.theme)
    page = here.page
    page.evaluate(f"localStorage.setItem('mui-mode', '{scene.theme}')")
    here.go(scene.address.format(study=_study_uid()))
    changing = [*scene.prepare(page), page.get_by_role("contentinfo").locator("> :last-child")]
    taken = take(page, changing)
    stored = STORED / f"{scene.name}.png"
    if WRITE_ANEW:
        store(taken, stored)
        return
    assert stored.is_file(), f"{stored} is missing: see the top of this file"
    difference = compare(taken, stored)
    if not difference.is_small:
        fresh, where = tmp_path / f"{scene.name}.png", tmp_path / f"{scene.name}-difference.png"
        store(taken, fresh)
        Image.fromarray(difference.where).save(where)
        pytest.fail(
            f"{difference.share:.2%} of the page differs from {stored}: compare it with {fresh}; "
            f"{where} shows where, in red (what is dim blue was not compared)"
        )


def test_a_picture_that_differs_is_told_from_one_that_does_not(somebody):
    page = somebody("data-scientist", "dark").go("models")
    changing = _models(page)
    stored = STORED / "models.png"
    assert compare(take(page, changing), stored).is_small
    page.get_by_role("button", name="Whole card").evaluate("button => button.remove()")
    assert not compare(take(page, changing), stored).is_small


def _stands_still(page: Page) -> None:
    """Wait until two pictures in a row are the same: what is drawn by the graphics card comes when it comes."""
    before = b""
    for _ in range(120):
        now = page.screenshot()
        if now == before:
            return
        before = now
    pytest.fail("the page does not stand still")


def _study_uid() -> str:
    return str(pydicom.dcmread(bundled()[SAMPLE - 1], stop_before_pixels=True).StudyInstanceUID)
