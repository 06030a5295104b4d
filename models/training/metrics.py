"""The figures of an evaluation, each over the data and over draws of its patients at once.

Images of one patient are no free samples, so patients are drawn, not images (Efron 1979): a draw is a row of weights,
how often each image counts. Row 0 is the data themselves. Every figure takes those weights (D, N) and returns float64
(D,), NaN where a draw lacks a class; figures of the same weights may be subtracted draw by draw.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict
from scipy.stats import binomtest

Array = npt.NDArray[np.float64]
Strings = npt.NDArray[np.str_]
DRAWS = 1000
_CHUNK = 1 << 22
_TAILS = (0.025, 0.975)


class Interval(BaseModel):
    """A figure with its 95 % interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float


class Bin(BaseModel):
    """One bin of a reliability curve: ``images``, their mean probability, and the share of them that is positive."""

    model_config = ConfigDict(frozen=True)

    images: int
    probability: float
    share: Interval


def draw_patients(patients: Strings, *, draws: int = DRAWS, seed: int = 0) -> npt.NDArray[np.uint8]:
    """Return weights uint8 (1 + draws, N): all ones, then how often each image's patient was drawn."""
    _, patient = np.unique(patients, return_inverse=True)
    count = int(patient.max()) + 1
    random = np.random.default_rng(seed)
    drawn = [np.bincount(random.integers(count, size=count), minlength=count) for _ in range(draws)]
    return np.stack([np.ones(count), *drawn]).astype(np.uint8)[:, patient]


def interval(figures: Array) -> Interval | None:
    """Return row 0 with the percentiles of the other rows; None where the data, and so all draws, lack a class."""
    possible = figures[1:][~np.isnan(figures[1:])]
    if not len(possible):
        return None
    low, high = np.quantile(possible, _TAILS)
    return Interval(value=float(figures[0]), low=float(low), high=float(high))


def auroc(truth: Array, score: Array, weights: npt.NDArray[np.uint8]) -> Array:
    """Return the chance that a positive outranks a negative, ties counting half."""
    scored = _Ranked(truth, score)

    def figure(positive: Array, negative: Array) -> Array:
        below = np.cumsum(negative, axis=1) - negative / 2
        return np.asarray((positive * below).sum(axis=1) / (positive.sum(axis=1) * negative.sum(axis=1)), np.float64)

    return scored.per_draw(figure, weights)


def auprc(truth: Array, score: Array, weights: npt.NDArray[np.uint8]) -> Array:
    """Return the average precision: the mean, over positives, of the precision where each is reached."""
    scored = _Ranked(truth, score)

    def figure(positive: Array, negative: Array) -> Array:
        hits, alarms = positive[:, ::-1].cumsum(axis=1), negative[:, ::-1].cumsum(axis=1)
        precision = hits / np.maximum(hits + alarms, 1)
        reached = (positive[:, ::-1] * precision).sum(axis=1) / positive.sum(axis=1)
        return np.where(negative.sum(axis=1) > 0, reached, np.nan)

    return scored.per_draw(figure, weights)


def thresholds(truth: Array, score: Array, weights: npt.NDArray[np.uint8], *, least_specificity: float) -> Array:
    """Return the threshold with the largest sensitivity + specificity (Youden 1950) among the specific enough.

    It lies halfway between the lowest score that it calls and the next below; of equal ones it is the highest.
    """
    scored = _Ranked(truth, score)
    halfway = (scored.values + np.roll(scored.values, 1)) / 2
    halfway[0] = scored.values[0]

    def figure(positive: Array, negative: Array) -> Array:
        sensitivity = positive[:, ::-1].cumsum(axis=1) / positive.sum(axis=1, keepdims=True)
        specificity = 1 - negative[:, ::-1].cumsum(axis=1) / negative.sum(axis=1, keepdims=True)
        gain = np.where(specificity >= least_specificity, sensitivity + specificity, -1.0)
        defined = ~np.isnan(sensitivity[:, 0] + specificity[:, 0])
        return np.where(defined, halfway[::-1][np.argmax(gain, axis=1)], np.nan)

    return scored.per_draw(figure, weights)


def mean(values: Array, weights: npt.NDArray[np.uint8]) -> Array:
    """Return the weighted mean of ``values`` (N,), NaN entries left out."""
    known = ~np.isnan(values)
    chosen = weights[:, known].astype(np.float32)
    with np.errstate(invalid="ignore"):
        return np.asarray(chosen @ values[known] / chosen.sum(axis=1), np.float64)


def share(hits: Array, weights: npt.NDArray[np.uint8]) -> Interval | None:
    """Return the mean of ``hits`` (1, 0, NaN) with the wider of the interval by patient and Wilson's (1927).

    Resampling 5 hits of 5 gives 5 of 5 every time, and an interval without width.
    """
    drawn = interval(mean(hits, weights))
    if drawn is None:
        return None
    known = hits[~np.isnan(hits)]
    wilson = binomtest(int(known.sum()), len(known)).proportion_ci(method="wilson")
    return Interval(value=drawn.value, low=min(drawn.low, wilson.low), high=max(drawn.high, wilson.high))


def reliability(truth: Array, probability: Array, weights: npt.NDArray[np.uint8]) -> list[Bin]:
    """Return the reliability curve over bins of equal numbers of images (quantiles of the probability)."""
    bins = _bins(probability)
    curve = []
    for number in range(bins.max() + 1):
        inside = bins == number
        positive = share(truth[inside], weights[:, inside])
        if positive is not None:
            curve.append(Bin(images=int(inside.sum()), probability=float(probability[inside].mean()), share=positive))
    return curve


def calibration_error(truth: Array, probability: Array, weights: npt.NDArray[np.uint8]) -> tuple[Array, float]:
    """Return the expected calibration error (Naeini 2015) over the bins of ``reliability``, and what chance allows.

    The latter is what a perfectly calibrated model stays under in 95 of 100 data sets of this size. Resampling
    adds noise of its own, so the draws lie too high rather than too low.
    """
    member = np.eye(_bins(probability).max() + 1, dtype=np.float32)[_bins(probability)]

    def error(weighted_residuals: Array, total: Array) -> Array:
        return np.asarray(np.abs(weighted_residuals @ member).sum(axis=1) / total, np.float64)

    drawn = weights.astype(np.float32)
    perfect = np.random.default_rng(0).random((DRAWS, len(truth))) < probability
    by_chance = error(perfect - probability, np.full(DRAWS, len(truth)))
    return error(drawn * (truth - probability), drawn.sum(axis=1)), float(np.quantile(by_chance, 0.95))


def _bins(probability: Array) -> npt.NDArray[np.intp]:
    count = int(np.clip(len(probability) // 20, 2, 10))
    edges = np.unique(np.quantile(probability, np.arange(1, count) / count))
    return np.unique(np.searchsorted(edges, probability, side="right"), return_inverse=True)[1]


class _Ranked:
    """Images by ascending score, those of one score together."""

    def __init__(self, truth: Array, score: Array) -> None:
        self._order = np.argsort(score, kind="stable")
        ascending = score[self._order]
        self._starts = np.flatnonzero(np.r_[True, ascending[1:] > ascending[:-1]])
        self._positive = truth[self._order] == 1
        self.values = ascending[self._starts].astype(np.float64)

    def per_draw(self, figure: Callable[[Array, Array], Array], weights: npt.NDArray[np.uint8]) -> Array:
        """Apply ``figure`` to the weights (D, scores) of positives and negatives, some draws at a time to bound memory."""
        parts = []
        with np.errstate(invalid="ignore"):
            for part in np.array_split(weights, 1 + weights.size // _CHUNK):
                ranked = part[:, self._order].astype(np.float64)
                groups = (ranked * self._positive, ranked * ~self._positive)
                parts.append(figure(*(np.add.reduceat(each, self._starts, axis=1) for each in groups)))
        return np.concatenate(parts)
