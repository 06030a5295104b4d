"""The report of an explanation check, for people: ``faithfulness.md`` with its tables, examples and curves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from models.overlay import FULL_SCALE_LOGIT, colour_of
from models.registry import Output, Tier
from models.training.faithfulness import CASCADE, ORIGINAL_PX, REMOVED_SHARES, TOLERANCE_PX, Box, Map, on_grid

REPORT, EXAMPLES, CURVES = "faithfulness.md", "faithfulness-examples.png", "faithfulness-curves.png"
_COLOURS: Final = {
    "grad-cam": "#0b5cad",
    "grad-cam++": "#b5530a",
    "layer-cam": "#2e7d32",
    "centre": "#767676",
    "random": "#111111",
}

Figures = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Example:
    """One boxed radiograph, pixels float32 in [0, 1], with its maps (h, w) by method."""

    pixels: Map
    output: Output
    boxes: tuple[Box, ...]
    energy_in_box: float
    maps: dict[str, Map]


def write_report(folder: Path, result: dict[str, Any], examples: Sequence[Example]) -> None:
    """Write report and pictures into ``folder``."""
    _draw_curves(result).savefig(folder / CURVES, dpi=100)
    (folder / EXAMPLES).unlink(missing_ok=True)
    if examples:
        _draw_examples(examples).savefig(folder / EXAMPLES, dpi=75)
    (folder / REPORT).write_text("\n\n".join(_paragraphs(result)) + "\n", encoding="utf-8")


def _paragraphs(result: dict[str, Any]) -> Iterable[str]:
    removal, cascade, steady = result["removal"], result["cascade"], result["stability"]
    yield f"# How far the explanations of {result['name']} {result['version']} can be trusted"
    yield f"Manifest SHA-256 (the model's digest): `{result['digest']}`"
    yield (
        "A map says what raised the model's score. It is no outline of disease, supports a physician, and never replaces "
        "one. Intervals are 95 %, by patient. *Centre* is a Gaussian at the centre, *mean box* is where the other patients' "
        "boxes lie, *random* is chance: none of them has seen the image, and **a map that does not stand clear of them "
        "explains nothing that could be measured here.**"
    )
    yield (
        "Grad-CAM is what the product draws; for a network that ends in a global average pool and one linear layer HiResCAM "
        "is the same map. Grad-CAM++ and LayerCAM (pytorch-grad-cam) have no negative weights there: what speaks against a "
        "finding is not in them."
    )
    yield "## Does the map lie where radiologists pointed?"
    yield from _boxes(result["boxes"])
    yield "## Does the model need what the map shows?"
    if not removal["findings"]:
        yield "**Not done**, nor are the two parts below: the test split has no finding on record that the model speaks on."
        return
    yield (
        f"{_counted(removal)} of the test split. Area under the probability as the strongest pixels go first (*deletion*: "
        "lower is better) or come first (*insertion*: higher is better) over the blurred or the mean image (Petsiuk 2018). "
        "*ROAD* fills the gaps in from around them (Rong 2022): above 0 is better than chance."
    )
    for tier in _groups(removal):
        yield from _tables(removal["figures"], tier)
    yield f"![Curves of deletion and insertion, ROAD, and the cascade]({CURVES})"
    yield "## Does the map depend on what the model learned?"
    yield (
        f"{_counted(cascade)}. Layers lose what they learned, from the output down (Adebayo 2018): rank correlation with the "
        "original map. One that stays high shows the image, and not the model."
    )
    yield _table(cascade["figures"], "layers down to")
    yield "## Does the map stay when nothing of note changes?"
    yield f"{_counted(steady)}; maps moved back onto each other."
    for what in dict.fromkeys(row["measure"] for row in steady["figures"]):
        yield _table([row for row in steady["figures"] if row["measure"] == what], what)
    packages = ", ".join(f"{package} {number}" for package, number in result["packages"].items())
    yield (
        f"Maps: torch, fp32. Probabilities: engine {result['engine']}. Images that could not be read: "
        f"{len(result['unreadable'])}. {packages}."
    )


def _boxes(boxes: dict[str, Any]) -> Iterable[str]:
    left = "; ".join(f"{count} because {why}" for why, count in boxes["left_out"].items() if count)
    left = f" Boxes left out: {left}." if left else ""
    if not boxes["findings"]:
        yield "**Not done**: " + (
            f"no box can be used.{left}" if boxes["given"] else "no radiologists' boxes were given."
        )
        return
    splits = ", ".join(f"{count} in {split}" for split, count in boxes["splits"].items() if count)
    yield (
        f"{_counted(boxes)} ({splits}; training never sees a box).{left} *Pointing*: the centre of the strongest cell lies "
        f"in the box or within {TOLERANCE_PX} px of it, in an original of {ORIGINAL_PX} px (Zhang 2018); *strict*: in the "
        "box. *Energy*: share of the positive evidence that is in the box. *IoU*: of the map cut at a share of its peak. "
        "*Without evidence*: no cell is positive, which counts as a miss."
    )
    figures = boxes["figures"]
    tiers = [group for group in _groups(boxes) if group in set(Tier)]
    for tier in tiers:
        yield from _tables(figures, tier)
    yield _grid(
        {
            (f"{row['group']}, n = {row['findings']}", f"{row['measure']}, {row['map']}"): _text(row)
            for row in figures
            if row["group"] not in tiers
            and not row["minus"]
            and row["measure"] in {"pointing", "energy in the box"}
            and row["map"] in {"grad-cam", "mean box", "random"}
        },
        "label",
    )
    yield f"![Boxes and maps, from the most to the least energy in the box]({EXAMPLES})"


def _counted(part: dict[str, Any]) -> str:
    return f"Findings: {part['findings']}, patients: {part['patients']}"


def _groups(part: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(row["group"] for row in part["figures"]))


def _tables(figures: Figures, tier: str) -> Iterable[str]:
    rows = [row for row in figures if row["group"] == tier]
    yield f"**Labels of tier {tier}**, n = {rows[0]['findings']}"
    yield _grid({(row["map"], row["measure"]): _text(row) for row in rows if not row["minus"]}, "map")
    minus = [row for row in rows if row["minus"] and row["map"] == "grad-cam"]
    yield _grid({(f"grad-cam minus {row['minus']}", row["measure"]): _text(row, "+") for row in minus}, "difference")


def _table(figures: Figures, corner: str) -> str:
    return _grid({(row["step"], row["map"]): _text(row) for row in figures}, corner)


def _grid(cells: dict[tuple[str, str], str], corner: str) -> str:
    down, across = (list(dict.fromkeys(key[axis] for key in cells)) for axis in (0, 1))
    lines = [[corner, *across], ["---", *["---:"] * len(across)]]
    lines += [[name, *(cells.get((name, column), "-") for column in across)] for name in down]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(row: dict[str, Any], sign: str = "") -> str:
    return f"{row['value']:{sign}.2f} ({row['low']:{sign}.2f} to {row['high']:{sign}.2f})"


def _draw_examples(examples: Sequence[Example]) -> Figure:
    methods = list(examples[0].maps)
    figure = Figure(figsize=(3 * (1 + len(methods)), 3.3 * len(examples)), layout="constrained")
    grid = figure.subplots(len(examples), 1 + len(methods), squeeze=False)
    for axes, example in zip(grid, examples, strict=True):
        for place, name in zip(axes, ("", *methods), strict=True):
            place.imshow(example.pixels, cmap="gray", vmin=0, vmax=1, extent=(0, 1, 1, 0))
            if name:
                _draw_map(place, name, example.maps[name])
            else:
                label, energy = example.output.label, example.energy_in_box
                place.set_title(f"{label} ({example.output.tier})\nenergy in the box {energy:.2f}", fontsize=9)
            for box in example.boxes:
                place.add_patch(
                    Rectangle(
                        (box.left, box.top), box.width, box.height, fill=False, edgecolor="#37e2ff", linewidth=1.6
                    )
                )
            place.axis("off")
    return figure


def _draw_map(axes: Axes, name: str, cells: Map) -> None:
    peak = float(cells.max())
    if name == "grad-cam":
        axes.set_title(f"{name}, peak {peak:+.3f}\ncolours end at {FULL_SCALE_LOGIT:.2f}", fontsize=9)
    else:
        # Their values are no contributions to the logit: only their shape can be compared.
        cells = cells * (FULL_SCALE_LOGIT / peak) if peak > 0 else cells
        axes.set_title(f"{name}\ncolours end at its own peak", fontsize=9)
    if peak <= 0:
        axes.set_title(f"{name}\nno positive evidence", fontsize=9)
    colour, alpha = colour_of(on_grid(cells))
    axes.imshow(np.dstack([colour / 255, alpha]), extent=(0, 1, 1, 0))


def _draw_curves(result: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(12, 7), layout="constrained")
    places = figure.subplots(2, 3).ravel()
    for axes, what in zip(
        places, [f"{d}, {r}" for r in ("blurred", "mean") for d in ("deletion", "insertion")], strict=False
    ):
        for name, curves in result["removal"]["curves"].items():
            axes.plot(REMOVED_SHARES, curves[what], color=_COLOURS[name], marker=".", label=name)
        axes.set(title=what, xlabel="share of pixels, strongest first", ylabel="probability", ylim=(0, 1))
    road = [r for r in result["removal"]["figures"] if r["measure"] == "ROAD" and not r["minus"]]
    for at, row in enumerate(road):
        _draw_interval(places[4], at, row)
    places[4].axhline(0, color="#767676", linewidth=0.8)
    places[4].set(title="ROAD: above 0 is better than chance", ylabel="half the difference in probability")
    places[4].set_xticks(range(len(road)), [f"{r['map']}\n{r['group']}" for r in road], fontsize=7, rotation=60)
    for row in result["cascade"]["figures"]:
        offset = 0.15 * (list(_COLOURS).index(row["map"]) - 1)
        _draw_interval(places[5], CASCADE.index(row["step"]) + offset, row)
    places[5].axhline(0, color="#767676", linewidth=0.8)
    places[5].set(title="Layers randomised down to", ylabel="rank correlation", ylim=(-1, 1))
    places[5].set_xticks(range(len(CASCADE)), CASCADE, fontsize=8, rotation=60)
    handles, names = places[0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, names, loc="outside lower center", ncols=len(names), frameon=False)
    for axes in places:
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def _draw_interval(axes: Axes, at: float, row: dict[str, Any]) -> None:
    colour = _COLOURS[row["map"]]
    axes.plot([at, at], [row["low"], row["high"]], color=colour, linewidth=2)
    axes.plot(at, row["value"], color=colour, marker="o", markersize=4)
