"""The client before a real Diafan: images that came by C-STORE, and people who sign in by a link."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Playwright, expect

from integrations import dimse
from service.demo import bundled
from service.web import DIST, SOURCES
from tests.diafan_process import DiafanProcess, diafan_process
from tests.peers.browser import FLAGS
from tests.peers.process import wait_for
from tests.peers.setup import DEBIAN

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SAMPLES = 6
PATIENCE_MS = 45_000
"""How long a page may take on a busy machine."""
# What draws radiographs says so where a header has a value that its VR does not let it have: the samples' age, and their pixels' VR.
_OF_THE_SAMPLES = ("vr AS", "Invalid vr type")
_AXE = SOURCES / "node_modules" / "axe-core" / "axe.min.js"

KnownPeople = dict[tuple[str, ...], Sequence[object]]
"""The cookies of who has signed in before, by Diafan, name and roles: a link costs seconds."""


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

    def dismiss(self, dialog: Dialog) -> None:
        """Take a dialog of the browser's own for a complaint: the client has none, but for the warning that something is unsent."""
        if dialog.type == "beforeunload":
            dialog.accept()
            return
        self.complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def hear(self, told: ConsoleMessage) -> None:
        """Take an error in the console for a complaint."""
        if told.type == "error" and not any(words in told.text for words in _OF_THE_SAMPLES):
            self.complaints.append(told.text)

    def forgive(self, *expected: str) -> None:
        """Take back the complaints with these words: what they tell of was meant to happen."""
        self.complaints[:] = [told for told in self.complaints if not any(words in told for words in expected)]

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
    known: KnownPeople | None = None,
) -> Iterator[Visit]:
    """Sign somebody in by a one-time link, unless they are ``known``, and yield them once the client has shown itself."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=language, color_scheme=theme, timezone_id="Europe/Warsaw",
        reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    here = Visit(diafan, context, page)
    page.on("pageerror", lambda error: here.complaints.append(str(error)))
    page.on("console", here.hear)
    page.on("dialog", here.dismiss)
    people = {} if known is None else known
    who = (diafan.url, name, *roles)
    context.add_cookies(people.get(who, []))
    if context.request.get(f"{diafan.url}/session").ok:
        here.go("")
    else:
        asked = [part for role in roles for part in ("--role", role)]
        page.goto(diafan.cli("sign-in", *asked, "--name", name).stdout.strip())
        page.wait_for_url("**/app/**")
        people[who] = context.cookies()
    expect(page.get_by_role("banner")).to_contain_text(name, timeout=PATIENCE_MS)
    try:
        yield here
    finally:
        context.close()


@contextmanager
def diafan_with_samples(**settings: object) -> Iterator[DiafanProcess]:
    """Yield a Diafan, in a folder of its own, to which the samples came and which is done with them."""
    assert (DIST / "index.html").is_file(), "the client is not built: ./dev setup"
    folder = Path(tempfile.mkdtemp(prefix="df"))
    try:
        with diafan_process(folder, **settings) as diafan:
            send(diafan, bundled())
            token = diafan.token("study.read")

            def settled() -> bool | None:
                studies = diafan.post("/worklist", token, status=["delivered", "declined"])["studies"]
                return len(studies) == SAMPLES or None

            wait_for(settled, 120, "the samples to be delivered", poll_s=0.2)
            yield diafan
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def send(diafan: DiafanProcess, files: Sequence[Path], calling: str = "CR-ROOM-2") -> None:
    """Bring files by C-STORE, as the station ``calling``."""
    peer = dimse.Peer("127.0.0.1", diafan.dimse_port, "DIAFAN", calling)
    dimse.send(peer, files, lambda _path, _status: None)


def wait_until_idle(diafan: DiafanProcess, token: str) -> None:
    """Wait until everything that came is analysed, reported and delivered, or parked; the token needs ``ops``."""

    def idle() -> bool | None:
        now = diafan.get("/operations", token).raise_for_status().json()
        jobs = sum(queue["due"] + queue["running"] + queue["later"] for queue in now["queues"])
        return now["reports_due"] + jobs + sum(to["unfinished"] for to in now["destinations"]) == 0 or None

    wait_for(idle, 120, "everything to be analysed, reported and delivered", poll_s=0.3)


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """Return which rules of WCAG 2.2 AA the page breaks, by axe, with the elements that do."""
    # What is on its way from one colour to another has neither.
    page.evaluate(
        "Promise.allSettled(document.getAnimations().map(one => one instanceof CSSTransition && one.finished))"
    )
    # The debugger puts it in, which no policy of the page hinders.
    page.evaluate(_AXE.read_text())
    found = page.evaluate(f"async () => (await axe.run(document, {{runOnly: {AXE_RULES}}})).violations")
    return [(broken["id"], [node["html"][:200] for node in broken["nodes"]]) for broken in found]
