"""The worklist with 100,000 studies beside the same with 1,000: each page as the client asks for it."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.labels import Label
from service import app as root
from service.app import Diafan
from service.records import Study, StudyHeader, WorklistLine
from service.settings import Settings
from service.worklist import Sort, Wanted, rows
from tests.benchmarks.figures import Figure, percentile

FEW, MANY = 1_000, 100_000
ROUNDS = 15
PAGE = 100
_CALLED = ([], ["Pleural Effusion"], ["Edema", "Lung Opacity"], ["Pneumothorax"])
_WANTED = {
    "newest first": Wanted(),
    "most urgent first": Wanted(sort=Sort.PRIORITY),
    "by name": Wanted(sort=Sort.PATIENT, descending=False),
    "one finding": Wanted(finding=Label.PNEUMOTHORAX),
    "searched": Wanted(text="kowalski 77"),
}


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Fill a database with few and with many studies, and read pages from its beginning and from its middle."""
    few, many, rounds = (100, 1_000, 3) if quick else (FEW, MANY, ROUNDS)
    settings = Settings(data_dir=scratch / "d", http_port=0, dimse_port=0)
    with root.assemble(settings) as diafan:
        _fill(diafan, 0, few)
        at_few = _measure(diafan, few, rounds)
        _fill(diafan, few, many)
        at_many = _measure(diafan, many, rounds)
    figures = [
        Figure(
            f"a page of the worklist, {name}, p95",
            at_many[name] * 1000,
            "ms",
            f"{many} studies, {PAGE} lines; with {few} studies {at_few[name] * 1000:.1f} ms",
        )
        for name in _WANTED
    ]
    worst = max(_WANTED, key=lambda name: at_many[name])
    ratio = at_many[worst] / at_few[worst]
    note = f"the slowest, {worst}: {many} studies against {few}"
    return [*figures, Figure("a page of the worklist, 100 times the studies", ratio, "x", note, "worklist.growth")]


def _fill(diafan: Diafan, first: int, last: int) -> None:
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    for start in range(first, last, 5_000):
        numbers = range(start, min(start + 5_000, last))
        uids = [f"2.25.{n}" for n in numbers]
        with Session(diafan.engine) as db, db.begin():
            studies = [
                {"study_instance_uid": uid, "patient": "", "first_seen_at": begun, "report_revision": 1} for uid in uids
            ]
            db.execute(sa.insert(Study), studies)
            headers = [
                {
                    "study_instance_uid": f"2.25.{n}",
                    "patient_id": f"{n:08d}",
                    "patient_name": f"{('Kowalski', 'Nowak', 'Mazur')[n % 3]}^{n % 997}",
                    "birth_date": "19500131",
                    "sex": "F",
                    "accession_number": f"A{n}",
                    "study_date": "20260131",
                    "description": "Chest PA",
                }
                for n in numbers
            ]
            db.execute(sa.insert(StudyHeader), headers)
        with Session(diafan.engine) as db, db.begin():
            lines = [
                {"uid": f"2.25.{n}", "at": begun + timedelta(seconds=n), "called": _CALLED[n % len(_CALLED)]}
                for n in numbers
            ]
            line = WorklistLine.__table__
            update = sa.update(line).where(line.c.study_instance_uid == sa.bindparam("uid"))
            db.execute(
                update.values(received_at=sa.bindparam("at"), called=sa.bindparam("called"), status="delivered"), lines
            )


def _measure(diafan: Diafan, count: int, rounds: int) -> dict[str, float]:
    """Return p95 in seconds for each way of asking."""
    took: dict[str, float] = {}
    for name, wanted in _WANTED.items():
        times = []
        for number in range(rounds):
            offset = 0 if wanted.text or number % 2 else count // 2
            with Session(diafan.engine) as db:
                begun = time.perf_counter()
                rows(db, wanted, diafan.settings.priority, offset, PAGE)
                times.append(time.perf_counter() - begun)
        took[name] = percentile(times, 0.95)
    return took
