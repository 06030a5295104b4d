"""Every figure of an evaluation, as ``evaluation.json`` holds them: the one source of cards and plots."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from models.labels import LABELS, Label
from models.registry import EvidenceRule, Manifest, Output, Tier
from models.training.calibrate import Answered, probabilities
from models.training.calls import Bools, Calls, calls_of
from models.training.metrics import (
    DRAWS,
    Array,
    Bin,
    Interval,
    auprc,
    auroc,
    calibration_error,
    interval,
    mean,
    reliability,
    share,
)
from models.training.table import Table

_AGE_BANDS = ((0, 40, "under 40"), (40, 65, "40 to 64"), (65, np.inf, "65 and over"))
_SEXES = {"F": "women", "M": "men"}


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Beside(_Figures):
    """A shortcut baseline beside the model: its AUROC, and model minus baseline over the same draws of patients."""

    auroc: Interval
    difference: Interval


class Subgroup(_Figures):
    """One label in one group of the test images: ``by`` sex, age, view or source."""

    by: str
    group: str
    images: int
    positives: int
    auroc: Interval | None
    sensitivity: Interval | None
    specificity: Interval | None


class LabelFigures(_Figures):
    """One label on the test split, where ``share`` of the known images are positive, and the positives are of ``patients``.

    A figure is None where there are too few of either, or where the label's tier does not allow it.

    Sensitivity and specificity are at the threshold, the indeterminate band decided by it; ``decided_*`` leave
    the images in the band out, whose share is ``undecided``.
    """

    label: Label
    tier: Tier
    positives: int
    patients: int
    negatives: int
    share: float | None = None
    auroc: Interval | None = None
    auprc: Interval | None = None
    sensitivity: Interval | None = None
    specificity: Interval | None = None
    undecided: Interval | None = None
    decided_sensitivity: Interval | None = None
    decided_specificity: Interval | None = None
    mean_probability: float | None = None
    brier: Interval | None = None
    brier_of_share: float | None = None
    calibration_error: Interval | None = None
    calibration_error_by_chance: float | None = None
    reliability: tuple[Bin, ...] = ()
    baselines: dict[str, Beside] = {}
    subgroups: tuple[Subgroup, ...] = ()


class Macro(_Figures):
    """The mean AUROC over ``labels``: those with an output and enough positives among the ``images``."""

    auroc: Interval
    labels: tuple[Label, ...]
    images: int


class Counts(_Figures):
    """The size of a split; ``unreadable`` images are in no other figure."""

    images: int
    patients: int
    unreadable: int


class Evaluation(_Figures):
    """All of it. ``digest`` is that of the manifest, ``training`` the run's configuration, None for an imported model."""

    name: str
    version: str
    digest: str
    engine: str
    data: str
    training: dict[str, Any] | None
    splits: dict[str, Counts]
    baseline_images: int
    draws: int = DRAWS
    macro: dict[str, Macro]
    macro_baselines: dict[str, Beside]
    alarmed_of_healthy: Interval | None
    found_of_ill: Interval | None
    labels: tuple[LabelFigures, ...]


def by_label(
    manifest: Manifest, test: Answered, shortcuts: Mapping[Label, Mapping[str, Array]]
) -> Iterator[LabelFigures]:
    """Yield each label's figures on ``test``; ``shortcuts`` are each baseline's scores (N,) by label."""
    calls = calls_of(manifest, test)
    for output in manifest.outputs:
        yield _label(output, test, shortcuts[output.label], calls.get(output.label), manifest.evidence_rule)


def macros(manifest: Manifest, test: Answered) -> dict[str, Macro]:
    """Return the macro AUROC over all images, over assessed labels alone, and within each source."""
    assessed = {output.label for output in manifest.outputs if output.tier is Tier.ASSESSED}
    everything = np.ones(len(test.table), bool)
    parts = {"all": (everything, set(LABELS)), "assessed": (everything, assessed)}
    for source in _several(test.table.sources):
        parts[f"source {source}"] = (test.table.sources == source, set(LABELS))
    result = {}
    for name, (inside, among) in parts.items():
        part = Answered(test.table.take(inside), test.logits[inside], test.draws[:, inside])
        columns = [i for i in _enough(part, manifest.evidence_rule) if LABELS[i] in among]
        found = interval(_mean_auroc(part, {i: part.logits[:, i] for i in columns}))
        if found:
            result[name] = Macro(auroc=found, labels=tuple(LABELS[i] for i in columns), images=int(inside.sum()))
    return result


def macro_baselines(
    manifest: Manifest, test: Answered, shortcuts: Mapping[Label, Mapping[str, Array]]
) -> dict[str, Beside]:
    """Return each baseline's macro AUROC beside the model's, over the labels that both have."""
    result: dict[str, Beside] = {}
    for name in dict.fromkeys(name for scores in shortcuts.values() for name in scores):
        columns = [i for i in _enough(test, manifest.evidence_rule) if name in shortcuts[LABELS[i]]]
        own = _mean_auroc(test, {i: test.logits[:, i] for i in columns})
        other = _mean_auroc(test, {i: shortcuts[LABELS[i]][name] for i in columns})
        result |= _beside(name, own, other)
    return result


def alarms(manifest: Manifest, test: Answered) -> tuple[Interval | None, Interval | None]:
    """Return the share with any finding called: of the images labelled No Finding, and of those labelled otherwise."""
    findings = [calls.present for label, calls in calls_of(manifest, test).items() if label is not Label.NO_FINDING]
    if not findings:
        return None, None
    called = np.any(findings, axis=0).astype(float)
    healthy = test.table.labels[:, LABELS.index(Label.NO_FINDING)]
    return tuple(share(np.where(healthy == wanted, called, np.nan), test.draws) for wanted in (1, 0))  # type: ignore[return-value]


def _label(
    output: Output, test: Answered, shortcuts: Mapping[str, Array], calls: Calls | None, rule: EvidenceRule
) -> LabelFigures:
    known = test.known(output.label)
    truth, logits, draws = test.of_label(output.label)
    positives = int(truth.sum())
    figures: dict[str, Any] = {"share": positives / len(truth)} if len(truth) else {}
    if _is_enough(truth, rule):
        own = auroc(truth, logits, draws)
        figures |= {"auroc": interval(own), "auprc": interval(auprc(truth, logits, draws)), "baselines": {}}
        for name, score in shortcuts.items():
            figures["baselines"] |= _beside(name, own, auroc(truth, score[known], draws))
        if output.calibration:
            figures |= _calibrated(truth, probabilities(output.calibration, logits), draws)
        if calls:
            figures |= _decided(calls.of(known), truth, draws)
    if output.calibration:
        figures["subgroups"] = tuple(_subgroups(output, test, calls, rule))
    return LabelFigures(
        label=output.label,
        tier=output.tier,
        positives=positives,
        patients=test.patients_with(output.label),
        negatives=len(truth) - positives,
        **figures,
    )


def _calibrated(truth: Array, probability: Array, draws: npt.NDArray[np.uint8]) -> dict[str, Any]:
    error, by_chance = calibration_error(truth, probability, draws)
    return {
        "mean_probability": float(probability.mean()),
        "brier": interval(mean((probability - truth) ** 2, draws)),
        "brier_of_share": float(truth.mean() * (1 - truth.mean())),
        "calibration_error": interval(error),
        "calibration_error_by_chance": by_chance,
        "reliability": tuple(reliability(truth, probability, draws)),
    }


def _decided(calls: Calls, truth: Array, draws: npt.NDArray[np.uint8]) -> dict[str, Interval | None]:
    def rate(hits: Bools, among: Bools) -> Interval | None:
        return share(np.where(among, hits, np.nan), draws)

    return {
        "sensitivity": rate(calls.above, truth == 1),
        "specificity": rate(~calls.above, truth == 0),
        "undecided": rate(calls.undecided, ~np.isnan(truth)),
        "decided_sensitivity": rate(calls.present, (truth == 1) & ~calls.undecided),
        "decided_specificity": rate(~calls.present, (truth == 0) & ~calls.undecided),
    }


def _subgroups(output: Output, test: Answered, calls: Calls | None, rule: EvidenceRule) -> Iterator[Subgroup]:
    for by, group, inside in _groups(test.table):
        chosen = inside & test.known(output.label)
        part = Answered(test.table.take(chosen), test.logits[chosen], test.draws[:, chosen])
        truth, logits, draws = part.of_label(output.label)
        enough = _is_enough(truth, rule)
        point = _decided(calls.of(chosen), truth, draws) if enough and calls else {}
        yield Subgroup(
            by=by,
            group=group,
            images=len(truth),
            positives=int(truth.sum()),
            auroc=interval(auroc(truth, logits, draws)) if enough else None,
            sensitivity=point.get("sensitivity"),
            specificity=point.get("specificity"),
        )


def _groups(table: Table) -> Iterator[tuple[str, str, Bools]]:
    for sex, name in _SEXES.items():
        yield "sex", name, table.sexes == sex
    for least, beyond, name in _AGE_BANDS:
        yield "age", name, (least <= table.ages_years) & (table.ages_years < beyond)
    for view in ("PA", "AP"):
        yield "view", view, table.views == view
    for source in _several(table.sources):
        yield "source", source, table.sources == source


def _several(sources: npt.NDArray[np.str_]) -> list[str]:
    names = np.unique(sources).tolist()
    return names if len(names) > 1 else []


def _enough(test: Answered, rule: EvidenceRule) -> list[int]:
    return [i for i, label in enumerate(LABELS) if _is_enough(test.of_label(label)[0], rule)]


def _is_enough(truth: Array, rule: EvidenceRule) -> bool:
    """Tell whether there are as many positives, and negatives, as a figure needs: few give an interval that is too narrow."""
    return bool(rule.least_positives <= truth.sum() <= len(truth) - rule.least_positives)


def _mean_auroc(test: Answered, scores: Mapping[int, Array]) -> Array:
    """Return (D,): the mean over the labels that a draw has both classes of."""
    figures = [np.full(len(test.draws), np.nan)]
    for i, score in scores.items():
        known = test.known(LABELS[i])
        figures.append(auroc(test.of_label(LABELS[i])[0], score[known], test.draws[:, known]))
    defined = ~np.isnan(figures)
    count = np.where(defined.any(axis=0), defined.sum(axis=0), np.nan)
    return np.asarray(np.where(defined, figures, 0).sum(axis=0) / count, np.float64)


def _beside(name: str, own: Array, other: Array) -> dict[str, Beside]:
    found, difference = interval(other), interval(own - other)
    return {name: Beside(auroc=found, difference=difference)} if found and difference else {}
