"""From a sender's file to the picture in the PACS: what is planted in the one is hot in the other, where it was planted."""

from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pydicom
import pytest

from integrations.instance import read_radiograph
from integrations.secondary_capture import build_secondary_captures
from models.classifier import Classifier
from models.labels import Label
from models.page import page_geometry
from tests.instances import DICOM, make_instance
from tests.models.tiny import write_brightness_model

CELLS = 8
SHAPE = (700, 1100)  # neither square nor the source's: as cropped by a sender


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    return Classifier.load(write_brightness_model(tmp_path_factory.mktemp("brightness")))


def planted(folder, row, column, photometric):
    """Write a cropped 12-bit CR whose one bright blob lies at (row, column) of the picture; MONOCHROME1 stores it dark."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    blob = np.exp(-(((rows - row) / 45) ** 2 + ((columns - column) / 45) ** 2))
    values = (300 + 3200 * blob).astype(np.uint16)
    if photometric == "MONOCHROME1":
        values = 4095 - values
    source = pydicom.dcmread(DICOM / "chest_RG1half_mono2_12bit_explicit_le.dcm")
    for keyword in ("WindowCenter", "WindowWidth", "VOILUTSequence", "RescaleSlope", "RescaleIntercept"):
        if keyword in source:
            delattr(source, keyword)
    source.Rows, source.Columns = SHAPE
    source.PhotometricInterpretation = photometric
    source.PixelData = values.tobytes()
    bare = folder / "bare.dcm"
    source.save_as(bare, enforce_file_format=True)
    return make_instance(folder, str(bare))


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize(("row", "column"), [(130, 200), (560, 930), (350, 180)])
def test_a_planted_blob_is_hot_in_the_capture_where_it_was_planted(tmp_path, classifier, row, column, photometric):
    file = planted(tmp_path, row, column, photometric)
    radiograph = read_radiograph(file)
    assessment = classifier.assess(radiograph)
    captures = build_secondary_captures(
        file, radiograph, assessment, revision=1, intended_use="a test, not for diagnosis", created=datetime.now(UTC)
    )
    overlay = next(c for c in captures if c.label is Label.PLEURAL_EFFUSION)
    pixels = pydicom.dcmread(BytesIO(overlay.content)).pixel_array.astype(float)
    geometry = page_geometry(radiograph)
    bottom, right = (round(edge) for edge in geometry.on_page(*SHAPE))
    picture = pixels[:bottom, :right]
    colour = picture.max(axis=2) - picture.min(axis=2)  # the radiograph is grey: what is coloured is evidence
    found_row, found_column = (np.average(axis, weights=colour**4) for axis in np.mgrid[:bottom, :right])
    expected_row, expected_column = geometry.on_page(row, column)
    assert abs(found_row - expected_row) < bottom / CELLS
    assert abs(found_column - expected_column) < right / CELLS
