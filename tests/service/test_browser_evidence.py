"""What a browser draws of the evidence is held to this: samples of the pictures of `models.overlay`, for real maps.

The client's own tests read them (service/web/src/study/evidence/blend.test.ts). `python -m tests.service.test_browser_evidence`
writes them anew, with the maps of the model that is bundled then.
"""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from integrations.instance import read_radiograph
from models.classifier import Classifier
from models.labels import Label
from models.overlay import _blend
from models.page import grey, page_geometry
from models.radiograph import LONG_SIDE_PX
from models.registry import bundled
from service import web
from service.api.evidence import show_colours

SAMPLES = web.SOURCES.parent / "samples"
FIXTURE = web.SOURCES / "src" / "study" / "evidence" / "blend.fixture.json"
STRIDE_PX = 13
# A square radiograph with strong evidence, and one that is not square.
SHOWN = (("2-nih-effusion", Label.PLEURAL_EFFUSION), ("4-cr-monochrome1", Label.LUNG_OPACITY))


def picture(sample: str, cells: list[list[float]]) -> dict[str, object]:
    radiograph = read_radiograph(SAMPLES / f"{sample}.dcm", LONG_SIDE_PX)
    geometry = page_geometry(radiograph, LONG_SIDE_PX)
    background = grey(radiograph, geometry)
    drawn = _blend(background, np.array(cells, np.float32), geometry)
    seen = slice(None, None, STRIDE_PX)
    return {
        "width": geometry.width_px,
        "height": geometry.height_px,
        "stride": STRIDE_PX,
        "grey": _base64(background[seen, seen]),
        "rgb": _base64(drawn[seen, seen]),
    }


def _base64(pixels: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode()


def write(path: Path = FIXTURE) -> None:
    classifier = Classifier.load(bundled(), engine="torch")
    pictures = []
    for sample, label in SHOWN:
        assessed = classifier.assess(read_radiograph(SAMPLES / f"{sample}.dcm", LONG_SIDE_PX))
        cells = assessed.explanations[label].evidence.tolist()
        pictures.append({"sample": sample, "label": label, "cells": cells, **picture(sample, cells)})
    colours = show_colours(None).model_dump(mode="json")
    told = {"model": classifier.identity.digest, "colours": colours, "pictures": pictures}
    path.write_text(json.dumps(told) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def told():
    return json.loads(FIXTURE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("at", range(len(SHOWN)))
def test_the_samples_are_those_of_the_pictures_that_a_pacs_is_sent(told, at):
    shown = told["pictures"][at]
    assert (shown["sample"], shown["label"]) == SHOWN[at]
    assert {key: shown[key] for key in ("width", "height", "stride", "grey", "rgb")} == picture(
        shown["sample"], shown["cells"]
    )


def test_the_colours_are_those_that_the_api_tells(told):
    assert told["colours"] == show_colours(None).model_dump(mode="json")


if __name__ == "__main__":
    write()
