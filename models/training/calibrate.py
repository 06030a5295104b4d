"""What the manifest says of each output: its tier, its calibration, its threshold and its indeterminate band.

All of it comes from the valid split. The test split decides nothing but whether a label may stay: it can only take a
label away, and the reason says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from models.labels import LABELS, Label
from models.registry import Calibration, EvidenceRule, OperatingPoint, Output, Positives
from models.training.dataset import Table
from models.training.metrics import Array, auroc, draw_patients, interval, thresholds

# The prior on the logarithm of a slope: a factor of 1.6 away from the labels' common slope is one standard deviation.
_SPREAD = 0.5


@dataclass(frozen=True, slots=True)
class Answered:
    """A split and what the network said of it: ``logits`` float64 (N, 14), NaN where the network has no output."""

    table: Table
    logits: Array
    draws: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, table: Table, logits: Array) -> "Answered":
        """Return it with draws of its patients, the same for every figure."""
        return cls(table, logits, draw_patients(table.patients))

    def known(self, label: Label) -> npt.NDArray[np.bool_]:
        """Return (N,): where somebody looked for the label and the network answers."""
        column = LABELS.index(label)
        return ~np.isnan(self.table.labels[:, column]) & ~np.isnan(self.logits[:, column])

    def patients_with(self, label: Label) -> int:
        """Return of how many patients the images are that carry the label."""
        return len(np.unique(self.table.patients[self.table.labels[:, LABELS.index(label)] == 1]))

    def of_label(self, label: Label) -> tuple[Array, Array, npt.NDArray[np.uint8]]:
        """Return truth (K,), logits (K,) and draws (D, K) over the known images of one label."""
        known, column = self.known(label), LABELS.index(label)
        return self.table.labels[known, column].astype(np.float64), self.logits[known, column], self.draws[:, known]


def outputs(
    indices: Mapping[Label, int | None],
    positives: Mapping[Label, Positives],
    valid: Answered,
    test: Answered,
    *,
    rule: EvidenceRule,
) -> tuple[Output, ...]:
    """Return the manifest's 14 outputs; ``indices`` tells each label's network output, None where none was trained for it."""
    calibrations = platt([valid.of_label(label)[:2] for label in LABELS])
    result = []
    for label, calibration in zip(LABELS, calibrations, strict=True):
        index, counts = indices[label], positives[label]
        kept = calibration if index is not None else None
        if kept is None:
            reason = (
                "the model has no trained output for it"
                if index is None
                else "validation has no image with it, or none without it"
            )
        else:
            reason = _confounded(label, valid, rule) or _doubt(label, counts, valid, test, rule)
        point = None if reason or kept is None else _operating_point(label, kept, valid, rule)
        result.append(
            Output(
                label=label,
                index=index,
                positives=counts,
                calibration=kept,
                operating_point=point,
                not_assessed_because=reason,
            )
        )
    return tuple(result)


def platt(pairs: list[tuple[Array, Array]]) -> list[Calibration | None]:
    """Return for each label's (truth, logits) its slope and intercept (Platt 1999), None where a class is missing.

    The labels share strength: each slope is drawn towards a common one, and that towards 1, so that a label
    with six positives gets little more than the common temperature and one with hundreds its own slope.
    """
    usable = [i for i, (truth, _) in enumerate(pairs) if 0 < truth.sum() < len(truth)]
    count = len(usable)

    def loss(x: Array) -> tuple[float, Array]:
        common, logs, intercepts = x[0], x[1 : 1 + count], x[1 + count :]
        away = (logs - common) / _SPREAD**2
        value = float((away * (logs - common)).sum() + common**2 / _SPREAD**2) / 2
        gradient = np.concatenate([[common / _SPREAD**2 - away.sum()], away, np.zeros(count)])
        for k, i in enumerate(usable):
            truth, logits = pairs[i]
            z = np.exp(logs[k]) * logits + intercepts[k]
            value += float((np.logaddexp(0, z) - truth * z).sum())
            residual = expit(z) - truth
            gradient[1 + k] += (residual * logits).sum() * np.exp(logs[k])
            gradient[1 + count + k] += residual.sum()
        return value, gradient

    fitted = minimize(loss, np.zeros(1 + 2 * count), jac=True, method="L-BFGS-B").x
    result: list[Calibration | None] = [None] * len(pairs)
    for k, i in enumerate(usable):
        slope, intercept = float(np.exp(fitted[1 + k])), float(fitted[1 + count + k])
        result[i] = Calibration(slope=round(slope, 6), intercept=round(intercept, 6))
    return result


def probabilities(calibration: Calibration, logits: Array) -> Array:
    """Return probabilities (N,) of raw scores, as the classifier makes them."""
    return np.asarray(expit(calibration.slope * logits + calibration.intercept), np.float64)


def _confounded(label: Label, valid: Answered, rule: EvidenceRule) -> str:
    if label is Label.NO_FINDING:
        return ""
    truth = valid.table.labels[valid.known(label), LABELS.index(label)]
    abnormal = valid.table.labels[valid.known(label), LABELS.index(Label.NO_FINDING)] == 0
    share = float(truth[abnormal].mean()) if abnormal.any() else 0.0
    if share <= rule.most_of_abnormal:
        return ""
    return (
        f"where its label is known it stands on nearly every abnormal image ({share:.0%} on validation): its score would "
        f"say abnormal, and not {label.lower()}"
    )


def _doubt(label: Label, counts: Positives, valid: Answered, test: Answered, rule: EvidenceRule) -> str:
    patients = {name: split.patients_with(label) for name, split in (("valid", valid), ("test", test))}
    if min(counts.valid, counts.test) < rule.least_positives or min(patients.values()) < rule.least_patients:
        # A bootstrap over three patients gives an interval that chance stands clear of every ninth time.
        return (
            f"too few positives to set and to test a threshold ({counts.valid} images of {patients['valid']} patients in "
            f"validation, {counts.test} of {patients['test']} in test; at least {rule.least_positives} of {rule.least_patients} "
            "are needed in both)"
        )
    for name, split in (("on validation", valid), ("validation admitted it, but on test", test)):
        found = interval(auroc(*split.of_label(label)))
        if found is None or found.low <= rule.least_auroc_low:
            figures = f"AUROC {found.value:.2f}, from {found.low:.2f}" if found else "no negatives"
            return f"{name} it may be no better than chance ({figures})"
    return ""


def _operating_point(label: Label, calibration: Calibration, valid: Answered, rule: EvidenceRule) -> OperatingPoint:
    truth, logits, draws = valid.of_label(label)
    chosen = thresholds(truth, probabilities(calibration, logits), draws, least_specificity=rule.least_specificity)
    tails = (0.5 - rule.band_share / 2, 0.5 + rule.band_share / 2)
    low, high = np.nanquantile(chosen[1:], tails)
    threshold = round(float(chosen[0]), 6)
    return OperatingPoint(
        threshold=threshold, low=min(round(float(low), 6), threshold), high=max(round(float(high), 6), threshold)
    )
