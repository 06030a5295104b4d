"""Check a model's explanations: whether they lie where radiologists pointed, whether the model needs what they show.

Also whether they depend on what the model learned, and whether they stay when nothing of note changes. Every figure
stands beside what a map comes to that has not seen the image.
"""

import copy
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from rich.progress import track
from torch import nn

from models.classifier import calibrated
from models.engine import Engine, make_engine
from models.explain import grad_cam_closed_form
from models.explain_by_library import Method, grad_cam_by_library
from models.library import FAITHFULNESS
from models.network import features_and_logits
from models.radiograph import Radiograph
from models.registry import Manifest, Output, load_model
from models.training import chexpert, faithfulness
from models.training.card import NotEvaluated, read_evaluation
from models.training.dataset import DataKind, DataRefused, Skipped, Table, read_image
from models.training.evaluate import tables_of
from models.training.explain_cases import Case, boxed, on_record
from models.training.faithfulness import ORIGINAL_PX, Map, on_grid
from models.training.faithfulness_report import Example, write_report
from models.training.metrics import draw_patients, interval, mean, share

METHODS: Final[tuple[Method, ...]] = ("grad-cam", "grad-cam++", "layer-cam")
LIMITS: Final = {"boxes": 500, "removal": 24, "cascade": 24, "stability": 24}
"""How many findings each part looks at, unless told otherwise: some minutes on two cores."""
_READ_PX = 512  # a shift by 1/64 is 8 whole pixels
_BATCH = 16
_PACKAGES = ("diafan", "grad-cam", "numpy", "scipy", "torch", "torchvision")
_EXAMPLES = 5

Values = dict[tuple[str, str, str], float]
"""By map, measure, and step ("" where a measure has none)."""
Measured = list[tuple[Case, Values]]
Curves = dict[str, dict[str, npt.NDArray[np.float64]]]


def explain_check(
    folder: Path,
    data_folder: Path,
    *,
    boxes: Path | None = None,
    limit: int | None = None,
    engine: str = "auto",
    progress: bool = True,
) -> dict[str, Any]:
    """Measure the model in ``folder``, write faithfulness.json, .md and .png files into it, and return the first.

    ``boxes`` is a table as `explain_cases.boxed` reads it, ``boxes.csv`` of the data folder unless given; without one that
    part is said not to be done. ``limit`` is the most findings of each part, LIMITS unless given. Maps are those of torch,
    probabilities those of ``engine``.

    Raises ModelRefused or DataRefused where model, data or boxes are not what they should be.
    """
    manifest, identity, network = load_model(folder)
    kind, tables = _tables(folder, data_folder)
    # An engine may take a network to where it computes; the maps' own stays here.
    check = _Check(manifest, network, make_engine(engine, manifest, copy.deepcopy(network)), Skipped(), progress)
    limits = LIMITS if limit is None else dict.fromkeys(LIMITS, limit)

    if boxes is None and (data_folder / "boxes.csv").is_file():
        boxes = data_folder / "boxes.csv"
    located, left_out = (
        boxed(boxes, tables, manifest, original_px=ORIGINAL_PX if kind == "nih" else None) if boxes else ([], {})
    )
    on_boxes, examples = check.boxes(located[: limits["boxes"]])
    cases = on_record(tables["test"], manifest, max(limits.values()))
    removed, curves = check.removal(cases[: limits["removal"]])
    result: dict[str, Any] = {
        "name": identity.name,
        "version": identity.version,
        "digest": identity.digest,
        "engine": check.engine.name,
        "packages": {package: version(package) for package in _PACKAGES},
        "tolerance_px": faithfulness.TOLERANCE_PX,
        "boxes": _part(on_boxes, by_tier=True, by_label=True, baselines=("random", "centre", "mean box"))
        | {"given": boxes is not None, "left_out": left_out},
        "removal": _part(removed, by_tier=True, baselines=("random", "centre")) | {"curves": curves},
        "cascade": _part(check.cascade(cases[: limits["cascade"]])),
        "stability": _part(check.stability(cases[: limits["stability"]])),
    }
    result["unreadable"] = sorted(check.skipped.names)
    write_report(folder, result, examples)
    (folder / FAITHFULNESS).write_text(json.dumps(result, allow_nan=False) + "\n", encoding="utf-8")
    return result


def _tables(folder: Path, data_folder: Path) -> tuple[DataKind, dict[str, Table]]:
    """Return the kind of data, and its tables as the model's evaluation had them."""
    kind: DataKind = "chexpert"
    try:
        chexpert.data_folder(data_folder)
    except DataRefused:
        kind = "nih"
    try:
        training = read_evaluation(folder).training
    except NotEvaluated:
        training = None
    return kind, tables_of(training, kind, data_folder)


@dataclass(frozen=True, slots=True)
class _Check:
    manifest: Manifest
    network: nn.Module
    engine: Engine
    skipped: Skipped
    progress: bool

    def boxes(self, cases: Sequence[Case]) -> tuple[Measured, list[Example]]:
        """Compare maps with boxes; the examples go from the most to the least evidence in the box, in even steps."""
        found: Measured = []
        examples: list[Example] = []
        masks = [np.any([box.mask() for box in case.boxes], axis=0) for case in cases]
        middle = (faithfulness.GRID_PX / 2, faithfulness.GRID_PX / 2)
        for case, pixels in self._read(cases, "maps beside radiologists' boxes"):
            maps, mask = _maps(self.network, self._input(pixels), case.output), masks[cases.index(case)]
            scored = {
                name: faithfulness.localisation(on_grid(cells), faithfulness.peak_on_grid(cells), mask)
                for name, cells in maps.items()
            }
            scored["centre"] = faithfulness.localisation(faithfulness.centre_prior(), middle, mask)
            others = [theirs for other, theirs in zip(cases, masks, strict=True) if other.patient != case.patient]
            if others:
                scored["mean box"] = faithfulness.localisation(*faithfulness.mean_box(others), mask)
            scored["random"] = faithfulness.localisation_by_chance(on_grid(maps["grad-cam"]), mask)
            found.append((case, {(name, what, ""): v for name, each in scored.items() for what, v in each.items()}))
            examples.append(Example(pixels, case.output, case.boxes, scored["grad-cam"]["energy in the box"], maps))
        examples.sort(key=lambda example: -example.energy_in_box)
        chosen = np.linspace(0, len(examples) - 1, min(_EXAMPLES, len(examples))).astype(int)
        return found, [examples[i] for i in chosen]

    def removal(self, cases: Sequence[Case]) -> tuple[Measured, dict[str, dict[str, list[float]]]]:
        """Take away and bring back what maps show; the curves are means over all cases."""
        found: Measured = []
        curves: list[Curves] = []
        for number, (case, pixels) in enumerate(self._read(cases, "deletion, insertion, ROAD")):
            x, random = self._input(pixels), np.random.default_rng([0, number])
            cells = _maps(self.network, x, case.output)
            cells["random"] = random.standard_normal(cells["grad-cam"].shape).astype(np.float32)
            fields = {name: on_grid(each, x.shape[-1]) for name, each in cells.items()}
            fields["centre"] = faithfulness.centre_prior(x.shape[-1])
            curves.append(faithfulness.removal(self._scorer(case.output), x[0], fields, random))
            areas = {
                (name, what, ""): float(curve.mean()) if what == "ROAD" else faithfulness.area_under(curve)
                for name, each in curves[-1].items()
                for what, curve in each.items()
            }
            found.append((case, areas))
        averages = {
            name: {what: np.mean([c[name][what] for c in curves], axis=0).round(4).tolist() for what in each}
            for name, each in (curves[0] if curves else {}).items()
        }
        return found, averages

    def cascade(self, cases: Sequence[Case]) -> Measured:
        """Compare the maps of a network that forgets, layer by layer, with those of the one that learned."""
        inputs = [(case, self._input(pixels)) for case, pixels in self._read(cases, "reading for the cascade")]
        found: Measured = [(case, {}) for case, _ in inputs]
        learned = [_maps(self.network, x, case.output) for case, x in inputs]
        layers = faithfulness.randomised(self.network, seed=0)
        total, hidden = len(faithfulness.CASCADE), not self.progress
        for layer, network in track(layers, "cascading randomisation", total=total, disable=hidden):
            for (case, x), before, (_, values) in zip(inputs, learned, found, strict=True):
                for name, after in _maps(network, x, case.output).items():
                    values[name, "rank correlation", layer] = faithfulness.rank_correlation(before[name], after)
        return found

    def stability(self, cases: Sequence[Case]) -> Measured:
        """Compare maps before and after small disturbances."""
        found: Measured = []
        for number, (case, pixels) in enumerate(self._read(cases, "small disturbances")):
            random, values = np.random.default_rng([1, number]), Values()
            before = _maps(self.network, self._input(pixels), case.output)
            for disturbance in faithfulness.DISTURBANCES:
                after = _maps(self.network, self._input(disturbance.apply(pixels, random)), case.output)
                for name in METHODS:
                    for what, value in faithfulness.stability(before[name], after[name], disturbance).items():
                        values[name, what, disturbance.name] = value
            found.append((case, values))
        return found

    def _read(self, cases: Sequence[Case], doing: str) -> Iterator[tuple[Case, Map]]:
        for case in track(cases, doing, disable=not self.progress):
            try:
                pixels = read_image(case.path, _READ_PX)
            except OSError:
                self.skipped.add(case.name)
                continue
            yield case, pixels

    def _input(self, pixels: Map) -> npt.NDArray[np.float32]:
        return self.manifest.preprocessing(Radiograph(pixels))

    def _scorer(self, output: Output) -> faithfulness.Score:
        """Return what turns inputs (N, C, px, px) into the label's probabilities (N,)."""

        def score(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
            assert output.calibration is not None
            logits = [self.engine(x[i : i + _BATCH]).logits[:, output.index] for i in range(0, len(x), _BATCH)]
            return np.array([calibrated(output.calibration, logit) for logit in np.concatenate(logits).tolist()])

        return score


@torch.no_grad()
def _maps(network: nn.Module, x: npt.NDArray[np.float32], output: Output) -> dict[str, Map]:
    """Return the map (h, w) of one label for one input, by each of METHODS."""
    assert output.index is not None
    features, _ = features_and_logits(network, torch.from_numpy(x))
    linear: nn.Linear = network.fc  # type: ignore[assignment]
    maps: dict[str, Map] = {"grad-cam": grad_cam_closed_form(features[0], linear.weight)[output.index].numpy()}
    # Nothing before the explained layer has a say in its gradients, so the library gets only what follows it.
    head = nn.Sequential(nn.Identity(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), linear)
    for name in METHODS[1:]:
        maps[name] = grad_cam_by_library(head, features, method=name, layer=head[0], classes=[output.index])[0]
    return maps


def _part(
    measured: Measured, *, by_tier: bool = False, by_label: bool = False, baselines: Sequence[str] = ()
) -> dict[str, Any]:
    """Return counts, and every figure with its interval over all cases, a tier, or a label."""
    cases = [case for case, _ in measured]
    groups: dict[str, Measured] = {} if by_tier or not cases else {"all": measured}
    for case, values in measured:
        for group in [case.output.tier.value] * by_tier + [case.output.label.value] * by_label:
            groups.setdefault(group, []).append((case, values))
    return {
        "findings": len(cases),
        "patients": len({case.patient for case in cases}),
        "splits": {split: sum(case.split == split for case in cases) for split in ("train", "valid", "test")},
        "figures": [row for group, members in groups.items() for row in _figures(group, members, baselines)],
    }


def _figures(group: str, measured: Measured, baselines: Sequence[str]) -> Iterator[dict[str, Any]]:
    weights = draw_patients(np.array([case.patient for case, _ in measured]))
    keys = dict.fromkeys(key for _, values in measured for key in values)
    columns = {key: np.array([values.get(key, np.nan) for _, values in measured]) for key in keys}
    for (name, what, step), values in columns.items():
        is_share = what.startswith("pointing") and name in {*METHODS, "centre", "mean box"}
        found = {"": share(values, weights) if is_share else interval(mean(values, weights))}
        for other in baselines if name in METHODS else ():
            if (other, what, step) in columns:
                found[other] = interval(mean(values - columns[other, what, step], weights))
        for minus, figure in found.items():
            if figure:
                numbers = {key: round(value, 4) for key, value in figure.model_dump().items()}
                about = {"group": group, "map": name, "measure": what, "step": step, "minus": minus}
                yield about | numbers | {"findings": int((~np.isnan(values)).sum())}
