"""What the gate looks at: where edges run and where it is light and dark, in a picture of 64 x 64 cells.

Grey values are first replaced by their rank in the picture: window, gamma and exposure then make no difference.
"""

import numpy as np
import numpy.typing as npt

from models.preprocess import reduce_by_area

SIDE_PX = 64
CELL_PX = 8
ORIENTATIONS = 9
THUMBNAIL_PX = 16
Floats = npt.NDArray[np.float32]


def small_picture(pixels: Floats) -> tuple[Floats, float]:
    """Return float32 (64, 64) in [0, 1], the rank of each cell's mean among all, ties sharing theirs, and the means' deviation."""
    cells = reduce_by_area(pixels, SIDE_PX).ravel()
    # One level of 10 bits: rounding noise in a black border must not be spread over the grey scale.
    levels = np.round(cells * 1023).astype(np.int64)
    _, inverse, counts = np.unique(levels, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - counts / 2) / levels.size
    return rank[inverse].reshape(SIDE_PX, SIDE_PX).astype(np.float32), float(cells.std())


def describe(picture: Floats) -> Floats:
    """Return float32 (n,) of a small picture: histograms of signed edge directions (Dalal 2005), then a thumbnail."""
    down, right = np.gradient(picture)
    strength = np.hypot(down, right)
    turn = (np.arctan2(down, right) / (2 * np.pi) % 1.0) * ORIENTATIONS
    low = np.floor(turn).astype(np.int64) % ORIENTATIONS
    share = turn - np.floor(turn)
    cells = SIDE_PX // CELL_PX
    histograms = np.zeros((ORIENTATIONS, SIDE_PX, SIDE_PX), np.float32)
    rows, columns = np.indices(picture.shape)
    histograms[low, rows, columns] = strength * (1 - share)
    histograms[(low + 1) % ORIENTATIONS, rows, columns] += strength * share
    histograms = histograms.reshape(ORIENTATIONS, cells, CELL_PX, cells, CELL_PX).sum(axis=(2, 4))
    # Against the neighbourhood's edges and a floor: noise in an empty corner must not count as much as a rib.
    total = np.pad(histograms.sum(axis=0), 1, mode="edge")
    around = sum(total[i : i + cells, j : j + cells] for i in range(3) for j in range(3)) / 9
    edges = np.sqrt(histograms / (around + 0.5))
    block = SIDE_PX // THUMBNAIL_PX
    thumbnail = picture.reshape(THUMBNAIL_PX, block, THUMBNAIL_PX, block).mean(axis=(1, 3)) - 0.5
    return np.concatenate([edges.ravel(), thumbnail.ravel()]).astype(np.float32)
