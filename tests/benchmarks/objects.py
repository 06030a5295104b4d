"""Authoring an image's result objects from a radiograph of 5 megapixels, against the forward pass that they tell of."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from integrations.instance import read_radiograph
from integrations.object_check import objections
from integrations.parametric_map import build_parametric_map
from integrations.result_object import ResultKind
from integrations.secondary_capture import build_secondary_captures
from models.assessment import Assessment, Call
from models.classifier import Classifier
from models.labels import Label
from models.radiograph import LONG_SIDE_PX
from tests.benchmarks.figures import Figure, median_ratio
from tests.benchmarks.reading import COLUMNS, ROWS, make_files
from tests.benchmarks.stage import model_folder

ROUNDS = 12


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Make captures and map again and again, and judge them, as the service does before it keeps them."""
    classifier = Classifier.load(model_folder())
    source = make_files(scratch)["uncompressed"]
    radiograph = read_radiograph(source, LONG_SIDE_PX)
    assessment = _with_calls(classifier.assess(radiograph))
    x = classifier.manifest.preprocessing(radiograph)
    now = datetime.now(UTC)
    parts: dict[str, list[float]] = {"captures": [], "map": [], "gate": []}
    forward: list[float] = []
    for _ in range(3 if quick else ROUNDS):
        begun = time.perf_counter()
        made = build_secondary_captures(source, radiograph, assessment, revision=1, intended_use="bench", created=now)
        captured = time.perf_counter()
        values = build_parametric_map(source, assessment, revision=1, created=now, kind=ResultKind.PARAMETRIC_MAP)
        mapped = time.perf_counter()
        made += [values] if values else []
        for one in made:
            objections(one.content, [])
        judged = time.perf_counter()
        classifier.engine(x)
        forward.append(time.perf_counter() - judged)
        for name, spent in zip(parts, (captured - begun, mapped - captured, judged - mapped), strict=True):
            parts[name].append(spent)
    called = sum(f.call is Call.PRESENT for f in assessment.findings)
    size = sum(len(one.content) for one in made) / 1e6
    whole = [sum(one) for one in zip(*parts.values(), strict=True)]
    note = f"{classifier.engine.name}, fp32, {classifier.input_px} px: {median(forward[1:]) * 1000:.0f} ms; at most 1"
    return [
        Figure(
            "authoring an image's objects",
            median(whole[1:]) * 1000,
            "ms",
            f"{ROWS} x {COLUMNS}, {called} called, {len(made)} objects of {size:.1f} MB: "
            + ", ".join(f"{name} {median(spent[1:]) * 1000:.0f}" for name, spent in parts.items()),
        ),
        Figure("... over a forward pass", median_ratio(whole[1:], forward[1:]), "x time", note, "objects.vs_forward"),
    ]


def _with_calls(assessment: Assessment) -> Assessment:
    """Call two labels, whatever the model says: each called label costs an overlay and a frame of the map."""
    told = (
        replace(f, call=Call.PRESENT if f.label in {Label.EDEMA, Label.PLEURAL_EFFUSION} else Call.ABSENT)
        if f.call is not Call.NOT_ASSESSED
        else f
        for f in assessment.findings
    )
    return replace(assessment, findings=tuple(told))
