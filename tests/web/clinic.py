"""The client before a real Diafan: images that came by C-STORE, and people who sign in by a link."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.diafan_process import DiafanProcess
from tests.peers.browser import FLAGS
from tests.peers.setup import DEBIAN

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Yield Debian's Chromium, which reaches this machine only."""
    browser = playwright.chromium.launch(executable_path=DEBIAN["chromium"], args=list(FLAGS))
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class Visit:
    """A person at the client, and everything that their browser complained about meanwhile."""

    diafan: DiafanProcess
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the client by its address."""
        self.page.goto(f"{self.diafan.url}/app/{path}")
        return self.page


@contextmanager
def visit(
    browser: Browser,
    diafan: DiafanProcess,
    *roles: str,
    name: str = "Anna Kurek",
    language: str = "en-GB",
    theme: str = "dark",
    size: tuple[int, int] = (1366, 768),
) -> Iterator[Visit]:
    """Sign somebody in by a one-time link, and yield them once the client has shown itself."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=language, color_scheme=theme, timezone_id="Europe/Warsaw",
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    here = Visit(diafan, context, page)
    page.on("pageerror", lambda error: here.complaints.append(str(error)))
    page.on("console", lambda told: here.complaints.append(told.text) if told.type == "error" else None)
    link = diafan.cli("sign-in", *(part for role in roles for part in ("--role", role)), "--name", name).stdout.strip()
    page.goto(link)
    page.wait_for_url("**/app/**")
    expect(page.get_by_role("banner")).to_contain_text(name)
    try:
        yield here
    finally:
        context.close()
