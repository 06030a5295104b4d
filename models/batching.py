"""Requests of many threads, answered together: whoever comes while a batch runs goes into the next one.

Nobody waits for company. A request that finds the engine idle starts at once, and those that come meanwhile gather; so a
lone request costs nothing more, a busy engine is always full, and no time to wait needs choosing.
"""

from collections import deque
from dataclasses import dataclass
from threading import Condition
from typing import Final

import numpy as np

from models.engine import Answer, Batch, Engine

MOST: Final = 8


@dataclass(slots=True, eq=False)
class _Request:
    x: Batch
    answer: Answer | Exception | None = None


class BatchedEngine:
    """An engine behind which requests are batched, at most ``most`` images at a time, in order of arrival.

    A batch runs in the thread of one of those that asked, so there is nothing to close. Where a batch fails, by one image
    or because its images differ in size, each request is run alone.
    """

    def __init__(self, engine: Engine, most: int = MOST) -> None:
        self.engine = engine
        self._most = most
        self._waiting: deque[_Request] = deque()
        self._is_running = False
        self._changed = Condition()

    @property
    def name(self) -> str:
        """Return the name of the engine."""
        return self.engine.name

    def __call__(self, x: Batch) -> Answer:
        """Answer for float32 (N, channels, px, px); raises what the engine raises on these images, and on no others."""
        own = _Request(x)
        with self._changed:
            self._waiting.append(own)
        while own.answer is None:
            with self._changed:
                self._changed.wait_for(lambda: own.answer is not None or not self._is_running)
                if own.answer is not None:
                    break
                self._is_running = True
                batch = self._next_batch()
            try:
                self._run(batch)
            finally:
                with self._changed:
                    self._is_running = False
                    self._changed.notify_all()
        if isinstance(own.answer, Exception):
            raise own.answer
        return own.answer

    def _next_batch(self) -> list[_Request]:
        """Take the oldest request, and those after it that fit beside it."""
        batch = [self._waiting.popleft()]
        while self._waiting and sum(len(request.x) for request in (*batch, self._waiting[0])) <= self._most:
            batch.append(self._waiting.popleft())
        return batch

    def _run(self, batch: list[_Request]) -> None:
        try:
            whole = self.engine(np.concatenate([request.x for request in batch]) if len(batch) > 1 else batch[0].x)
        except Exception as error:  # noqa: BLE001 - it is raised to whom it belongs
            if len(batch) == 1:
                batch[0].answer = error
            else:
                for request in batch:
                    self._run([request])
            return
        ends = np.cumsum([len(request.x) for request in batch])[:-1]
        for request, logits, evidence in zip(
            batch, np.split(whole.logits, ends), np.split(whole.evidence, ends), strict=True
        ):
            request.answer = Answer(logits, evidence)
