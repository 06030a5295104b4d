"""Authoring an image's result objects from a radiograph of 5 megapixels, against the forward pass that they tell of."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np

from integrations.instance import read_instance, read_radiograph
from integrations.object_check import objections
from integrations.parametric_map import build_parametric_map
from integrations.result_object import ResultKind
from integrations.secondary_capture import build_secondary_captures
from integrations.source_image import read_source
from models.assessment import Assessment, Call
from models.classifier import Classifier
from models.engine import Batch, Engine, make_engine
from models.labels import Label
from models.radiograph import LONG_SIDE_PX
from models.registry import load_model
from tests.benchmarks.figures import Figure, median_ratio
from tests.benchmarks.reading import COLUMNS, ROWS, make_files
from tests.benchmarks.stage import model_folder

ROUNDS = 12
SIZES_PX = (224, 320)
"""What ResNet50 was published with, and what CheXpert's networks take; the bundled model takes less."""


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Make captures and map again and again, and judge them, as the service does before it keeps them.

    Each round has numbers, moments and UIDs of its own, as each image has: what a cache gains here, it gains there.
    """
    classifier = Classifier.load(model_folder())
    source = make_files(scratch)["uncompressed"]
    radiograph = read_radiograph(source, LONG_SIDE_PX)
    called = _with_calls(classifier.assess(radiograph))
    x = classifier.manifest.preprocessing(radiograph)
    begun, pixel_sha256 = datetime.now(UTC), read_instance(source).pixel_sha256
    parts: dict[str, list[float]] = {"captures": [], "map": [], "gate": []}
    spent: dict[str, list[float]] = {name: [] for name in parts}
    forward: list[float] = []
    larger = {side: _engine(side) for side in SIZES_PX}
    passes: dict[int, list[float]] = {side: [] for side in SIZES_PX}
    for number in range(1, (3 if quick else ROUNDS) + 1):
        assessment, created = _of_another(called, number), begun + timedelta(seconds=number)
        clock = [_now()]
        header = read_source(source, pixel_sha256)
        made = build_secondary_captures(
            header, radiograph, assessment, revision=number, intended_use="bench", created=created
        )
        clock.append(_now())
        values = build_parametric_map(
            header, assessment, revision=number, created=created, kind=ResultKind.PARAMETRIC_MAP
        )
        clock.append(_now())
        made += [values] if values else []
        for one in made:
            objections(one.content, [])
        clock.append(_now())
        classifier.engine(x)
        forward.append(_now()[0] - clock[-1][0])
        for side, (engine, noise) in larger.items():
            before = _now()[0]
            engine(noise)
            passes[side].append(_now()[0] - before)
        for name, (before, after) in zip(parts, pairwise(clock), strict=True):
            parts[name].append(after[0] - before[0])
            spent[name].append(after[1] - before[1])
    size = sum(len(one.content) for one in made) / 1e6
    whole = [sum(one) for one in zip(*parts.values(), strict=True)]
    note = f"{classifier.engine.name}, fp32, {classifier.input_px} px: {median(forward[1:]) * 1000:.0f} ms; at most 1"
    return [
        Figure(
            "authoring an image's objects",
            median(whole[1:]) * 1000,
            "ms",
            f"{ROWS} x {COLUMNS}, {len(called.called)} called, {len(made)} objects of {size:.1f} MB: {_told(parts)}; "
            f"processor time: {_told(spent)}",
        ),
        Figure("... over a forward pass", median_ratio(whole[1:], forward[1:]), "x time", note, "objects.vs_forward"),
        *(
            Figure(
                f"... over a forward pass at {side} px", median_ratio(whole[1:], seconds[1:]), "x time",
                f"the same network and engine: {median(seconds[1:]) * 1000:.0f} ms", f"objects.vs_forward_{side}",
            )
            for side, seconds in passes.items()
        ),
    ]  # fmt: skip


def _engine(side_px: int) -> tuple[Engine, Batch]:
    """Return the model's network as it would be with a larger input, and an image of that size."""
    manifest, _, network = load_model(model_folder())
    larger = replace(manifest.preprocessing, input_px=side_px, detail_px=None)
    noise = np.random.default_rng(side_px).random((1, larger.channels, side_px, side_px), np.float32)
    return make_engine("auto", manifest.model_copy(update={"preprocessing": larger}), network), noise


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _told(parts: dict[str, list[float]]) -> str:
    return ", ".join(f"{name} {median(seconds[1:]) * 1000:.0f}" for name, seconds in parts.items())


def _of_another(assessment: Assessment, number: int) -> Assessment:
    """Return the assessment as it might be of another image: other probabilities, another strength of evidence."""
    findings = tuple(
        f if f.probability is None else replace(f, probability=(f.probability + 0.07 * number) % 1)
        for f in assessment.findings
    )
    explanations = {
        label: replace(e, evidence=e.evidence * np.float32(1 + 0.03 * number))
        for label, e in assessment.explanations.items()
    }
    return replace(assessment, findings=findings, explanations=explanations)


def _with_calls(assessment: Assessment) -> Assessment:
    """Call two labels, whatever the model says: each called label costs an overlay and a frame of the map."""
    told = (
        replace(f, call=Call.PRESENT if f.label in {Label.EDEMA, Label.PLEURAL_EFFUSION} else Call.ABSENT)
        if f.call is not Call.NOT_ASSESSED
        else f
        for f in assessment.findings
    )
    return replace(assessment, findings=tuple(told))
