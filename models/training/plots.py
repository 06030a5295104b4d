"""The pictures of a card. Colours are Okabe and Ito's, which the colour-blind can tell apart."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.registry import Tier
from models.training.baselines import SHOWN
from models.training.measure import Evaluation, LabelFigures
from models.training.metrics import Interval

_BLUE, _ORANGE, _GREEN, _PURPLE, _GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#767676"
_STYLE: dict[Any, Any] = {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False}
_COLUMNS = 3


def draw(evaluation: Evaluation, folder: Path) -> None:
    """Write ``auroc.png`` and, where labels are assessed, ``reliability.png`` and ``subgroups.png`` into ``folder``."""
    assessed = [figures for figures in evaluation.labels if figures.tier is Tier.ASSESSED]
    with mpl.rc_context(_STYLE):
        _save(_auroc(evaluation), folder / "auroc.png")
        if assessed:
            _save(_reliability(assessed), folder / "reliability.png")
            _save(_subgroups(assessed), folder / "subgroups.png")


def _auroc(evaluation: Evaluation) -> Figure:
    shown = [figures for figures in evaluation.labels if figures.auroc]
    names = [name for name in SHOWN if name in evaluation.macro_baselines]
    figure = Figure(figsize=(8, 1.6 + 0.45 * len(shown)), layout="constrained")
    axes = figure.subplots()
    at = np.arange(len(shown))
    series = [("model", _BLUE, "o", [f.auroc for f in shown])]
    for name, colour, marker in zip(names, (_ORANGE, _GREEN, _PURPLE), "s^D", strict=False):
        series.append((name, colour, marker, [f.baselines[name].auroc if name in f.baselines else None for f in shown]))
    for place, (name, colour, marker, intervals) in enumerate(series):
        offset = (place - (len(series) - 1) / 2) * 0.8 / len(series)
        _bars(axes, at + offset, intervals, colour, marker, name)
    axes.set_yticks(at, [f"{f.label}\n{f.positives} of {f.positives + f.negatives}, {f.tier}" for f in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.axvline(0.5, color=_GREY, linewidth=1)
    axes.set(xlabel="AUROC on test, 95 % interval by patient", xlim=(0, 1.005))
    for line in at[:-1] + 0.5:
        axes.axhline(line, color="#E4E4E4", linewidth=0.8)
    figure.legend(loc="outside upper center", ncols=len(series))
    return figure


def _reliability(assessed: list[LabelFigures]) -> Figure:
    figure, panels = _panels(len(assessed), height=2.9)
    for axes, label in zip(panels, assessed, strict=True):
        x = np.array([each.probability for each in label.reliability])
        axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1, linestyle="--")
        low, value, high = (
            np.array([getattr(b.share, part) for b in label.reliability]) for part in ("low", "value", "high")
        )
        axes.errorbar(
            x, value, (value - low, high - value), color=_BLUE, marker="o", markersize=4, linewidth=1, capsize=2
        )
        error = f", ECE {label.calibration_error.value:.2f}" if label.calibration_error else ""
        axes.set_title(f"{label.label}{error}", fontsize=9)
        axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    figure.supxlabel("mean probability of the bin", fontsize=9)
    figure.supylabel("share that is positive, 95 % interval", fontsize=9)
    return figure


def _subgroups(assessed: list[LabelFigures]) -> Figure:
    groups = [f"{g.by}: {g.group}" for g in assessed[0].subgroups]
    figure, panels = _panels(len(assessed), height=0.9 + 0.22 * len(groups))
    for place, (axes, label) in enumerate(zip(panels, assessed, strict=True)):
        _bars(axes, np.arange(len(groups)), [g.auroc for g in label.subgroups], _BLUE, "o", "")
        if label.auroc:
            axes.axvline(label.auroc.value, color=_ORANGE, linewidth=1)
        axes.axvline(0.5, color=_GREY, linewidth=1)
        axes.set_title(label.label, fontsize=9)
        axes.set_yticks(np.arange(len(groups)), groups if place % _COLUMNS == 0 else [""] * len(groups))
        axes.set(xlim=(0, 1.02), ylim=(len(groups) - 0.5, -0.5))
    figure.supxlabel("AUROC, 95 % interval by patient (orange: of all images; nothing: too few to say)", fontsize=9)
    return figure


def _panels(count: int, *, height: float) -> tuple[Figure, list[Axes]]:
    rows = -(-count // _COLUMNS)
    figure = Figure(figsize=(8, 0.3 + height * rows), layout="constrained")
    panels = list(figure.subplots(rows, _COLUMNS, squeeze=False).flat)
    for unused in panels[count:]:
        unused.set_visible(False)
    return figure, panels[:count]


def _bars(
    axes: Axes, at: Iterable[float], intervals: list[Interval | None], colour: str, marker: str, name: str
) -> None:
    known = [(y, i) for y, i in zip(at, intervals, strict=True) if i]
    y, x = [y for y, _ in known], np.array([i.value for _, i in known])
    spread = np.array([(i.value - i.low, i.high - i.value) for _, i in known]).reshape(-1, 2).T
    axes.errorbar(x, y, xerr=np.maximum(spread, 0), fmt=marker, color=colour, markersize=4, linewidth=1.2, label=name)


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=120, metadata={"Software": None})
