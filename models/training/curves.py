"""A run's curves, an epoch a line: ``curves.csv`` to compute with and ``curves.png`` to look at."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from models.labels import LABELS
from models.training.checkpoint import write_durably

_BLUE, _GREY = "#0b5cad", "#767676"


def write_curves(epochs: Sequence[dict[str, Any]], table: Path, picture: Path) -> None:
    """Write one line an epoch, a blank where the valid split has no positive or no negative, and the picture of them."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, epochs[0].keys())
    writer.writeheader()
    writer.writerows(epochs)
    write_durably(table, lambda file: file.write(text.getvalue().encode()))
    figure = _drawn(epochs)
    write_durably(picture, lambda file: figure.savefig(file, format="png", dpi=110))


def _drawn(epochs: Sequence[dict[str, Any]]) -> Figure:
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.5))
    numbers = [e["epoch"] for e in epochs]
    left.plot(numbers, [e["loss"] for e in epochs], color=_BLUE, marker=".")
    left.set(title="Training loss", xlabel="epoch", ylabel="binary cross-entropy")
    for name in LABELS:
        values = [float("nan") if e[name] == "" else e[name] for e in epochs]
        if any(e[name] != "" for e in epochs):
            right.plot(numbers, values, linewidth=1, label=name)
    macro = [float("nan") if e["macro_auroc"] == "" else e["macro_auroc"] for e in epochs]
    right.plot(numbers, macro, color="black", linewidth=2.5, marker=".", label="macro")
    right.axhline(0.5, color=_GREY, linestyle=":", linewidth=1)
    right.set(title="AUROC on the valid split, averaged weights", xlabel="epoch", ylim=(0, 1))
    right.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8, frameon=False)
    for axes in (left, right):
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.spines[["top", "right"]].set_visible(False)
        previous = epochs[0]
        for e in epochs[1:]:
            if (e["input_px"], e["output_stride"]) != (previous["input_px"], previous["output_stride"]):
                axes.axvline(e["epoch"] - 0.5, color=_GREY, linewidth=0.8)
            previous = e
    return figure
