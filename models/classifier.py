"""From a radiograph to 14 answers and their explanations, in one forward pass."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np
import torch
from scipy.special import expit

from models.assessment import Assessment, Call, Explanation, Finding, ModelIdentity, without_contradiction
from models.batching import BatchedEngine
from models.engine import Engine, make_engine
from models.explain import peak
from models.radiograph import Radiograph
from models.registry import Calibration, Manifest, Output, load_model

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A loaded model. May be used from several threads at once."""

    manifest: Manifest
    identity: ModelIdentity
    engine: Engine

    @classmethod
    def load(cls, folder: Path, *, engine: str = "auto", threads: int | None = None) -> Self:
        """Load a model folder, ready for its first image; ``engine`` is ``auto`` or one of models.engine.ENGINES.

        ``threads`` bounds the threads of the engine, and those of torch and OpenCV in this whole process. On one machine the
        same engine gives a radiograph that is answered alone the same answer to the bit. One that is answered in a batch
        (models.batching) may differ from that by rounding, in the order of 1e-6 in a logit. Engines of one precision agree
        within models.engine.AGREES_WITHIN.

        Raises ModelRefused where the folder is not what its manifest says, or the engine does not fit the model or this machine.
        """
        if threads is not None:
            torch.set_num_threads(threads)
            cv2.setNumThreads(threads)
        manifest, identity, network = load_model(folder)
        chosen = make_engine(engine, manifest, network, threads)
        log.info("model loaded", extra={"model": f"{identity.name} {identity.version}", "engine": chosen.name})
        return cls(manifest, identity, BatchedEngine(chosen))

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
        return Assessment(self.identity, without_contradiction(tuple(findings)), explanations)


def calibrated(calibration: Calibration, logit: float) -> float:
    """Return the probability in [0, 1] of a raw score (Platt 1999)."""
    return float(expit(calibration.slope * logit + calibration.intercept))


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
