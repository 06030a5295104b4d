"""How many jobs of a queue run at once: several analyses, one of everything else, and one of what shares a lock."""

import asyncio
import os
import shutil
import threading
from contextlib import suppress
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent
from service import app as root
from service.accept import Origin
from service.engine import ANALYSES_AT_ONCE, Stage, WorkerOptions, work
from service.records import Image, ImageState
from service.settings import Settings
from tests.instances import make_instance
from tests.peers.process import wait_for

PATIENCE_S = 60
OVERLAP_S = 0.4  # how long a job looks for another one beside it
OPTIONS = WorkerOptions(retry_first_s=1, retry_longest_s=1, stalled_after_s=60)


@pytest.fixture
def diafan(short_folder, model_folder):
    """Return a Diafan of its own: jobs that other tests left would run here."""
    settings = Settings(
        data_dir=short_folder / "d",
        model=str(model_folder),
        engine="torch",
        http_port=0,
        dimse_port=0,
        quiet_period_s=0,
    )
    with root.assemble(settings) as diafan:
        yield diafan


def run(diafan, stages, is_done):
    """Work until ``is_done``."""

    async def until_done():
        working = asyncio.ensure_future(work(diafan.database.url, stages, {}, [], OPTIONS))
        try:
            await asyncio.to_thread(
                wait_for, lambda: is_done() or working.done() or None, PATIENCE_S, "the jobs to end"
            )
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working

    asyncio.run(until_done())


class Watch:
    """A stage that tells who ran, in what order, and whether another ran beside it."""

    def __init__(self):
        self.ran = []
        self.overlapped = False
        self._meeting = threading.Barrier(2)

    def __call__(self, **arguments):
        try:
            self._meeting.wait(OVERLAP_S)
            self.overlapped = True
        except threading.BrokenBarrierError:
            self._meeting.reset()
        self.ran.append(next(iter(arguments.values())))


def defer(diafan, stage, names, **how):
    with Session(diafan.engine) as db, db.begin():
        for name in names:
            diafan.jobs.defer(db.connection(), stage, queue=stage.value, **how, name=name)


class Together:
    """A classifier that answers nobody before as many have asked as may at once."""

    def __init__(self, model):
        self._model = model
        self._all_here = threading.Barrier(ANALYSES_AT_ONCE)

    def assess(self, radiograph):
        self._all_here.wait(PATIENCE_S / 4)
        return self._model.assess(radiograph)


def test_images_that_arrive_together_are_analysed_at_the_same_time(diafan, tmp_path):
    pipeline = root.pipeline_of(diafan)
    together = Together(pipeline.classifier())
    pipeline = replace(pipeline, gate=lambda _radiograph: None, classifier=lambda _by_rule: together)
    study = None
    for number in range(ANALYSES_AT_ONCE):
        copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        elements = {"StudyInstanceUID": study} if study else {}
        shutil.copy(make_instance(tmp_path, name=f"{number}.dcm", **elements), copy)
        accepted = diafan.acceptor.accept(copy, Origin(Agent(kind="system", id="X"), source="test"))
        with Session(diafan.engine) as db:
            study = db.get_one(Image, accepted.image_id).study_instance_uid

    def states():
        with Session(diafan.engine) as db:
            return list(db.scalars(sa.select(Image.state)))

    stages = {Stage.ANALYSE: pipeline.analyse, Stage.REPORT: lambda study_instance_uid: None}
    run(diafan, stages, lambda: ImageState.RECEIVED not in states())
    assert states() == [ImageState.ANALYSED] * ANALYSES_AT_ONCE


def test_reports_go_one_at_a_time(diafan):
    watch = Watch()
    defer(diafan, Stage.REPORT, "ab")
    run(diafan, {Stage.REPORT: watch}, lambda: len(watch.ran) == 2)
    assert (watch.ran, watch.overlapped) == (["a", "b"], False)


def test_jobs_of_one_lock_go_one_at_a_time_the_older_first_also_where_several_run_at_once(diafan):
    watch = Watch()
    defer(diafan, Stage.ANALYSE, "abc", lock="one-study")
    run(diafan, {Stage.ANALYSE: watch}, lambda: len(watch.ran) == 3)
    assert (watch.ran, watch.overlapped) == (["a", "b", "c"], False)


def test_analyses_that_a_dead_worker_left_run_again_one_at_a_time(diafan):
    """One of them may have killed it, and would kill the others with the next one."""
    watch = Watch()
    defer(diafan, Stage.ANALYSE, "abc")
    with diafan.engine.begin() as db:
        db.execute(sa.text("update procrastinate_jobs set status = 'doing'"))
    run(diafan, {Stage.ANALYSE: watch}, lambda: len(watch.ran) == 3)
    assert (sorted(watch.ran), watch.overlapped) == (["a", "b", "c"], False)
