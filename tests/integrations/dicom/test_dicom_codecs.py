"""What decodes pixels: every syntax that is taken has one decoder, which gives what was encoded and survives what was damaged."""

import random
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from dicom_samples import FOLDER
from pydicom.encaps import encapsulate, get_frame
from pydicom.pixels import get_decoder
from pydicom.pixels.utils import pixel_array
from pydicom.uid import JPEGLosslessSV1

from integrations.codecs import decoder_of
from integrations.dimse.listener import TRANSFER_SYNTAXES
from integrations.errors import Unreadable
from integrations.pixels import read_radiograph, stored_pixels
from tests.jpegs import KINDS, SOURCE, jpeg

SIDE_PX = 512
SPOILT = 60
COMPRESSED = sorted(FOLDER.glob("*j2k*.dcm")) + sorted(FOLDER.glob("*jpeg*.dcm")) + sorted(FOLDER.glob("*rle*.dcm"))


def test_every_compressed_syntax_that_is_taken_has_a_decoder_that_is_there():
    taken = [syntax for syntax in TRANSFER_SYNTAXES if syntax.is_encapsulated]
    assert len(taken) == 9
    for syntax in taken:
        assert decoder_of(syntax) in get_decoder(syntax).available_plugins
    assert [decoder_of(syntax) for syntax in TRANSFER_SYNTAXES if not syntax.is_encapsulated] == [""] * 4


@pytest.mark.parametrize("kind", KINDS)
def test_jpeg_is_read_as_it_was_encoded(tmp_path, kind):
    (tmp_path / "image.dcm").write_bytes(jpeg(kind))
    found, wanted = stored_pixels(tmp_path / "image.dcm").astype(int), stored_pixels(SOURCE).astype(int)
    if "16" in kind:
        wanted <<= 4
    largest = np.abs(found - wanted).max()
    assert largest == 0 if "lossless" in kind else largest < 100
    radiograph, plain = (read_radiograph(file, SIDE_PX).pixels for file in (tmp_path / "image.dcm", SOURCE))
    assert radiograph.shape == plain.shape
    assert np.abs(radiograph - plain).max() < 0.05


def test_colours_are_given_as_they_are_held():
    colours = np.random.default_rng(5).integers(0, 256, (40, 50, 3), np.uint8)
    dataset = pydicom.dcmread(SOURCE)
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel, dataset.PlanarConfiguration = 40, 50, 3, 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PhotometricInterpretation = 8, 8, 7, "YBR_FULL"
    dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    held = imagecodecs.jpeg8_encode(colours, lossless=True, predictor=1, colorspace="YCBCR", outcolorspace="YCBCR")
    dataset.PixelData = encapsulate([held])
    dataset["PixelData"].VR = "OB"
    found = pixel_array(dataset, raw=True, decoding_plugin=decoder_of(JPEGLosslessSV1))
    assert np.array_equal(found, colours)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*KINDS, *(file.name for file in COMPRESSED)])
def test_no_damage_ends_the_process(tmp_path, name):
    whole = jpeg(name) if name in KINDS else (FOLDER / name).read_bytes()
    (tmp_path / "whole.dcm").write_bytes(whole)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    read, refused = map(int, done.stdout.split())
    assert read + refused == SPOILT
    assert refused > 0


def spoil(folder):
    """Spoil the codestream of ``whole.dcm`` again and again, and print how often it was read, and how often refused."""
    dataset = pydicom.dcmread(Path(folder) / "whole.dcm")
    codestream = get_frame(dataset.PixelData, 0, number_of_frames=1)
    outcomes = [0, 0]
    for number in range(SPOILT):
        dice = random.Random(number)
        spoilt = bytearray(codestream)
        for _ in range(dice.randint(1, 4)):
            reach = min(len(spoilt), 800) if dice.random() < 0.7 else len(spoilt)
            spoilt[dice.randrange(reach)] = dice.randrange(256)
        if dice.random() < 0.2:
            del spoilt[dice.randrange(1, len(spoilt)) :]
        dataset.PixelData = encapsulate([bytes(spoilt)])
        dataset["PixelData"].VR = "OB"
        file = BytesIO()
        dataset.save_as(file, enforce_file_format=True)
        (Path(folder) / "spoilt.dcm").write_bytes(file.getvalue())
        try:
            stored_pixels(Path(folder) / "spoilt.dcm")
        except Unreadable:
            outcomes[1] += 1
        else:
            outcomes[0] += 1
    print(*outcomes)


if __name__ == "__main__":
    spoil(sys.argv[1])
