"""How far an engine's answers are from the reference's."""

from collections.abc import Iterable

import numpy as np

from models.classifier import calibrated
from models.engine import Engine
from models.registry import Manifest


def largest_differences(
    engine: Engine, reference: Engine, manifest: Manifest, inputs: Iterable[np.ndarray]
) -> tuple[float, float]:
    """Return the largest in probability, over the labels that have one, and in the signed maps, in logit a cell."""
    answers = [(engine(x), reference(x)) for x in inputs]
    of_maps = max(float(np.abs(a.evidence - b.evidence).max()) for a, b in answers)
    of_probabilities = max(
        abs(calibrated(o.calibration, a.logits[0, o.index]) - calibrated(o.calibration, b.logits[0, o.index]))
        for a, b in answers
        for o in manifest.outputs
        if o.calibration
    )
    return of_probabilities, of_maps
