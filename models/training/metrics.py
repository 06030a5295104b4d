"""The figures of a model card: AUROC, operating points, calibration, and intervals by patient."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32] | npt.NDArray[np.float64]


DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval; all three NaN where a class is missing."""

    value: float
    low: float
    high: float


def auroc(truth: Array, score: Array) -> float:
    """Return the chance that a positive outranks a negative, ties counting half; NaN if a class is missing."""
    positive, negative = score[truth == 1], score[truth == 0]
    if not len(positive) or not len(negative):
        return float("nan")
    difference = positive[:, None] - negative[None, :]
    return float((difference > 0).mean() + (difference == 0).mean() / 2)


def sensitivity(truth: Array, called: Array) -> float:
    """Return the share of positives that are called; NaN without positives."""
    return float(called[truth == 1].mean()) if (truth == 1).any() else float("nan")


def specificity(truth: Array, called: Array) -> float:
    """Return the share of negatives that are not called; NaN without negatives."""
    return sensitivity(1 - truth, 1 - called)


def choose_threshold(truth: Array, probability: Array, *, least_specificity: float) -> float:
    """Return the threshold with the largest sensitivity + specificity (Youden 1950) among the specific enough.

    It lies halfway between the lowest score that it calls and the next below; of equal ones it is the highest.
    """
    values = np.unique(probability)[::-1].astype(np.float64)
    called = [(probability >= value).astype(np.float64) for value in values]
    specificities = np.array([specificity(truth, c) for c in called])
    gains = np.array([sensitivity(truth, c) for c in called]) + specificities
    best = int(np.argmax(np.where(specificities >= least_specificity, gains, -1.0)))
    return float((values[best] + values[min(best + 1, len(values) - 1)]) / 2)


def by_patient(
    figure: Callable[[Array, Array], float], truth: Array, score: Array, patients: npt.NDArray[np.str_]
) -> Interval:
    """Return ``figure`` with its percentile interval over DRAWS draws of patients, whose images are no free samples."""
    random = np.random.default_rng(0)
    images = [np.flatnonzero(patients == patient) for patient in np.unique(patients)]
    draws = []
    for _ in range(DRAWS):
        drawn = np.concatenate([images[i] for i in random.integers(len(images), size=len(images))])
        draws.append(figure(truth[drawn], score[drawn]))
    possible = np.array(draws)[~np.isnan(draws)]
    if not len(possible):
        return Interval(float("nan"), float("nan"), float("nan"))
    low, high = np.percentile(possible, [2.5, 97.5])
    return Interval(figure(truth, score), float(low), float(high))
