"""Chromium before the viewer: what a radiologist sees, as a picture."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.peers.process import LOOPBACK, wait_for
from tests.peers.setup import DEBIAN

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {LOOPBACK}",
    # WebGL without a graphics card.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
# An image fills most of its viewport; before it is drawn, the viewport is black.
_DRAWN_SHARE = 0.05
# OHIF offers a tour of itself to whom it has not seen before, and remembers that here.
_SKIP_TOUR = "localStorage.setItem('shownTours', JSON.stringify(['basicViewerTour']))"
# The display set (OHIF's word for what one thumbnail stands for) with this description that holds this image, if any.
_FIND_DISPLAY_SET = """([text, uid]) => {
  const sets = window.services?.displaySetService?.getActiveDisplaySets() ?? [];
  const holds = set => !uid || (set.instances ?? set.images ?? []).some(image => image.SOPInstanceUID === uid);
  const found = sets.find(set => (set.SeriesDescription ?? '').includes(text) && holds(set));
  return found ? { id: found.displaySetInstanceUID, series: found.SeriesInstanceUID } : null;
}"""
# The viewports' images that are drawn: not only chosen, but loaded and rendered.
_DRAWN = """() => (window.cornerstone?.getEnabledElements() ?? [])
  .map(element => element.viewport)
  .filter(viewport => viewport.viewportStatus === 'rendered')
  .filter(viewport => viewport.getCornerstoneImage?.()?.imageId === viewport.getCurrentImageId?.())"""
_ANY_DRAWN = f"() => ({_DRAWN})().length > 0 || null"
# The pixels, as a PNG, of the viewport that has drawn this series (and this very image, if any is named).
_PIXELS = f"""([series, uid]) => {{
  const viewport = ({_DRAWN})().find(drawn => drawn.getCurrentImageId().includes(`/series/${{series}}/`));
  if (!viewport) return null;
  const wanted = uid ? viewport.getImageIds().findIndex(id => id.includes(`/instances/${{uid}}/`)) : 0;
  if (wanted === viewport.getCurrentImageIdIndex()) return viewport.getCanvas().toDataURL('image/png');
  if (wanted !== viewport.getTargetImageIdIndex()) viewport.setImageIdIndex(wanted);
  return null;
}}"""


@contextmanager
def chromium_page(width_px: int = 1400, height_px: int = 850) -> Iterator[Page]:
    """Open an empty page in a Chromium of its own, which can reach 127.0.0.1 only."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=DEBIAN["chromium"], args=list(FLAGS))
        try:
            yield browser.new_page(viewport={"width": width_px, "height": height_px})
        finally:
            browser.close()


@contextmanager
def opened(
    viewer_url: str, study_uid: str, series_text: str, *, sop_instance_uid: str = "", timeout_s: float = 60
) -> Iterator[tuple[Page, dict[str, str]]]:
    """Open a study in OHIF, wait until it has drawn its first image, and then choose the series whose description contains `series_text`.

    Yields the page, and what OHIF made of the series: the id of its display set, and the series' UID. Raises TimeoutError.
    """
    with chromium_page() as page:
        page.add_init_script(_SKIP_TOUR)
        page.goto(f"{viewer_url}/viewer?StudyInstanceUIDs={study_uid}", wait_until="domcontentloaded")
        arguments = [series_text, sop_instance_uid]
        display_set: dict[str, str] = wait_for(
            lambda: page.evaluate(_FIND_DISPLAY_SET, arguments), timeout_s, f"OHIF listing {series_text!r}", poll_s=0.2
        )
        wait_for(lambda: page.evaluate(_ANY_DRAWN), timeout_s, "OHIF drawing its first image", poll_s=0.2)
        page.locator(f"[id='thumbnail-{display_set['id']}']").dblclick(timeout=timeout_s * 1000)
        yield page, display_set


def screenshot(
    viewer_url: str, study_uid: str, series_text: str, out: Path, *, sop_instance_uid: str = "", timeout_s: float = 60
) -> np.ndarray:
    """Open a study in OHIF, then the series whose description contains `series_text`, and wait until it is drawn.

    `out` gets the whole page as PNG. Returns the pixels of the viewport alone, (H, W, 3) uint8, without OHIF's lettering,
    so that colours can be checked. Raises TimeoutError.
    """
    chosen = opened(viewer_url, study_uid, series_text, sop_instance_uid=sop_instance_uid, timeout_s=timeout_s)
    with chosen as (page, display_set):
        previous: Any = None

        def drawn() -> np.ndarray | None:
            nonlocal previous
            encoded = page.evaluate(_PIXELS, [display_set["series"], sop_instance_uid])
            unchanged, previous = encoded is not None and encoded == previous, encoded
            if not unchanged:
                return None
            picture = np.asarray(Image.open(BytesIO(base64.b64decode(encoded.partition(",")[2]))).convert("RGB"))
            return picture if picture.any(axis=2).mean() > _DRAWN_SHARE else None

        pixels = wait_for(drawn, timeout_s, f"OHIF drawing {series_text!r}", poll_s=0.2)
        out.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=out)
        return pixels
