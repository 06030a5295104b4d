"""What knows nothing of anatomy: exposure, a thumbnail, the projection. A model has to be read beside them."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.preprocess import reduce_by_area
from models.training.dataset import Table
from models.training.metrics import Array, Strings

THUMBNAIL_PX = 8
SHOWN = ("exposure", "8 x 8 thumbnail", "view")
"""The baselines that have a column in a card, and a colour in its pictures."""


def features(table: Table, thumbnails: Array, deviations: Array, sources: Strings) -> dict[str, Array]:
    """Return each baseline's features (N, F) of a split; ``sources`` are the sub-collections that count as a shortcut.

    ``thumbnails`` (N, 8, 8) are grey values in [0, 1], ``deviations`` (N,) the standard deviation of each image.
    """
    known_age = ~np.isnan(table.ages_years)
    ages = np.where(known_age, table.ages_years, 0.0)
    shortcuts = {
        "exposure": np.stack([thumbnails.mean(axis=(1, 2)), deviations], axis=1),
        "8 x 8 thumbnail": thumbnails.reshape(len(thumbnails), -1),
        "view": _is(table.views, "PA", "AP"),
        "age and sex": np.column_stack([ages, known_age, _is(table.sexes, "F", "M")]),
    }
    return shortcuts | ({"source": _is(table.sources, *sources)} if len(sources) > 1 else {})


def thumbnail(pixels: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], float]:
    """Return the image (H, W) reduced to 8 x 8 by area, and its standard deviation."""
    return reduce_by_area(pixels, THUMBNAIL_PX), float(pixels.std())


def scores(truth: Array, train: Mapping[str, Array], test: Mapping[str, Array]) -> dict[str, Array]:
    """Return each baseline's scores (M,) on ``test``: logistic regressions on ``train``, whose ``truth`` (N,) may be NaN."""
    known = ~np.isnan(truth)
    if len(np.unique(truth[known])) < 2:
        return {}
    result = {}
    for name, seen in train.items():
        fit = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
        fit.fit(seen[known], truth[known])
        result[name] = np.asarray(fit.decision_function(test[name]), np.float64)
    return result


def _is(values: Strings, *names: str) -> Array:
    return np.stack([values == name for name in names], axis=1).astype(np.float64)
