"""What the manifest says of each output: whether it is assessed, its calibration and its threshold.

Calibration and thresholds come from the valid split alone. Whether a label is assessed is decided there, too; the test
split can only take a label away (``withdraw``), and the card says which.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from models.labels import LABELS, Label
from models.registry import Calibration, OperatingPoint, Output, Positives
from models.training.dataset import Split
from models.training.metrics import Array, auroc, by_patient, choose_threshold
from models.training.train import UNLEARNED

# Fewer positives than this in a split, and neither a threshold nor a test of it means anything.
LEAST_POSITIVES = 5
# With Youden's index alone, a first probe of three epochs called something on 86 % of the healthy test images; the
# card tells that this floor was set after that was seen.
LEAST_SPECIFICITY = 0.8


def outputs(splits: dict[str, Split], valid_logits: npt.NDArray[np.float32]) -> Sequence[Output]:
    """Return the 14 outputs of the manifest from splits "train", "valid", "test" and the logits (N, 14) of "valid"."""
    return [_output(i, label, splits, valid_logits[:, i]) for i, label in enumerate(LABELS)]


def withdraw(validated: Sequence[Output], test: Split, logits: npt.NDArray[np.float32]) -> Sequence[Output]:
    """Return the outputs without those whose AUROC on the test split may be no better than chance.

    To say nothing of a finding is safer than a call that the test did not confirm.
    """
    return [_confirmed(output, test, logits[:, i]) for i, output in enumerate(validated)]


def platt(truth: Array, logits: Array) -> tuple[float, float]:
    """Return (slope, intercept) of the calibration sigmoid(slope * logit + intercept) (Platt 1999).

    Fitted with the usual L2 term of 1 on the slope: six positives do not support a steep one.
    """
    fit = LogisticRegression(C=1.0).fit(logits[:, None], truth)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


def _output(index: int, label: Label, splits: dict[str, Split], logits: Array) -> Output:
    positives = Positives(**{name: int((split.labels[:, index] == 1).sum()) for name, split in splits.items()})
    valid = splits["valid"]
    truth = valid.labels[:, index]
    reason = _reason_against(label, positives, truth, logits, valid.patients)
    if reason:
        return Output(label=label, index=index, positives=positives, not_assessed_because=reason)
    slope, intercept = platt(truth, logits)
    probability = 1 / (1 + np.exp(-(slope * logits.astype(np.float64) + intercept)))
    threshold = choose_threshold(truth, probability, least_specificity=LEAST_SPECIFICITY)
    return Output(
        label=label,
        positives=positives,
        index=index,
        calibration=Calibration(slope=round(slope, 6), intercept=round(intercept, 6)),
        operating_point=OperatingPoint(threshold=(t := round(threshold, 6)), low=t, high=t),
    )


def _confirmed(output: Output, test: Split, logits: Array) -> Output:
    if output.operating_point is None:
        return output
    interval = by_patient(auroc, test.labels[:, LABELS.index(output.label)], logits, test.patients)
    if interval.low > 0.5:
        return output
    reason = (
        f"validation admitted it, but on test it may be no better than chance (AUROC {interval.value:.2f}, from "
        f"{interval.low:.2f})"
    )
    return Output(label=output.label, index=output.index, positives=output.positives, not_assessed_because=reason)


def _reason_against(
    label: Label, positives: Positives, truth: Array, logits: Array, patients: npt.NDArray[np.str_]
) -> str:
    if positives.train == 0:
        return "the training data have no label for it"
    if label in UNLEARNED:
        return (
            "its training labels tell where an image came from: in one half of the data it stands on nearly every "
            "abnormal image, in the other on hardly any"
        )
    if min(positives.valid, positives.test) < LEAST_POSITIVES:
        return (
            f"too few positives to set and to test a threshold ({positives.train} in training, {positives.valid} in "
            f"validation, {positives.test} in test; at least {LEAST_POSITIVES} are needed in each)"
        )
    interval = by_patient(auroc, truth, logits, patients)
    if interval.low <= 0.5:
        return f"on validation it may be no better than chance (AUROC {interval.value:.2f}, from {interval.low:.2f})"
    return ""
