"""What knows nothing of anatomy: exposure alone, and a thumbnail. A model has to be read beside them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.preprocess import reduce_by_area
from models.training.dataset import Split

_THUMBNAIL_PX = 8


@dataclass(frozen=True, slots=True)
class Baseline:
    """``scores`` float64 (N,) of one baseline for one label on the images asked for."""

    name: str
    scores: npt.NDArray[np.float64]


def baselines(train: Split, other: Split, index: int) -> list[Baseline]:
    """Return logistic regressions on mean and deviation, and on the 8 x 8 thumbnail, for the label at ``index``."""
    known = ~np.isnan(train.labels[:, index])
    result = []
    for name, features in (("mean and deviation", _exposure), ("8 x 8 thumbnail", _thumbnail)):
        fit = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
        fit.fit(features(train.images[known]), train.labels[known, index])
        result.append(Baseline(name, fit.decision_function(features(other.images))))
    return result


def _exposure(images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.stack([images.mean(axis=(1, 2)), images.std(axis=(1, 2))], axis=1)


def _thumbnail(images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.stack([reduce_by_area(image, _THUMBNAIL_PX).ravel() for image in images])
