"""Real radiographs, the bundled model, and a model whose answer is known."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import nn

from models.classifier import Classifier
from models.radiograph import Radiograph
from models.registry import bundled, load_model
from tests.models.tiny import write_brightness_model

NIH = Path(__file__).parents[1] / "data" / "nih"


@pytest.fixture(scope="session")
def radiographs() -> list[Radiograph]:
    return [Radiograph(np.asarray(Image.open(path), np.float32) / 255) for path in sorted(NIH.glob("*.jpg"))]


@pytest.fixture(scope="session")
def shipped() -> Classifier:
    return Classifier.load(bundled())


@pytest.fixture(scope="session")
def network() -> nn.Module:
    """The shipped model's network, in float32 and in eval."""
    return load_model(bundled())[2]


@pytest.fixture(scope="session")
def brightness_folder(tmp_path_factory) -> Path:
    return write_brightness_model(tmp_path_factory.mktemp("brightness"))


@pytest.fixture(scope="session")
def brightness(brightness_folder) -> Classifier:
    return Classifier.load(brightness_folder)
