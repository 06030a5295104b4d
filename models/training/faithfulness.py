"""How far a map can be believed: measures of one map of one radiograph, and what they come to by chance.

Where a map lies (pointing game, Zhang 2018; overlap; share of its energy in the box, Wang 2020), whether the model
needs what it shows (deletion and insertion, Petsiuk 2018; ROAD, Rong 2022), and whether it depends on what the model
learned (cascading randomisation, Adebayo 2018). A map is compared on a grid of GRID_PX x GRID_PX over the radiograph.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from pytorch_grad_cam.metrics.road import NoisyLinearImputer, neighbors_weights
from scipy.ndimage import distance_transform_edt, gaussian_filter
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import spsolve
from scipy.stats import spearmanr
from torch import nn

from models.explain import peak
from models.preprocess import enlarge

Map = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Point = tuple[float, float]
Score = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float64]]

GRID_PX: Final = 256
ORIGINAL_PX: Final = 1024
"""the side of the images that boxes are drawn on"""
TOLERANCE_PX: Final = 15
"""of ORIGINAL_PX, how far outside of a box still counts as a hit (Zhang 2018)"""
PEAK_SHARES: Final = (0.25, 0.5, 0.75)
REMOVED_SHARES: Final = (0.0, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
_ROAD_SHARES = (0.1, 0.2, 0.4)
_ROAD_NOISE = 0.01  # standard deviation, in the network's input (Rong 2022)
_BLUR_SHARE = 1 / 20  # standard deviation over the side: nothing smaller than a heart is left
CASCADE: Final = ("fc", "layer4.2", "layer4.1", "layer4.0", "layer3", "layer2", "layer1", "conv1")


@dataclass(frozen=True, slots=True)
class Box:
    """What a radiologist marked, in shares of the radiograph's width and height."""

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        inside = (
            0 <= self.left < 1 and 0 <= self.top < 1 and self.left + self.width <= 1 and self.top + self.height <= 1
        )
        if not (inside and self.width > 0 and self.height > 0):
            raise ValueError("a box must have an area, and lie on the radiograph")

    def mask(self) -> Mask:
        """Return bool (GRID_PX, GRID_PX): the grid's pixels whose centres lie in the box."""
        centre = (np.arange(GRID_PX) + 0.5) / GRID_PX
        rows = (centre >= self.top) & (centre < self.top + self.height)
        columns = (centre >= self.left) & (centre < self.left + self.width)
        return np.outer(rows, columns)


def on_grid(cells: Map, side_px: int = GRID_PX) -> Map:
    """Return a map (h, w) on a finer grid (side_px, side_px), blended between cell centres as the overlay draws it."""
    finer: Map = enlarge(torch.from_numpy(cells)[None, None], side_px)[0, 0].numpy()
    return finer


def peak_on_grid(cells: Map) -> Point | None:
    """Return (row, column) on the grid of the centre of a map's strongest cell, None where no cell is positive."""
    if (found := peak(cells)) is None:
        return None
    return (found[0] + 0.5) / cells.shape[0] * GRID_PX, (found[1] + 0.5) / cells.shape[1] * GRID_PX


def centre_prior(side_px: int = GRID_PX) -> Map:
    """Return the map that has seen no image: a Gaussian at the centre, its standard deviation a quarter of the side."""
    along = np.exp(-0.5 * (((np.arange(side_px) + 0.5) / side_px - 0.5) / 0.25) ** 2)
    return np.outer(along, along).astype(np.float32)


def localisation(field: Map, point: Point | None, mask: Mask) -> dict[str, float]:
    """Return how well a map's ``field`` (GRID_PX, GRID_PX) and strongest ``point`` on it meet a box; all in [0, 1].

    Without positive evidence there is nothing to meet it with: a miss, no overlap, and 1 for "without evidence".
    """
    positive = np.maximum(field, 0.0)
    total, strongest = float(positive.sum(dtype=np.float64)), float(positive.max())
    row, column = (min(int(at), GRID_PX - 1) for at in point) if point else (0, 0)
    hits = (_grown(mask)[row, column], mask[row, column]) if point else (0.0, 0.0)
    found = {"pointing": float(hits[0]), "pointing, strict": float(hits[1])}
    for share in PEAK_SHARES:
        shown = positive >= share * strongest if strongest > 0 else np.zeros_like(mask)
        found[f"IoU at {share:.0%} of the peak"] = float((shown & mask).sum() / (shown | mask).sum())
    found["energy in the box"] = float(positive[mask].sum(dtype=np.float64) / total) if total > 0 else 0.0
    return found | {"without evidence": float(total <= 0)}


def localisation_by_chance(field: Map, mask: Mask) -> dict[str, float]:
    """Return what ``localisation`` is expected to be for a random map: exactly, from the box's share of the area.

    For the overlap, as many pixels as ``field`` shows are strewn over the radiograph.
    """
    box, strongest = float(mask.mean()), float(field.max())
    found = {"pointing": float(_grown(mask).mean()), "pointing, strict": box, "energy in the box": box}
    for share in PEAK_SHARES:
        shown = float((field >= share * strongest).mean()) if strongest > 0 else 0.0
        found[f"IoU at {share:.0%} of the peak"] = shown * box / (shown + box - shown * box)
    return found


def _grown(mask: Mask) -> Mask:
    return np.asarray(distance_transform_edt(~mask) <= TOLERANCE_PX * GRID_PX / ORIGINAL_PX)


def removal(
    score: Score, x: npt.NDArray[np.float32], maps: Mapping[str, Map], random: np.random.Generator
) -> dict[str, dict[str, npt.NDArray[np.float64]]]:
    """Return, by map, the curves of the model's score as pixels go, strongest first ("deletion") or come ("insertion").

    ``score`` takes inputs (N, C, px, px) and returns (N,); ``x`` is one input (C, px, px); ``maps`` are (px, px), signed. Curves
    are float64 over REMOVED_SHARES, once with the blurred and once with the mean image in place of what is gone. "road"
    is, over three shares, half of what the score loses more by losing the strongest than the weakest pixels, which are
    filled in from around them, so that the shape of the gap tells nothing: above 0 the map is better than chance.
    """
    px = x.shape[-1]
    instead = {
        "blurred": gaussian_filter(x, (0, px * _BLUR_SHARE, px * _BLUR_SHARE)),
        "mean": np.broadcast_to(x.mean(axis=(1, 2), keepdims=True), x.shape),
    }
    whole, *without = score(np.stack([x, *instead.values()]))
    inner = REMOVED_SHARES[1:-1]
    curves: dict[str, dict[str, npt.NDArray[np.float64]]] = {}
    for name, field in maps.items():
        rank = _rank(field, random)
        gone = [np.where(rank < share, other, x) for other in instead.values() for share in inner]
        back = [np.where(rank < share, x, other) for other in instead.values() for share in inner]
        filled = [_impute(x, side < share, random) for side in (rank, 1 - rank) for share in _ROAD_SHARES]
        scores = np.split(score(np.stack([*gone, *back, *filled]).astype(np.float32)), np.cumsum([len(inner)] * 4))
        strongest, weakest = np.split(scores[4], 2)
        curves[name] = {"ROAD": (weakest - strongest) / 2}
        for i, (other, bare) in enumerate(zip(instead, without, strict=True)):
            curves[name][f"deletion, {other}"] = np.r_[whole, scores[i], bare]
            curves[name][f"insertion, {other}"] = np.r_[bare, scores[2 + i], whole]
    return curves


def area_under(curve: npt.NDArray[np.float64]) -> float:
    """Return the area under a curve over REMOVED_SHARES, by trapezoids."""
    return float(np.trapezoid(curve, REMOVED_SHARES))


def _rank(field: Map, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return each pixel's place among all, from 0 (strongest) to below 1; equal ones in random order."""
    order = np.lexsort((random.random(field.size), -field.ravel()))
    rank = np.empty(field.size)
    rank[order] = np.arange(field.size) / field.size
    return rank.reshape(field.shape)


def _impute(x: npt.NDArray[np.float32], gone: Mask, random: np.random.Generator) -> npt.NDArray[np.float32]:
    # The library sets the equations up; its own solver calls numpy in a way that warns.
    matrix, known = NoisyLinearImputer.setup_sparse_system((~gone).astype(np.float32), x, neighbors_weights)
    filled = x.copy()
    filled[:, gone] = spsolve(csc_matrix(matrix), known).T
    filled[:, gone] += _ROAD_NOISE * random.standard_normal(
        (1, int(gone.sum()))
    )  # the same in each channel: still grey
    return filled


def rank_correlation(one: Map, other: Map) -> float:
    """Return Spearman's correlation of two signed maps; 0 where one of them is flat, for it agrees with nothing."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(spearmanr(one.ravel(), other.ravel()).statistic)


def randomised(network: nn.Module, seed: int) -> Iterator[tuple[str, nn.Module]]:
    """Yield (layer, network) with the weights of all layers from the output down to that one shuffled, "fc" first.

    Shuffled within each tensor, so that what a layer passes on keeps its scale. The yielded network is one copy that changes
    from step to step; the caller's is left alone.
    """
    changed, random = copy.deepcopy(network), torch.Generator().manual_seed(seed)
    for layer in CASCADE:
        with torch.no_grad():
            for parameter in changed.get_submodule(layer).parameters():
                parameter.copy_(
                    parameter.flatten()[torch.randperm(parameter.numel(), generator=random)].view_as(parameter)
                )
        yield layer, changed


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A change that no finding should depend on; ``shift`` is how far it moves the picture, (rows, columns) in shares of its sides."""

    name: str
    apply: Callable[[Map, np.random.Generator], Map]
    shift: Point = (0.0, 0.0)


def _shifted(axis: int) -> Callable[[Map, np.random.Generator], Map]:
    def apply(pixels: Map, _random: np.random.Generator) -> Map:
        by = round(pixels.shape[axis] * _SHIFT)
        before = [(by if axis == i else 0, 0) for i in (0, 1)]
        return np.pad(pixels, before, mode="edge")[: pixels.shape[0], : pixels.shape[1]]

    return apply


def _noisy(pixels: Map, random: np.random.Generator) -> Map:
    return np.clip(pixels + random.normal(0, 0.02, pixels.shape), 0, 1).astype(np.float32)


_SHIFT = 1 / 64
DISTURBANCES: Final = (
    Disturbance("shifted down by 1/64", _shifted(0), (_SHIFT, 0.0)),
    Disturbance("shifted right by 1/64", _shifted(1), (0.0, _SHIFT)),
    Disturbance("brighter by 0.05", lambda pixels, _: np.clip(pixels + np.float32(0.05), 0, 1)),
    Disturbance("contrast x 0.8", lambda pixels, _: (pixels - pixels.mean()) * np.float32(0.8) + pixels.mean()),
    Disturbance("gamma 0.8", lambda pixels, _: pixels ** np.float32(0.8)),
    Disturbance("noise, sd 0.02", _noisy),
)


def stability(before: Map, after: Map, disturbance: Disturbance) -> dict[str, float]:
    """Return the rank correlation of two maps (h, w), moved back onto each other, and how far the peak went, in cells.

    The latter is NaN where one of the two has no positive cell.
    """
    down, right = (round(share * GRID_PX) for share in disturbance.shift)
    old, new = on_grid(before)[: GRID_PX - down, : GRID_PX - right], on_grid(after)[down:, right:]
    peaks = peak(before), peak(after)
    moved = np.nan
    if peaks[0] and peaks[1]:
        expected = np.array(peaks[0]) + np.array(disturbance.shift) * before.shape
        moved = float(np.linalg.norm(np.array(peaks[1]) - expected))
    return {"rank correlation": rank_correlation(old, new), "peak moved, cells": moved}


def mean_box(masks: Iterable[Mask]) -> tuple[Map, Point]:
    """Return the map of where boxes mostly lie, and its strongest place: the middle of it, where it is a plateau."""
    field = np.asarray(np.mean(list(masks), axis=0), np.float32)
    row, column = np.argwhere(field == field.max()).mean(axis=0)
    return field, (float(row), float(column))
