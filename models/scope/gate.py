"""Asked before any network: a classifier of chests has an answer for a leg, too, and it is worth nothing.

The gate knows nothing of the classifier in use, so an imported one is guarded as well. How it was made, and how
often it errs: README.md beside this file.
"""

import hashlib
import io
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import numpy as np

from models.radiograph import Radiograph
from models.registry import ModelRefused
from models.scope.features import Floats, describe, small_picture

WEIGHTS = Path(__file__).parent / "weights.npz"
WEIGHTS_SHA256 = "0012b890e74daafe82e94c08cc7aabedf69f6a3f7a6532a6b90454b7498279ad"

LEAST_STD = 2.0 / 255.0
"""Below two grey levels of 8 bits, over cells of a 64th of each side, there is no picture."""
MOST_BORDER = 0.2
"""Share of a side that collimation may take; a chest within a wider border is a picture of a film."""
WIDEST = 2.0
"""Detectors and films are squarer than this, even collimated; a panorama or a whole leg is not."""


class ScopeCode(StrEnum):
    """Why a picture is out of scope."""

    NOT_NUMBERS = "not-numbers"
    BLANK = "blank"
    SHAPE = "shape"
    UPSIDE_DOWN = "upside-down"
    TURNED = "turned"
    INVERTED = "inverted"
    NOT_A_FRONTAL_CHEST = "not-a-frontal-chest"


_REASONS = {
    ScopeCode.NOT_NUMBERS: "pixel values are missing or infinite",
    ScopeCode.BLANK: "a blank image: there is no contrast in it",
    ScopeCode.SHAPE: f"one side is more than {WIDEST:g} times the other, which no chest radiograph is",
    ScopeCode.UPSIDE_DOWN: "a chest radiograph that is upside down",
    ScopeCode.TURNED: "a chest radiograph that is turned by 90 degrees",
    ScopeCode.INVERTED: "a chest radiograph with its greys inverted: air is bright",
    ScopeCode.NOT_A_FRONTAL_CHEST: "does not look like a frontal chest radiograph",
}


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """An outcome, and no error. ``reason`` is for a person and holds nothing of the patient."""

    code: ScopeCode
    reason: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A small network over edges and shades, which tells chests from pictures that are none, or lie wrong.

    ``hidden`` float32 (n, h) and ``bias`` (h,) make h units of n features, ``output`` (h,) and ``offset`` one score:
    the log odds of a frontal chest, less the threshold, so that 0 and above is in scope.
    ``centre`` (n,) and ``basis`` (n, k) span the descriptions of chests; what lies farther off than ``farthest``
    is like nothing seen in fitting, whatever its score.
    """

    hidden: Floats
    bias: Floats
    output: Floats
    offset: float
    centre: Floats
    basis: Floats
    farthest: float

    @classmethod
    def load(cls, path: Path = WEIGHTS, sha256: str = WEIGHTS_SHA256) -> Self:
        """Read the weights. Raises ModelRefused where they are not those of ``sha256``."""
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ModelRefused(f"{path.name} of the scope gate was changed; install Diafan again")
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            arrays = {name: stored[name].astype(np.float32) for name in stored.files}
        offset, farthest = (float(arrays.pop(name)) for name in ("offset", "farthest"))
        return cls(**arrays, offset=offset, farthest=farthest)

    def check(self, radiograph: Radiograph) -> OutOfScope | None:
        """Say why ``radiograph`` is out of scope, or None where it is in; takes milliseconds, and any thread may call.

        A chest that is mirrored left to right passes: without a marker nobody can tell it from situs inversus.
        """
        code = self._objection(radiograph.pixels)
        return None if code is None else OutOfScope(code, _REASONS[code])

    def _objection(self, pixels: Floats) -> ScopeCode | None:
        if pixels.size == 0 or not np.isfinite(pixels).all():
            return ScopeCode.NOT_NUMBERS
        if max(pixels.shape) > WIDEST * min(pixels.shape):
            return ScopeCode.SHAPE
        picture, std = small_picture(pixels)
        if std < LEAST_STD:
            return ScopeCode.BLANK
        if self.score(picture) >= 0 or self.score(small_picture(trimmed(pixels))[0]) >= 0:
            return None
        # What would put it right says what is wrong.
        for code, poses in _poses(picture).items():
            if any(self.score(pose) >= 0 for pose in poses):
                return code
        return ScopeCode.NOT_A_FRONTAL_CHEST

    def score(self, picture: Floats) -> float:
        """Return the log odds above the cut of a small picture (64, 64), or -inf where it is too far from all chests."""
        described = describe(picture)
        return self.log_odds(described) if self.distance(described) <= self.farthest else -np.inf

    def log_odds(self, described: Floats) -> float:
        """Return the log odds above the cut that this describes (n,) a frontal chest."""
        return float(np.maximum(described @ self.hidden + self.bias, 0) @ self.output + self.offset)

    def distance(self, described: Floats) -> float:
        """Return the squared distance of a description (n,) from the span of chests."""
        from_centre = described - self.centre
        along = from_centre @ self.basis
        return float(from_centre @ from_centre - along @ along)


def trimmed(pixels: Floats) -> Floats:
    """Return ``pixels`` (H, W) without the even borders that collimation or a sender put there, at most MOST_BORDER a side."""
    for _ in range(2):
        even = np.ptp(pixels, axis=1) < LEAST_STD
        most = int(MOST_BORDER * len(even))
        first, last = (int(np.argmin(np.append(side[:most], False))) for side in (even, even[::-1]))
        pixels = pixels[first : len(even) - last].T
    return np.ascontiguousarray(pixels)


def _poses(picture: Floats) -> dict[ScopeCode, list[Floats]]:
    upright = [picture, picture[::-1], np.rot90(picture, 1), np.rot90(picture, 3)]
    return {
        ScopeCode.UPSIDE_DOWN: upright[1:2],
        ScopeCode.TURNED: upright[2:],
        ScopeCode.INVERTED: [1 - pose for pose in upright],
    }
