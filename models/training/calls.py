"""What a model calls on each image of a split, as the classifier would call it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.labels import LABELS, Label
from models.registry import Manifest
from models.training.calibrate import Answered, probabilities

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Calls:
    """Each image's answer for one label, bool (N,): at or above the threshold, called present, and indeterminate."""

    above: Bools
    present: Bools
    undecided: Bools

    def of(self, chosen: Bools) -> "Calls":
        """Return those of the ``chosen`` images, bool (N,)."""
        return Calls(self.above[chosen], self.present[chosen], self.undecided[chosen])


def calls_of(manifest: Manifest, test: Answered) -> dict[Label, Calls]:
    """Return the calls of every assessed label, as the classifier makes them."""
    calls = {}
    for output in manifest.outputs:
        if output.operating_point and output.calibration:
            probability = probabilities(output.calibration, test.logits[:, LABELS.index(output.label)])
            point = output.operating_point
            above, undecided = probability >= point.threshold, (point.low < probability) & (probability < point.high)
            calls[output.label] = Calls(above, above & ~undecided, undecided)
    if healthy := calls.get(Label.NO_FINDING):
        # Beside a finding that is called it is left open.
        others = np.zeros_like(healthy.present)
        for label, found in calls.items():
            others |= found.present & (label is not Label.NO_FINDING)
        contradicted = healthy.present & others
        calls[Label.NO_FINDING] = Calls(
            healthy.above, healthy.present & ~contradicted, healthy.undecided | contradicted
        )
    return calls
