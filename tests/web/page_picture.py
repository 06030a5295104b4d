"""Pictures of pages: taken, and compared with the stored ones, except where they show what changes from run to run.

They are half as large as the page, in few colours: enough to see that something has moved, and too little to quarrel over edges of letters.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

STORED = Path(__file__).with_name("pictures")
HALF = 2
_COLOURS = 255
# Of 255: more than the few colours, or another machine's edges of letters, make of a pixel.
_MUCH = 48
# Of the pixels that are compared; a word of the text is more.
_SHARE = 0.0005


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture (H, W, 3) uint8, and ``changing`` (H, W) bool: where it shows times, numbers of this run, or the version."""

    picture: np.ndarray
    changing: np.ndarray


@dataclass(frozen=True, slots=True)
class Difference:
    """How much a picture differs from the stored one: ``share`` of the compared pixels, and where, as a picture."""

    share: float
    where: np.ndarray

    @property
    def is_small(self) -> bool:
        """Tell whether it is what another machine makes of the same page."""
        return self.share <= _SHARE


def take(page: Page, changing: Sequence[Locator] = ()) -> Taken:
    """Take the page as it is on the screen, once its fonts are there and nothing of it is pointed at."""
    page.mouse.move(0, 0)
    expect(page.get_by_role("tooltip")).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => true)")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    half = shot.resize((shot.width // HALF, shot.height // HALF), Image.Resampling.BOX)
    masked = np.zeros((half.height, half.width), bool)
    for box in (one.bounding_box() for places in changing for one in places.all()):
        if box is not None:
            left, top = int(box["x"] / HALF), int(box["y"] / HALF)
            right, bottom = (box["x"] + box["width"]) / HALF + 1, (box["y"] + box["height"]) / HALF + 1
            masked[max(0, top) : int(bottom), max(0, left) : int(right)] = True
    return Taken(np.asarray(half), masked)


def store(taken: Taken, path: Path) -> None:
    """Write the picture, as small as its few colours let it be."""
    path.parent.mkdir(exist_ok=True)
    few = Image.fromarray(taken.picture).quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def compare(taken: Taken, path: Path) -> Difference:
    """Compare with the stored picture, where nothing changes by itself."""
    stored = np.asarray(Image.open(path).convert("RGB"))
    if stored.shape != taken.picture.shape:
        return Difference(1.0, np.full_like(taken.picture, 255))
    apart = np.abs(stored.astype(int) - taken.picture.astype(int)).max(axis=2)
    differs = (apart > _MUCH) & ~taken.changing
    where = taken.picture // 4
    where[taken.changing] = (40, 40, 60)
    where[differs] = (255, 0, 80)
    return Difference(float(differs.sum() / max(1, (~taken.changing).sum())), where)
