"""What a model says about one radiograph, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from models.labels import Label


class Call(StrEnum):
    """The answer for one label."""

    PRESENT = "present"
    ABSENT = "absent"
    INDETERMINATE = "indeterminate"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model spoke. ``digest`` is the SHA-256 (hex) of the manifest, which pins weights, labels, preprocessing, thresholds and calibration."""

    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One label's answer: raw score (logit), calibrated probability in [0, 1], threshold in [0, 1], and the call.

    For a label that is not assessed the threshold is None. Probability and logit are None, too, unless the label is
    exploratory: then they may be shown to who asks for them, marked as such, and lead to no call.
    """

    label: Label
    call: Call
    probability: float | None = None
    threshold: float | None = None
    logit: float | None = None

    @property
    def is_exploratory(self) -> bool:
        """Tell whether the numbers are shown on request only, and mean no call."""
        return self.call is Call.NOT_ASSESSED and self.probability is not None

    def left_open(self) -> "Finding":
        """Return the same numbers as an indeterminate answer."""
        return replace(self, call=Call.INDETERMINATE)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one label scored as it did: the signed Grad-CAM map in units of contribution to the logit.

    ``evidence`` is float32 (h, w) over the whole radiograph; before its ReLU it sums to logit - bias.
    ``peak`` is (row, column) of the strongest positive cell, or None where no cell is positive.
    """

    label: Label
    evidence: npt.NDArray[np.float32]
    peak: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answers for all 14 labels in LABELS order, and an explanation for every assessed or exploratory one."""

    model: ModelIdentity
    findings: tuple[Finding, ...]
    explanations: Mapping[Label, Explanation]

    @property
    def called(self) -> tuple[Finding, ...]:
        """The findings called present, most probable first; No Finding is no finding and is left out."""
        present = [f for f in self.findings if f.call is Call.PRESENT and f.label is not Label.NO_FINDING]
        return tuple(sorted(present, key=lambda f: -(f.probability or 0.0)))


def without_contradiction(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """No Finding beside a finding contradicts itself: the finding stands, and No Finding is left open.

    ``findings`` are those of one image, or those of one study.
    """
    if not any(f.call is Call.PRESENT and f.label is not Label.NO_FINDING for f in findings):
        return findings
    return tuple(f.left_open() if f.label is Label.NO_FINDING and f.call is Call.PRESENT else f for f in findings)
