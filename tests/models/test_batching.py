from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import numpy as np
import pytest

from models.batching import BatchedEngine
from models.engine import Answer

PATIENCE_S = 20


class Gated:
    """An engine that holds each batch until it is let go, and answers with the sum of each image."""

    name = "gated"

    def __init__(self):
        self.batches = []
        self.begun = Semaphore(0)
        self.go = Event()

    def __call__(self, x):
        self.batches.append(len(x))
        self.begun.release()
        assert self.go.wait(PATIENCE_S)
        if np.isinf(x).any():
            raise ZeroDivisionError("poisoned")
        sums = x.sum(axis=(1, 2, 3))
        return Answer(sums[:, None], np.broadcast_to(sums[:, None, None, None], (len(x), 1, 2, 2)))


def image(value, px=2):
    return np.full((1, 1, px, px), value, np.float32)


def ask(engine, pool, gated, images):
    """Send one image that occupies the engine, then the others while it does; return their futures in order."""
    first = pool.submit(engine, images[0])
    assert gated.begun.acquire(timeout=PATIENCE_S)
    others = []
    for number, x in enumerate(images[1:], 1):
        others.append(pool.submit(engine, x))
        while len(engine._waiting) < number:
            assert not others[-1].done()
    gated.go.set()
    return [first, *others]


def test_a_lone_request_runs_at_once_and_alone():
    gated = Gated()
    gated.go.set()
    assert BatchedEngine(gated)(image(1)).logits == 4
    assert gated.batches == [1]


def test_requests_that_come_while_a_batch_runs_share_the_next_ones_eight_at_most():
    gated = Gated()
    engine = BatchedEngine(gated)
    with ThreadPoolExecutor(16) as pool:
        asked = ask(engine, pool, gated, [image(n) for n in range(12)])
        assert [f.result(PATIENCE_S).logits.item() for f in asked] == [4 * n for n in range(12)]
        assert [f.result().evidence[0, 0, 0, 0] for f in asked] == [4 * n for n in range(12)]
    assert gated.batches == [1, 8, 3]


def test_an_error_reaches_the_one_that_caused_it_and_nobody_else():
    gated = Gated()
    with ThreadPoolExecutor(8) as pool:
        asked = ask(BatchedEngine(gated), pool, gated, [image(1), image(2), image(np.inf), image(3)])
        with pytest.raises(ZeroDivisionError, match="poisoned"):
            asked[2].result(PATIENCE_S)
        assert [asked[n].result(PATIENCE_S).logits.item() for n in (0, 1, 3)] == [4, 8, 12]


def test_images_of_different_sizes_are_all_answered():
    gated = Gated()
    with ThreadPoolExecutor(8) as pool:
        asked = ask(BatchedEngine(gated), pool, gated, [image(1), image(1), image(1, 3), image(1)])
        assert [f.result(PATIENCE_S).logits.item() for f in asked] == [4, 4, 9, 4]
    assert gated.batches == [1, 1, 1, 1]


def test_the_engine_serves_on_after_an_error():
    gated = Gated()
    gated.go.set()
    engine = BatchedEngine(gated)
    with pytest.raises(ZeroDivisionError):
        engine(image(np.inf))
    assert engine(image(1)).logits == 4


def test_a_batch_answers_as_its_images_would_alone(shipped, radiographs):
    xs = [shipped.manifest.preprocessing(r) for r in radiographs]
    alone = [shipped.engine.engine(x) for x in xs]
    together = shipped.engine.engine(np.concatenate(xs))
    for number, answer in enumerate(alone):
        assert np.abs(together.logits[number] - answer.logits[0]).max() <= 1e-5
        assert np.abs(together.evidence[number] - answer.evidence[0]).max() <= 1e-5
