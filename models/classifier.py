"""From a radiograph to 14 answers and their explanations, in one forward pass."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import nn

from models.assessment import Assessment, Call, Explanation, Finding, ModelIdentity
from models.explain import grad_cam_closed_form, peak
from models.labels import Label
from models.network import features_and_logits
from models.radiograph import Radiograph
from models.registry import Assessed, Manifest, Output, load_model


@dataclass(frozen=True, slots=True)
class Classifier:
    """A loaded model. May be used from several threads at once."""

    manifest: Manifest
    identity: ModelIdentity
    network: nn.Module

    @classmethod
    def load(cls, folder: Path, *, threads: int | None = None) -> Self:
        """Load a model folder; ``threads`` limits torch's threads in this whole process.

        Raises ModelRefused where the folder is not what its manifest says.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        manifest, identity, network = load_model(folder)
        return cls(manifest, identity, network.to(memory_format=torch.channels_last))

    @property
    def input_px(self) -> int:
        """Return the side of the network's square input in pixels."""
        return self.manifest.preprocessing.input_px

    @torch.inference_mode()
    def assess(self, radiograph: Radiograph) -> Assessment:
        """Answer for all 14 labels; a label that the model does not assess carries no numbers and no explanation."""
        x = self.manifest.preprocessing(radiograph)
        features, logits = features_and_logits(self.network, x.contiguous(memory_format=torch.channels_last))
        evidence = grad_cam_closed_form(features[0], self.network.fc.weight).numpy()  # type: ignore[union-attr, arg-type]
        outputs = self.manifest.outputs
        findings = tuple(_finding(output, logit) for output, logit in zip(outputs, logits[0].tolist(), strict=True))
        explanations = {
            output.label: Explanation(output.label, evidence[i].astype(np.float32, copy=True), peak(evidence[i]))
            for i, output in enumerate(outputs)
            if output.assessed
        }
        return Assessment(self.identity, _without_contradiction(findings), explanations)


def calibrated(assessed: Assessed, logit: float) -> float:
    """Return the probability in [0, 1] of a raw score (Platt 1999)."""
    return float(1.0 / (1.0 + np.exp(-(assessed.slope * logit + assessed.intercept))))


def _finding(output: Output, logit: float) -> Finding:
    if output.assessed is None:
        return Finding(output.label, Call.NOT_ASSESSED)
    probability = calibrated(output.assessed, logit)
    call = Call.PRESENT if probability >= output.assessed.threshold else Call.ABSENT
    return Finding(output.label, call, probability, output.assessed.threshold, logit)


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
