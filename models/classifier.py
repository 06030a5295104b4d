"""From a radiograph to 14 answers and their explanations, in one forward pass."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch

from models.assessment import Assessment, Call, Explanation, Finding, ModelIdentity
from models.engine import Engine, TorchEngine
from models.explain import peak
from models.labels import Label
from models.radiograph import Radiograph
from models.registry import Calibration, Manifest, Output, load_model


@dataclass(frozen=True, slots=True)
class Classifier:
    """A loaded model. May be used from several threads at once."""

    manifest: Manifest
    identity: ModelIdentity
    engine: Engine

    @classmethod
    def load(cls, folder: Path, *, threads: int | None = None) -> Self:
        """Load a model folder; ``threads`` limits torch's threads in this whole process.

        Raises ModelRefused where the folder is not what its manifest says.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        manifest, identity, network = load_model(folder)
        return cls(manifest, identity, TorchEngine(network.to(memory_format=torch.channels_last)))

    @property
    def input_px(self) -> int:
        """Return the side of the network's square input in pixels."""
        return self.manifest.preprocessing.input_px

    def assess(self, radiograph: Radiograph) -> Assessment:
        """Answer for all 14 labels; a label that is neither assessed nor exploratory has no numbers and no explanation."""
        answer = self.engine(self.manifest.preprocessing(radiograph))
        logits, evidence = answer.logits[0].tolist(), answer.evidence[0]
        findings, explanations = [], {}
        for output in self.manifest.outputs:
            if output.index is None or output.calibration is None:
                findings.append(Finding(output.label, Call.NOT_ASSESSED))
                continue
            findings.append(_finding(output, output.calibration, logits[output.index]))
            own = evidence[output.index].astype(np.float32, copy=True)
            explanations[output.label] = Explanation(output.label, own, peak(own))
        return Assessment(self.identity, _without_contradiction(tuple(findings)), explanations)


def calibrated(calibration: Calibration, logit: float) -> float:
    """Return the probability in [0, 1] of a raw score (Platt 1999)."""
    return float(1.0 / (1.0 + np.exp(-(calibration.slope * logit + calibration.intercept))))


def _finding(output: Output, calibration: Calibration, logit: float) -> Finding:
    probability = calibrated(calibration, logit)
    point = output.operating_point
    if point is None:
        return Finding(output.label, Call.NOT_ASSESSED, probability, None, logit)
    if point.low < probability < point.high:
        call = Call.INDETERMINATE
    else:
        call = Call.PRESENT if probability >= point.threshold else Call.ABSENT
    return Finding(output.label, call, probability, point.threshold, logit)


def _without_contradiction(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """No Finding beside a finding contradicts itself: the finding stands, and No Finding is left open."""
    if not any(f.call is Call.PRESENT and f.label is not Label.NO_FINDING for f in findings):
        return findings
    return tuple(
        Finding(f.label, Call.INDETERMINATE, f.probability, f.threshold, f.logit)
        if f.label is Label.NO_FINDING and f.call is Call.PRESENT
        else f
        for f in findings
    )
