"""What a network says of every image of a table, streamed."""

import numpy as np
import numpy.typing as npt
import torch

from models.engine import Engine
from models.preprocess import Preprocessing, enlarge
from models.training.dataset import Cache, Skipped, Table, load


def predict(
    engine: Engine,
    table: Table,
    preprocessing: Preprocessing,
    *,
    skipped: Skipped,
    cache: Cache | None = None,
    workers: int = 0,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return the rows that could be read, int64 (n,), and their logits float32 (n, K), fitted as `Preprocessing` does.

    Raises DataRefused where not one image could be read.
    """
    rows, logits = [], []
    side_px = preprocessing.detail_px or preprocessing.input_px
    for images in load(table, side_px, skipped=skipped, cache=cache, workers=workers):
        x = enlarge(torch.from_numpy(images.pixels)[:, None], preprocessing.input_px)
        logits.append(engine(preprocessing.scale(x).contiguous().numpy()).logits)
        rows.append(images.rows)
    return np.concatenate(rows), np.concatenate(logits)
