"""Splits and answers whose figures are known, without a network."""

from pathlib import Path

import numpy as np

from models.labels import LABELS
from models.training.calibrate import Answered
from models.training.dataset import Table

TYPICAL = dict.fromkeys(LABELS, 0.4)


def table(count, *, shares=None, seed=0, **columns):
    """Return ``count`` images of as many patients; ``shares`` gives each label's share of positives, None where nobody looked."""
    random = np.random.default_rng(seed)
    shares = TYPICAL | (shares or {})
    labels = np.stack(
        [np.full(count, np.nan) if share is None else random.random(count) < share for share in shares.values()], axis=1
    )
    columns = {
        "patients": np.arange(count).astype(str),
        "sexes": random.choice(["F", "M"], count),
        "ages_years": random.integers(18, 90, count).astype(np.float32),
        "views": random.choice(["PA", "AP"], count),
        "sources": np.full(count, ""),
    } | columns
    return Table(np.arange(count).astype("S"), labels.astype(np.float32), **columns, folder=Path())


def answered(split, *, strength=2.0, seed=0, **strengths):
    """Return logits that tell positives from negatives by ``strength`` standard deviations, or by a label's own."""
    noise = np.random.default_rng(seed + 1).normal(size=split.labels.shape)
    each = np.array([strengths.get(label.replace(" ", "_"), strength) for label in LABELS])
    return Answered.of(split, np.nan_to_num(split.labels) * each - each / 2 + noise)
