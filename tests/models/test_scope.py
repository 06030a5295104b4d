"""The scope gate, against pictures of sources that its fit has never seen."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from integrations.errors import Unreadable
from integrations.instance import read_radiograph
from models.radiograph import Radiograph
from models.registry import ModelRefused
from models.scope import Gate, ScopeCode
from models.scope.gate import WEIGHTS, WEIGHTS_SHA256

DATA = Path(__file__).parents[1] / "data"
IMPOSTORS = sorted(path for path in (DATA / "impostors").glob("*.jpg") if not path.name.startswith("frontal"))
CHEST_PIXELS = sorted((DATA / "dicom").glob("chest_*")) + sorted((DATA / "dicom").glob("reject_nih_*"))
OTHER_PIXELS = sorted(set((DATA / "dicom").glob("*.dcm")) - set(CHEST_PIXELS))


def whitened(x):
    """Return the left lung (on the picture's right) as opaque as the heart, and what lies around it as it was."""
    rows, columns = np.indices(x.shape) / x.shape[0]
    lung = (((rows - 0.45) / 0.33) ** 2 + ((columns - 0.72) / 0.17) ** 2) < 1
    return np.where(lung, np.maximum(x, 0.75), x)


STRAIGHT = {
    "as it is": lambda x: x,
    "mirrored, which nobody can tell from situs inversus": lambda x: x[:, ::-1],
    "another window": lambda x: np.clip((x - 0.2) * 1.5, 0, 1) ** 0.6,
    "hardly any contrast": lambda x: 0.5 + x * 0.05,
    "black collimation": lambda x: np.pad(x, 60),
    "a portrait detector": lambda x: x[:, 40:-40],
    "one white lung": whitened,
    "wide black bars": lambda x: np.pad(x, ((0, 0), (150, 150))),
    "a wide white border": lambda x: np.pad(x, 110, constant_values=1.0),
    "noise": lambda x: x + np.random.default_rng(0).normal(0, 0.1, x.shape),
}
ASTRAY = {
    "upside down": (lambda x: x[::-1], ScopeCode.UPSIDE_DOWN),
    "turned by 180 degrees": (lambda x: np.rot90(x, 2), ScopeCode.UPSIDE_DOWN),
    "turned to the left": (lambda x: np.rot90(x, 1), ScopeCode.TURNED),
    "turned to the right": (lambda x: np.rot90(x, 3), ScopeCode.TURNED),
    "greys inverted": (lambda x: 1 - x, ScopeCode.INVERTED),
    "greys inverted and turned": (lambda x: 1 - np.rot90(x), ScopeCode.INVERTED),
    "one half": (lambda x: x[:, : x.shape[1] // 2], ScopeCode.NOT_A_FRONTAL_CHEST),
    "two in one picture": (lambda x: np.hstack([x[:, ::2], x[:, ::2]]), ScopeCode.NOT_A_FRONTAL_CHEST),
    "on a light box, from afar": (lambda x: np.pad(x, 600, constant_values=0.9), ScopeCode.NOT_A_FRONTAL_CHEST),
}


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.load()


def picture(path: Path) -> Radiograph:
    return Radiograph(np.asarray(Image.open(path).convert("L"), np.float32) / 255)


def of(pixels) -> Radiograph:
    return Radiograph(np.ascontiguousarray(pixels, np.float32))


def test_there_are_impostors_of_every_kind():
    kinds = {path.name.split("__")[0] for path in IMPOSTORS}
    assert kinds >= {"lateral-chest", "ct-slice", "mr-slice", "ultrasound", "photograph", "text"}
    assert len(CHEST_PIXELS) + len(OTHER_PIXELS) == 17


@pytest.mark.parametrize("path", IMPOSTORS, ids=lambda path: path.stem)
def test_an_impostor_is_declined(gate, path):
    assert gate.check(picture(path)).code in {ScopeCode.NOT_A_FRONTAL_CHEST, ScopeCode.SHAPE}


def test_lateral_projections_are_told_by_their_anatomy_not_by_their_origin(gate):
    assert gate.check(picture(DATA / "impostors" / "frontal__ts_aorta__000.jpg")) is None
    assert gate.check(picture(DATA / "impostors" / "lateral-chest__ts_aorta__p090.jpg")) is not None


@pytest.mark.parametrize("path", CHEST_PIXELS, ids=lambda path: path.stem)
def test_a_real_frontal_chest_is_in_scope_whatever_its_encoding(gate, path):
    assert gate.check(read_radiograph(path)) is None


@pytest.mark.parametrize("path", OTHER_PIXELS, ids=lambda path: path.stem)
def test_what_is_no_chest_is_declined_by_its_pixels_alone(gate, path):
    try:
        radiograph = read_radiograph(path)
    except Unreadable:
        assert "sr_document" in path.name or "us_echo" in path.name  # no pixels, and colour
        return
    assert gate.check(radiograph).code == ScopeCode.NOT_A_FRONTAL_CHEST


@pytest.mark.parametrize("change", STRAIGHT)
def test_a_chest_that_another_sender_would_send_is_in_scope(gate, radiographs, change):
    for radiograph in radiographs:
        assert gate.check(of(STRAIGHT[change](radiograph.pixels))) is None


@pytest.mark.parametrize("change", ASTRAY)
def test_a_chest_that_went_astray_is_declined_and_told_why(gate, radiographs, change):
    transform, code = ASTRAY[change]
    for radiograph in radiographs:
        declined = gate.check(of(transform(radiograph.pixels)))
        assert declined is not None
        assert declined.code == code
        assert declined.reason


def bars():
    return np.repeat(np.tile(np.repeat(np.linspace(1, 0, 8), 64), (340, 1)), 1, axis=0)


def shepp_logan():
    rows, columns = np.mgrid[-1:1:256j, -1:1:256j]
    ellipses = [
        (1, 0.69, 0.92, 0, 0),
        (-0.8, 0.66, 0.87, 0, 0),
        (-0.2, 0.11, 0.31, 0.22, 0),
        (-0.2, 0.16, 0.41, -0.22, 0),
    ]
    return sum(a * (((columns - x) / w) ** 2 + ((rows - y) / h) ** 2 < 1) for a, w, h, x, y in ellipses)


def hand():
    image = Image.new("F", (400, 500), 0.0)
    draw = ImageDraw.Draw(image)
    for i, (x, top) in enumerate([(60, 220), (130, 60), (200, 30), (270, 60), (330, 120)]):
        draw.line([(x, top), (150 + i * 25, 330), (200, 480)], fill=0.4, width=50)
        for k in range(4):
            draw.line(
                [
                    (x + (150 + i * 25 - x) * k / 4, top + (330 - top) * k / 4),
                    (x + (150 + i * 25 - x) * (k + 0.8) / 4, top + (330 - top) * (k + 0.8) / 4),
                ],
                fill=0.9,
                width=18,
            )
    return np.asarray(image)


def noise(exponent):
    frequency = np.hypot(np.fft.fftfreq(256)[:, None], np.fft.fftfreq(256)[None])
    frequency[0, 0] = 1
    x = np.fft.ifft2(np.fft.fft2(np.random.default_rng(1).normal(size=(256, 256))) / frequency**exponent).real
    return (x - x.min()) / np.ptp(x)


DRAWN = {
    "bars": bars,
    "a phantom of ellipses": shepp_logan,
    "a hand": hand,
    "white noise": lambda: noise(0),
    "pink noise": lambda: noise(1),
    "clouds": lambda: noise(2),
    "a ramp": lambda: np.tile(np.linspace(0, 1, 256), (256, 1)),
    "a disc": lambda: (np.hypot(*np.mgrid[-1:1:256j, -1:1:256j]) < 0.6) * 1.0,
    "a checkerboard": lambda: np.kron(np.indices((8, 8)).sum(0) % 2, np.ones((32, 32))),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawn_picture_is_declined(gate, name):
    assert gate.check(of(DRAWN[name]())).code == ScopeCode.NOT_A_FRONTAL_CHEST


@pytest.mark.parametrize(
    ("pixels", "code"),
    [
        (np.full((512, 512), 0.5), ScopeCode.BLANK),
        (np.zeros((512, 512)), ScopeCode.BLANK),
        (0.5 + np.random.default_rng(0).normal(0, 0.002, (512, 512)), ScopeCode.BLANK),
        (np.full((512, 512), np.nan), ScopeCode.NOT_NUMBERS),
        (np.where(np.eye(512) > 0, np.inf, 0.3), ScopeCode.NOT_NUMBERS),
        (np.zeros((0, 512)), ScopeCode.NOT_NUMBERS),
        (np.random.default_rng(0).random((200, 900)), ScopeCode.SHAPE),
    ],
)
def test_pixels_that_hold_no_picture_are_declined_and_told_why(gate, pixels, code):
    assert gate.check(of(pixels)).code == code


def test_one_pixel_that_is_no_number_is_enough(gate, radiographs):
    pixels = radiographs[0].pixels.copy()
    pixels[3, 4] = np.nan
    assert gate.check(of(pixels)).code == ScopeCode.NOT_NUMBERS


def test_what_is_far_from_every_chest_is_declined_whatever_the_network_says(gate, radiographs):
    fooled = Gate(**{name: getattr(gate, name) for name in Gate.__slots__} | {"offset": 1e6})
    assert fooled.check(radiographs[0]) is None
    assert fooled.check(of(DRAWN["a checkerboard"]())) is not None


def test_the_weights_are_the_pinned_ones_and_small():
    content = WEIGHTS.read_bytes()
    assert hashlib.sha256(content).hexdigest() == WEIGHTS_SHA256
    assert len(content) < 1_000_000


def test_changed_weights_are_refused(tmp_path):
    changed = tmp_path / "weights.npz"
    changed.write_bytes(WEIGHTS.read_bytes() + b"\0")
    with pytest.raises(ModelRefused, match="changed"):
        Gate.load(changed)
