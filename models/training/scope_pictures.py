"""Pictures to fit the scope gate on: chests as detectors and senders really make them, and what a chest is not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Floats = npt.NDArray[Any]
Rng = np.random.Generator
SIDE_PX = 128


def as_a_sender_might(rng: Rng, chest: Floats) -> Floats:
    """Return (128, 128): the same chest, still frontal and upright, from another detector, patient or window."""
    x = chest[:, ::-1] if rng.random() < 0.3 else chest  # dextrocardia, or a film put in the wrong way round
    x = _whitened(rng, x) if rng.random() < 0.25 else x
    angle, scale = np.deg2rad(np.clip(rng.normal(0, 4.5), -11, 11)), np.exp(rng.normal(0, [0.09, 0.09]).clip(-0.2, 0.2))
    x = _placed(x, angle, scale, rng.normal(0, 0.035, 2).clip(-0.1, 0.1), fill=float(rng.choice([0, 0, x.min(), 1])))
    if rng.random() < 0.4:
        x = _collimated(rng, x)
    if rng.random() < 0.5:
        x = _marked(rng, x)
    if rng.random() < 0.3:
        x = _blurred(x, rng.uniform(0.3, 1.2))
    return _windowed(rng, x)


def out_of_place(rng: Rng, chest: Floats) -> Floats:
    """Return (128, 128): a chest that is turned, inverted, a mere part, cut to pieces, or a film seen from afar."""
    x = as_a_sender_might(rng, chest)
    return _SPOILED[rng.integers(len(_SPOILED))](rng, x)


def synthetic(rng: Rng) -> Floats:
    """Return (128, 128): noise of many spectra, gradients, bars, shapes, text, or bones in soft tissue."""
    x = _SYNTHETIC[rng.integers(len(_SYNTHETIC))](rng)
    return 1 - x if rng.random() < 0.3 else x


def any_way_up(rng: Rng, picture: Floats) -> Floats:
    """Return (128, 128): a part of an impostor, any way up, of either polarity."""
    h, w = picture.shape
    part = rng.uniform(0.5, 1.0) if rng.random() < 0.6 else 1.0
    y, x = (int(rng.uniform(0, 1 - part) * side) for side in (h, w))
    cut = picture[y : y + max(8, int(h * part)), x : x + max(8, int(w * part))]
    cut = np.rot90(cut, int(rng.choice([0, 0, 0, 1, 2, 3])))
    cut = 1 - cut if rng.random() < 0.2 else cut
    cut = cut[:, ::-1] if rng.random() < 0.5 else cut
    return _windowed(rng, fitted(cut))


def fitted(picture: Floats) -> Floats:
    """Return (128, 128), by area."""
    return np.asarray(
        Image.fromarray(np.ascontiguousarray(picture, np.float32), "F").resize(
            (SIDE_PX, SIDE_PX), Image.Resampling.BOX
        ),
        np.float32,
    )


def _placed(x: Floats, angle: float, scale: Any, shift: Any, fill: float = 0.0) -> Floats:
    c, s, h = np.cos(angle), np.sin(angle), SIDE_PX / 2
    a = np.array([[c, s], [-s, c]]) / np.asarray(scale)[:, None]
    offset = h - a @ (np.array([h, h]) + np.asarray(shift) * SIDE_PX)
    data = (*a[0], offset[0], *a[1], offset[1])
    image = Image.fromarray(np.ascontiguousarray(x), "F")
    return np.asarray(
        image.transform(image.size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR, fillcolor=fill), np.float32
    )


def _windowed(rng: Rng, x: Floats) -> Floats:
    low, high = np.quantile(x, [rng.uniform(0, 0.08), 1 - rng.uniform(0, 0.06)])
    x = np.clip((x - low) / max(high - low, 1e-3), 0, 1) ** np.exp(rng.normal(0, 0.3))
    contrast = rng.uniform(0.25, 1.0) if rng.random() < 0.2 else 1.0
    x = (x - 0.5) * contrast + 0.5 + rng.normal(0, rng.choice([0.005, 0.01, 0.02, 0.05]), x.shape)
    return np.clip(x, 0, 1).astype(np.float32)


def _whitened(rng: Rng, x: Floats) -> Floats:
    """Make a part opaque: up to a whole lung, or both bases."""
    y, cx, r = rng.uniform(0.2, 1), rng.choice([0.25, 0.75, 0.5]), rng.uniform(0.1, 0.4)
    rows, columns = np.indices(x.shape) / SIDE_PX
    patch = np.exp(-((((rows - y) / (r * rng.uniform(1, 2))) ** 2 + ((columns - cx) / r) ** 2) ** 2))
    target = np.quantile(x, rng.uniform(0.7, 0.95))
    body = x > np.quantile(x, 0.05)
    return np.asarray(x + (target - x) * patch * body * rng.uniform(0.3, 0.95), np.float32)


def _collimated(rng: Rng, x: Floats) -> Floats:
    top, bottom, left, right = (rng.beta(1, 3, 4) * 0.3 * SIDE_PX).astype(int) * (rng.random(4) < 0.6)
    edges = ((top, bottom), (left, right))
    if rng.random() < 0.3:
        x = x[top : SIDE_PX - bottom, left : SIDE_PX - right]
    return fitted(np.pad(x, edges, constant_values=rng.choice([0.0, 0.0, 0.03, 1.0])))


def _marked(rng: Rng, x: Floats) -> Floats:
    """Burn in letters, tubes and wires."""
    image = Image.fromarray(x, "F")
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 4)):
        at = (float(rng.uniform(0, 0.85) * SIDE_PX), float(rng.uniform(0, 0.85) * SIDE_PX))
        draw.text(at, str(rng.choice(["R", "L", "AP", "PORTABLE", "10:42", "SUPINE"])), fill=1.0)
        start, end = rng.uniform(0, SIDE_PX, (2, 2))
        draw.line([*start.tolist(), *((start + end) / 2 + rng.normal(0, 9, 2)).tolist(), *end.tolist()], fill=0.9)
    return np.asarray(image, np.float32)


def _blurred(x: Floats, radius: float) -> Floats:
    grey = Image.fromarray((np.clip(x, 0, 1) * 255).astype(np.uint8))
    return np.asarray(grey.filter(ImageFilter.GaussianBlur(float(radius))), np.float32) / 255


def _part(rng: Rng, x: Floats) -> Floats:
    """Zoom in on a shoulder, a lung or the upper abdomen."""
    h, w = (rng.uniform(0.22, 0.5, 2) * SIDE_PX).astype(int)
    top, left = int(rng.uniform(0, SIDE_PX - h)), int(rng.uniform(0, SIDE_PX - w))
    return fitted(x[top : top + h, left : left + w])


def _one_side(rng: Rng, x: Floats) -> Floats:
    half = SIDE_PX // 2
    strips = [x[:, :half], x[:, half:], x[:half], x[half:]]
    return fitted(strips[rng.integers(4)])


def _pieces(rng: Rng, x: Floats) -> Floats:
    n = int(rng.choice([2, 2, 3, 4]))
    side = SIDE_PX // n
    order = rng.permutation(n * n)
    if (order == np.arange(n * n)).all():
        order = order[::-1]
    tiles = [x[i * side : (i + 1) * side, j * side : (j + 1) * side] for i in range(n) for j in range(n)]
    return fitted(np.block([[tiles[order[i * n + j]] for j in range(n)] for i in range(n)]))


def _collage(rng: Rng, x: Floats) -> Floats:
    grids: list[Floats] = [np.hstack([x, x]), np.vstack([x, x]), np.tile(x, (2, 2))]
    return fitted(grids[rng.integers(3)])


def _from_afar(rng: Rng, x: Floats) -> Floats:
    fill = float(rng.uniform(0, 1))
    return _placed(x, rng.normal(0, 0.1), rng.uniform(0.2, 0.55, 2), rng.uniform(-0.2, 0.2, 2), fill)


FIXED: dict[str, Callable[[Floats], Floats]] = {
    "mirrored": lambda x: x[:, ::-1],
    "lighter (gamma 0.5)": lambda x: x**0.5,
    "darker (gamma 2)": lambda x: x**2.0,
    "hard window": lambda x: np.clip((x - 0.25) * 2, 0, 1),
    "black border of 15 %": lambda x: fitted(np.pad(x, 19)),
    "white border of 8 %": lambda x: fitted(np.pad(x, 10, constant_values=1.0)),
    "black bars left and right": lambda x: fitted(np.pad(x, ((0, 0), (20, 20)))),
    "8 % cut off each side": lambda x: fitted(x[10:-10, 10:-10]),
    "turned by 8 degrees": lambda x: _placed(x, np.deg2rad(8), (1, 1), (0, 0)),
    "noise": lambda x: np.clip(x + np.random.default_rng(0).normal(0, 0.08, x.shape), 0, 1).astype(np.float32),
    "upside down": lambda x: x[::-1],
    "turned by 180 degrees": lambda x: np.rot90(x, 2),
    "turned by 90 degrees": lambda x: np.rot90(x, 1),
    "turned by 270 degrees": lambda x: np.rot90(x, 3),
    "turned by 45 degrees": lambda x: _placed(x, np.deg2rad(45), (0.8, 0.8), (0, 0)),
    "greys inverted": lambda x: 1 - x,
    "left half": lambda x: fitted(x[:, :64]),
    "upper right quarter (a shoulder)": lambda x: fitted(x[:64, 64:]),
    "two side by side": lambda x: fitted(np.hstack([x, x])),
    "a film seen from afar": lambda x: _placed(x, 0.1, (0.4, 0.4), (0.05, 0), 0.7),
}
"""Variants to report on: the first ten are in scope, the others are not."""

_SPOILED: tuple[Callable[[Rng, Floats], Floats], ...] = (
    lambda _, x: x[::-1],
    lambda _, x: np.rot90(x, 2),
    lambda _, x: np.rot90(x, 1),
    lambda _, x: np.rot90(x, 3),
    lambda _, x: x.T,
    lambda _, x: 1 - x,
    lambda _, x: 1 - x[::-1],
    lambda rng, x: 1 - np.rot90(x, int(rng.integers(1, 4))),
    lambda rng, x: _placed(x, np.deg2rad(rng.uniform(35, 325)), (0.8, 0.8), (0, 0)),
    _part,
    _part,
    _one_side,
    _pieces,
    _collage,
    _from_afar,
)


def _spectrum(rng: Rng) -> Floats:
    frequency = np.hypot(np.fft.fftfreq(SIDE_PX)[:, None], np.fft.fftfreq(SIDE_PX)[None] * rng.uniform(0.3, 3))
    frequency[0, 0] = 1
    phases = np.exp(2j * np.pi * rng.random((SIDE_PX, SIDE_PX)))
    x = np.fft.ifft2(frequency ** -rng.uniform(0, 3) * phases).real
    return _stretched(x)


def _stretched(x: npt.NDArray[Any]) -> Floats:
    low, high = np.quantile(x, [0.01, 0.99])
    return np.asarray(np.clip((x - low) / max(high - low, 1e-6), 0, 1), np.float32)


def _gradient(rng: Rng) -> Floats:
    rows, columns = np.indices((SIDE_PX, SIDE_PX)) / SIDE_PX
    wave = rng.normal(0, 1, 4) @ np.stack([rows, columns, (rows - 0.5) ** 2 * 3, (columns - 0.5) ** 2 * 3]).reshape(
        4, -1
    )
    return _stretched(wave.reshape(SIDE_PX, SIDE_PX))


def _bars(rng: Rng) -> Floats:
    shape = (int(rng.integers(2, 17)), int(rng.integers(2, 17)))
    cells = rng.random(shape) if rng.random() < 0.6 else np.indices(shape).sum(axis=0) % 2.0
    cells = cells[:1] if rng.random() < 0.3 else cells
    image = Image.fromarray(cells.astype(np.float32), "F")
    return np.asarray(image.resize((SIDE_PX, SIDE_PX), Image.Resampling.NEAREST), np.float32)


def _shapes(rng: Rng) -> Floats:
    image = Image.new("F", (SIDE_PX, SIDE_PX), float(rng.random()))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 14)):
        box = np.sort(rng.uniform(-10, SIDE_PX + 10, (2, 2)), axis=0).ravel().tolist()
        (draw.ellipse if rng.random() < 0.6 else draw.rectangle)(box, fill=float(rng.random()))
    return _blurred(np.asarray(image, np.float32), rng.choice([0.1, 2, 5]))


def _text(rng: Rng) -> Floats:
    image = Image.new("F", (SIDE_PX, SIDE_PX), 1.0)
    draw = ImageDraw.Draw(image)
    for y in range(int(rng.integers(2, 20)), SIDE_PX, int(rng.integers(5, 14))):
        words = "".join(chr(c) for c in rng.integers(97, 123, rng.integers(4, 30)))
        draw.text((float(rng.uniform(2, 20)), y), words, fill=0.0, font_size=float(rng.uniform(5, 12)))
    return np.asarray(image, np.float32)


def _bones(rng: Rng) -> Floats:
    """Draw limbs: one to five tubes of bone with bright walls in soft tissue, with joints."""
    rows, columns = np.indices((SIDE_PX, SIDE_PX)) / SIDE_PX - 0.5
    angle = rng.normal(0, 0.3) + rng.choice([0, 0, np.pi / 2, np.pi / 4])
    along = np.cos(angle) * rows + np.sin(angle) * columns
    across = -np.sin(angle) * rows + np.cos(angle) * columns
    n = int(rng.choice([1, 1, 2, 2, 3, 4, 5]))
    soft, bone = np.zeros_like(along), np.zeros_like(along)
    for k in range(n):
        middle = (k - (n - 1) / 2) * rng.uniform(0.8, 1.0) / n + rng.normal(0, 0.02) + along * rng.normal(0, 0.3 / n)
        joint = 1 + rng.uniform(0.1, 0.9) * np.exp(
            -((np.sin((along - rng.uniform(-0.5, 0.5)) * np.pi * rng.integers(1, 5)) / 0.3) ** 2)
        )
        radius = rng.uniform(0.15, 0.3) / n * joint
        depth = np.sqrt(np.clip(radius**2 - (across - middle) ** 2, 0, None))
        core = np.sqrt(np.clip((radius * rng.uniform(0.5, 0.8)) ** 2 - (across - middle) ** 2, 0, None))
        bone = bone + (depth - 0.7 * core) / (0.3 / n)
        flesh = radius * rng.uniform(1.2, 3.0)
        soft = np.maximum(soft, np.sqrt(np.clip(flesh**2 - (across - middle) ** 2, 0, None)) / (0.6 / n))
    ends = 1 / (1 + np.exp((np.abs(along) - rng.uniform(0.3, 1.0)) * 40))
    return _blurred(
        _stretched((soft * rng.uniform(0.3, 1.0) + bone * rng.uniform(0.6, 1.5)) * ends), rng.uniform(0.1, 1.5)
    )


_SYNTHETIC = (_spectrum, _spectrum, _gradient, _bars, _shapes, _shapes, _text, _bones, _bones, _bones)
