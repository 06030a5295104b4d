"""Fit the scope gate and report on it: ``python -m models.training.scope --chests DIR --impostors DIR --out FILE``.

CHESTS is a folder with ``labels.csv`` (columns image_id, file, split: by patient). IMPOSTORS holds
``fit|threshold|test/KIND/SOURCE__NAME.png``, a source in one split only; kind ``frontal`` is in scope all the same
(frontal projections of CT volumes, lest the gate learn that every projection of a CT volume is a lateral one).
``fit`` and the training patients are learned, the validation patients say where to cut, ``threshold`` is looked at
while the recipe is chosen, ``test`` at the end.
"""

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.stats import binomtest
from sklearn.decomposition import PCA
from sklearn.neural_network import MLPClassifier

from models.radiograph import Radiograph
from models.scope.features import describe, small_picture
from models.scope.gate import Gate
from models.training.scope_pictures import FIXED, any_way_up, as_a_sender_might, fitted, out_of_place, synthetic

Floats = npt.NDArray[Any]
Pictures = dict[str, list[Floats]]
EXCLUDED = "00003490_011"
"""It stands upside down."""
IN_SCOPE = "frontal"
BODY = frozenset({"lateral-chest", "abdomen-pelvis", "hip", "skull", "ct-slice", "mr-slice"})
COMPONENTS, UNITS, MEMBERS = 120, 48, 4
CUT = 0.005
"""What the cut may cost of the validation patients' varied images: those are harder than real ones."""
FAR = 1.5
"""How much farther than the farthest of these a picture may be from the span of chests."""


def main() -> None:
    """Fit, write and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("chests", "impostors", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    asked = parser.parse_args()
    chests = read_chests(asked.chests)
    impostors = {split: read_impostors(asked.impostors / split) for split in ("fit", "threshold", "test")}
    gate = fit(chests, impostors["fit"])
    write(gate, asked.out)
    print(f"weights: {asked.out.stat().st_size} bytes\n")
    for split in ("valid", "test"):
        report(gate, chests[split], impostors["threshold" if split == "valid" else split], split)


def read_chests(folder: Path) -> Pictures:
    """Return the images of each split, children among them."""
    images = defaultdict(list)
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["image_id"] != EXCLUDED:
                images[row["split"]].append(fitted(_read(folder / row["file"])))
    return images


def read_impostors(folder: Path) -> Pictures:
    """Return the pictures of each kind."""
    pictures = defaultdict(list)
    for path in sorted(folder.glob("*/*.png")):
        pictures[path.parent.name].append(_read(path))
    return pictures


def fit(chests: Pictures, impostors: Pictures, seed: int = 0) -> Gate:
    """Return a gate fitted on the chests of split "train" and on ``impostors``, cut on the chests of split "valid"."""
    rng = np.random.default_rng(seed)
    inside, outside = _described(_inside(rng, chests["train"], impostors)), _described(_outside(rng, chests, impostors))
    both = np.concatenate([inside, outside])
    pca = PCA(COMPONENTS, svd_solver="randomized", random_state=seed).fit(both)
    scale = np.sqrt(pca.explained_variance_)
    y = np.repeat([1, 0], [len(inside), len(outside)])
    members = [
        MLPClassifier((UNITS,), alpha=1e-2, batch_size=256, max_iter=25, n_iter_no_change=25, random_state=seed + i)
        for i in range(MEMBERS)
    ]
    x = pca.transform(both) / scale
    for member in members:
        member.fit(x, y)
    # Scaling, components and members are one linear layer.
    hidden = _half(np.hstack([(pca.components_.T / scale) @ member.coefs_[0] for member in members]))
    span = PCA(COMPONENTS // 2, svd_solver="randomized", random_state=seed).fit(inside)
    gate = Gate(
        hidden=hidden,
        bias=(np.hstack([member.intercepts_[0] for member in members]) - pca.mean_ @ hidden).astype(np.float32),
        output=(np.hstack([member.coefs_[1][:, 0] for member in members]) / MEMBERS).astype(np.float32),
        offset=float(np.mean([member.intercepts_[1] for member in members])),
        centre=span.mean_.astype(np.float32),
        basis=_half(span.components_.T),
        farthest=np.inf,
    )
    varied = _described(as_a_sender_might(rng, x) for x in chests["valid"] for _ in range(5))
    cut = np.quantile([gate.log_odds(each) for each in varied], CUT)
    farthest = FAR * max(gate.distance(each) for each in varied)
    return replace(gate, offset=gate.offset - float(cut), farthest=float(farthest))


def write(gate: Gate, path: Path) -> None:
    """Write the weights, matrices in half precision."""
    halves = {name: getattr(gate, name).astype(np.float16) for name in ("hidden", "basis")}
    singles = {name: np.float32(getattr(gate, name)) for name in ("bias", "output", "offset", "centre", "farthest")}
    np.savez_compressed(path, allow_pickle=False, **halves, **singles)


def report(gate: Gate, chests: list[Floats], impostors: Pictures, split: str) -> None:
    """Print how many were declined of each kind, and of chests as they are and in fixed variants, with 95 % intervals (Wilson)."""
    print(f"| {split} | declined | share, 95 % interval |\n|---|---|---|")
    kinds: dict[str, list[Floats]] = {"chest radiographs": chests}
    for name, vary in FIXED.items():
        kinds[name] = [vary(x) for x in chests]
    for name, pictures in sorted({**kinds, **impostors}.items(), key=lambda item: item[0] in impostors):
        said = [gate.check(Radiograph(np.ascontiguousarray(x, np.float32))) for x in pictures]
        declined = sum(one is not None for one in said)
        low, high = binomtest(declined, len(said)).proportion_ci(method="wilson")
        print(f"| {name} | {declined} / {len(said)} | {declined / len(said):.1%}, {low:.1%} to {high:.1%} |")
    print()


def _inside(rng: np.random.Generator, chests: list[Floats], impostors: Pictures) -> Iterator[Floats]:
    yield from chests
    for x in chests:
        yield from (as_a_sender_might(rng, x) for _ in range(8))
    for x in impostors.get(IN_SCOPE, []):
        yield from (as_a_sender_might(rng, fitted(x)) for _ in range(30))


def _outside(rng: np.random.Generator, chests: Pictures, impostors: Pictures) -> Iterator[Floats]:
    for x in chests["train"]:
        yield from (out_of_place(rng, x) for _ in range(9))
    yield from (synthetic(rng) for _ in range(8000))
    for kind in impostors.keys() - {IN_SCOPE}:
        for x in impostors[kind]:
            yield fitted(x)
            # As it lies and any way up: few pictures of bodies, so more of each.
            for i in range(40 if kind in BODY else 10):
                yield any_way_up(rng, x) if i % 3 else as_a_sender_might(rng, fitted(x))


def _described(pictures: Iterable[Floats]) -> Floats:
    return np.stack([describe(small_picture(np.asarray(x, np.float32, order="C"))[0]) for x in pictures])


def _half(x: npt.NDArray[np.float64]) -> Floats:
    return x.astype(np.float16).astype(np.float32)


def _read(path: Path) -> Floats:
    with Image.open(path) as image:
        return np.asarray(image.convert("L"), np.float32) / 255


if __name__ == "__main__":
    main()
