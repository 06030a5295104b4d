"""The served client in Chromium: its policy holds, everybody can use it, and a long list is as quick as a short one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.web import DIST, SOURCES
from tests.peers.setup import DEBIAN
from tests.web.fake_service import SESSION, FakeService, study
from tests.web.serving import serving

pytestmark = [pytest.mark.peers, pytest.mark.timeout(900)]

_PATIENCE_MS = 120_000
_AXE = SOURCES / "node_modules" / "axe-core" / "axe.min.js"
# What is over the page belongs to what opened it, and to no landmark of its own.
_RULES = (
    "{runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'], rules: {region: {enabled: false}}}"
)


@pytest.fixture(scope="module")
def chromium(playwright) -> Iterator[Browser]:
    if not (DIST / "index.html").is_file():
        pytest.fail("the client is not built: type  .venv/bin/python -m service.web.build")
    browser = playwright.chromium.launch(
        executable_path=DEBIAN["chromium"], args=["--no-sandbox", "--disable-background-networking"]
    )
    yield browser
    browser.close()


@pytest.fixture
def fake() -> FakeService:
    return FakeService(total=1284)


@pytest.fixture
def page(chromium, fake) -> Iterator[Page]:
    """The worklist before a physician; what the browser complains of is in ``page.complaints``."""
    with serving(fake.app()) as port:
        context = chromium.new_context(
            viewport={"width": 1366, "height": 768}, locale="en", base_url=f"http://127.0.0.1:{port}"
        )
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page
        context.close()


def opened(page: Page, address: str = "/app/worklist") -> None:
    page.goto(address)
    page.wait_for_selector("[data-study]")


def test_nothing_of_the_client_is_against_its_policy(page):
    opened(page)
    page.get_by_role("button", name="Light theme").click()
    page.get_by_role("button", name="Polski").click()
    page.get_by_role("combobox", name="Status").click()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.complaints == []


def test_the_policy_stops_script_and_markup_that_is_not_ours(page):
    opened(page)
    ran = page.evaluate(
        """async () => {
          const script = document.createElement("script");
          try { script.textContent = "window.hit = 1"; document.body.append(script); } catch {}
          const button = document.createElement("button");
          try { button.setAttribute("onclick", "window.hit = 2"); document.body.append(button); button.click(); } catch {}
          let markup = true;
          try { document.createElement("div").innerHTML = "<img src=x onerror='window.hit = 3'>"; } catch { markup = false; }
          let elsewhere = true;
          try { await fetch("http://127.0.0.2:9/", {mode: "no-cors"}); } catch { elsewhere = false; }
          return [window.hit ?? 0, markup, elsewhere];
        }"""
    )
    assert ran == [0, False, False]


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_everybody_can_use_it(page, fake, theme, language):
    page.add_init_script(
        f"localStorage.setItem('mui-mode', '{theme}'); localStorage.setItem('diafan.language', '{language}')"
    )
    opened(page)
    assert page.evaluate("document.documentElement.lang") == language
    _no_barrier(page)
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    _no_barrier(page)
    page.keyboard.press("Escape")
    page.locator("#account").click()
    page.get_by_role("menu").wait_for()
    _no_barrier(page)
    page.keyboard.press("Escape")
    page.get_by_role("combobox").first.click()
    page.get_by_role("listbox").wait_for()
    _no_barrier(page)
    fake.session = None
    page.goto("/app/")
    page.locator("a[href^='/sign-in']").wait_for()
    _no_barrier(page)


def test_a_physician_reads_the_list_by_keyboard_alone(page):
    opened(page)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("grid")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    chosen = page.locator("[aria-selected='true']")
    expect(chosen).to_have_attribute("aria-rowindex", "32")
    expect(chosen).to_be_in_viewport(ratio=1)
    page.keyboard.press("Home")
    expect(page.locator("[aria-selected='true']")).to_have_attribute("aria-rowindex", "2")
    page.keyboard.press("End")
    expect(page.locator("[aria-selected='true']")).to_have_attribute("aria-rowindex", "1285")
    expect(page.locator("[aria-selected='true'][data-study]")).to_be_in_viewport(ratio=1)
    page.keyboard.press("/")
    page.keyboard.type("nowak")
    page.keyboard.press("Enter")
    expect(page.get_by_role("grid")).to_be_focused()
    expect(page.locator("[aria-selected='true']")).to_contain_text("Nowak")
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/studies/2.25.*")
    assert "nowak" not in page.url.lower()


def test_one_finds_one_s_way_in_a_hundred_thousand_studies(page, fake):
    fake.total = 100_000
    opened(page)
    expect(page.get_by_text("100,000 studies")).to_be_visible()
    page.evaluate("document.querySelector('[role=grid]').scrollTop = 1e9")
    expect(page.locator("[aria-rowindex='100001'][data-study]")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(page.locator("[aria-selected='true'][data-study]")).to_have_attribute("aria-rowindex", "100001")
    assert page.locator("[role=row]").count() < 60
    # What was scrolled past was not read: each reading is in the log.
    assert len(fake.asked) < 12


def test_rows_stand_still_while_somebody_points_at_them(page, fake):
    opened(page)
    row = page.locator("[data-study]").nth(4)
    row.hover()
    before = (row.get_attribute("data-study"), row.bounding_box())
    fake.fresh = [{**study(50), "study_instance_uid": "2.25.7"}]
    fake.changes = {before[0]: {"description": "Corrected"}}
    fake.tell(["2.25.7", before[0]])
    expect(page.get_by_role("button", name="1 new study")).to_be_visible()
    expect(row.get_by_text("Corrected")).to_be_visible()
    assert (row.get_attribute("data-study"), row.bounding_box()) == before
    page.get_by_role("button", name="1 new study").click()
    expect(page.locator("[data-study]").first).to_have_attribute("data-study", "2.25.7")


def test_a_page_whose_session_ended_shows_nothing_and_loses_nothing(page, fake):
    opened(page)
    page.get_by_placeholder("Name, patient ID or accession").fill("nowak")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Nowak")
    fake.session = None
    page.get_by_role("columnheader", name="Patient").get_by_role("button").click()
    cover = page.get_by_role("alertdialog")
    expect(cover).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.MuiBackdrop-root')).backgroundColor")
        == "rgb(11, 14, 17)"
    )
    assert page.locator("main").evaluate("main => main.contains(document.elementFromPoint(200, 300))") is False
    with page.context.expect_page() as opening:
        cover.get_by_role("link", name="Sign in again").click()
    fake.session = dict(SESSION)
    opening.value.goto("/app/signed-in")
    expect(cover).to_be_hidden()
    expect(page.get_by_placeholder("Name, patient ID or accession")).to_have_value("nowak")
    expect(page.locator("[data-study]").first).to_contain_text("Nowak")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (2560, 1440), (1024, 768)])
@pytest.mark.parametrize("language", ["en", "pl"])
def test_it_fits_the_screens_that_people_have(page, width, height, language):
    page.add_init_script(f"localStorage.setItem('diafan.language', '{language}')")
    page.set_viewport_size({"width": width, "height": height})
    opened(page)
    overflow = page.evaluate(
        """() => [...document.querySelectorAll('header, footer, search')]
                   .filter(bar => bar.scrollWidth > bar.clientWidth + 1).map(bar => bar.tagName)"""
    )
    assert overflow == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _no_barrier(page: Page) -> None:
    page.evaluate(Path(_AXE).read_text())
    broken = page.evaluate(f"async () => (await axe.run(document, {_RULES})).violations")
    assert [(b["id"], [n["html"][:200] for n in b["nodes"]]) for b in broken] == []
