"""The audit log at a million entries beside ten thousand: appending, searching, proving, verifying."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from audit import proof, trail
from audit.event import Agent, Event, EventType, Outcome
from audit.export import line, newest_checkpoint, stretch
from audit.offline import judge
from audit.search import search
from audit.verify import verify
from service import app as root
from service.app import Diafan
from service.settings import Settings
from tests.benchmarks.figures import Figure, percentile

FEW, MANY = 10_000, 1_000_000
ROUNDS = 60
THREADS, ENTRIES_AN_ACT = 4, 5
_BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
_STEP = timedelta(seconds=7)
_LIFE = (
    EventType.INSTANCE_RECEIVED, EventType.IMAGE_ANALYSED, EventType.REPORT_WRITTEN, EventType.TRANSFER_BEGUN,
    EventType.TRANSFER_ENDED, EventType.TRANSFER_BEGUN, EventType.TRANSFER_ENDED, EventType.STUDY_SHOWN,
    EventType.STUDY_SHOWN, EventType.STUDY_SHOWN, EventType.VERDICT_GIVEN, EventType.AUDIT_READ,
)  # fmt: skip
"""What happens to a study, one after the other: twelve entries a patient."""
_REFUSED = [EventType.TOKEN_REFUSED, EventType.ACCESS_DENIED, EventType.SIGN_IN_REFUSED, EventType.ASSOCIATION_REFUSED]
_ASKED: dict[str, Callable[[int], dict[str, object]]] = {
    "all access to a patient": lambda n: {"patient": _patient(n)},
    "the life of a study": lambda n: {"studies": [_study(n)]},
    "the acts of a person": lambda n: {"agent": f"physician-{n % 97}"},
    "what was refused": lambda _: {"types": _REFUSED},
    "failures of a person": lambda n: {"agent": f"physician-{n % 97}", "outcome": Outcome.SERIOUS_FAILURE},
    "what happened in an hour": lambda n: {"since": _BEGUN + n * _STEP, "until": _BEGUN + n * _STEP + timedelta(hours=1)},
    "exports": lambda _: {"types": [EventType.AUDIT_EXPORTED, EventType.VERDICTS_EXPORTED]},
    "research": lambda _: {"purpose": "HRESCH"},
}  # fmt: skip


def run(scratch: Path, *, quick: bool) -> list[Figure]:
    """Fill the log of an installation, and do at both sizes what an officer does."""
    few, many, rounds = (2_000, 20_000, 5) if quick else (FEW, MANY, ROUNDS)
    with root.assemble(Settings(data_dir=scratch / "d", http_port=0, dimse_port=0)) as diafan:
        rate = _append(diafan, 100 if quick else 2_000)
        _fill(diafan, 0, few)
        at_few = _search(diafan, few, rounds)
        begun = time.perf_counter()
        _fill(diafan, few, many)
        filled_s = time.perf_counter() - begun
        at_many = _search(diafan, many, rounds)
        proved = _prove(diafan, rounds)
        in_database_s = _timed(lambda: _verify(diafan))
        offline_s = _timed(lambda: _export(diafan, scratch / "log.ndjson"))
    worst = max(_ASKED, key=lambda name: at_many[name] / at_few[name])
    return [
        Figure("appending, 4 connections", rate, "entries/s", f"{ENTRIES_AN_ACT} an act, each act a commit; at least 2000", "audit.append"),
        Figure("appending and sequencing, one connection", (many - few) / filled_s, "entries/s", "in large acts"),
        *(
            Figure(f"a search of the log, {name}, p95", at_many[name] * 1000, "ms", f"{many} entries; with {few}: {at_few[name] * 1000:.1f} ms")
            for name in _ASKED
        ),
        Figure("a search of the log, 100 times the entries", at_many[worst] / at_few[worst], "x", f"what grows most, {worst}; p95; at most 2", "audit.growth"),
        Figure("an inclusion proof, p95", percentile(proved, 0.95) * 1000, "ms", "of an entry anywhere; below 10", "audit.proof"),
        Figure("verifying the log in the database", in_database_s, "s", f"{many} entries; at most 20", "audit.verify"),
        Figure("exporting the log, and verifying the file", offline_s, "s", f"{many} entries"),
    ]  # fmt: skip


def _patient(n: int) -> str:
    return f"p-{n // len(_LIFE):032x}"


def _study(n: int) -> str:
    return f"s-{n // len(_LIFE):032x}"


def _event(n: int) -> Event:
    draw = random.Random(n)
    kind, outcome, purpose = _LIFE[n % len(_LIFE)], Outcome.SUCCESS, "TREAT"
    if draw.random() < 0.004:
        kind, outcome = draw.choice(_REFUSED), Outcome.SERIOUS_FAILURE
    elif draw.random() < 0.001:
        kind, purpose = EventType.AUDIT_EXPORTED, "HCOMPL"
    elif draw.random() < 0.01:
        purpose = "HRESCH"
    person = (
        kind in {EventType.STUDY_SHOWN, EventType.VERDICT_GIVEN, EventType.AUDIT_READ} or outcome is not Outcome.SUCCESS
    )
    return Event(
        type=kind,
        occurred_at=_BEGUN + n * _STEP,
        agent=Agent("person", f"physician-{draw.randrange(97)}", address="10.0.0.7", roles=("physician",)) if person else Agent("system", "diafan"),
        outcome=outcome,
        patient=_patient(n),
        study=_study(n),
        request_id=f"{n:032x}",
        purpose=purpose,
        legal_basis="gdpr-6-1-c+gdpr-9-2-h",
    )  # fmt: skip


def _append(diafan: Diafan, acts: int) -> float:
    events = [_event(n) for n in range(ENTRIES_AN_ACT)]

    def act(_number: int) -> None:
        with diafan.engine.begin() as db:
            trail.append_all(db, events)

    with ThreadPoolExecutor(THREADS) as many:
        list(many.map(act, range(THREADS * 5)))  # connections, caches
        begun = time.perf_counter()
        list(many.map(act, range(acts)))
        rate = acts * ENTRIES_AN_ACT / (time.perf_counter() - begun)
    diafan.sequence_log()
    return rate


def _fill(diafan: Diafan, first: int, last: int) -> None:
    for start in range(first, last, 10_000):
        with diafan.engine.begin() as db:
            trail.append_all(db, [_event(n) for n in range(start, min(start + 10_000, last))])
        diafan.sequence_log()
    _analyse(diafan)


def _analyse(diafan: Diafan) -> None:
    """Refresh the planner's statistics, as PostgreSQL's autovacuum does in its own time; only the owner may ask for it."""
    owner = diafan.database.engine.url.set(username="postgres")
    engine = sa.create_engine(owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        for table in ("entry", "leaf", "found", "checkpoint"):
            db.execute(sa.text(f"vacuum analyze audit.{table}"))
    engine.dispose()


def _search(diafan: Diafan, entries: int, rounds: int) -> dict[str, list[float]]:
    draw = random.Random(1)
    spent: dict[str, list[float]] = {}
    with diafan.engine.connect() as db:
        for round_ in range(rounds + 3):
            for name, asked in _ASKED.items():
                wanted = asked(draw.randrange(entries))
                begun = time.perf_counter()
                search(db, newest_first=True, limit=100, **wanted)
                if round_ >= 3:
                    spent.setdefault(name + "*", []).append(time.perf_counter() - begun)
    return spent | {name: percentile(spent[name + "*"], 0.95) for name in _ASKED}


def _prove(diafan: Diafan, rounds: int) -> list[float]:
    draw, spent = random.Random(2), []
    with diafan.engine.connect() as db:
        size = trail.size(db)
        for _ in range(rounds):
            begun = time.perf_counter()
            proof.inclusion(db, draw.randrange(size), size)
            spent.append(time.perf_counter() - begun)
    return spent


def _verify(diafan: Diafan) -> None:
    with diafan.engine.begin() as db:
        if found := verify(db, diafan.log_key.public_key()):
            raise RuntimeError(str(found[0]))


def _export(diafan: Diafan, file: Path) -> None:
    key = diafan.log_key.public_key()
    with diafan.engine.begin() as db, file.open("w") as out:
        signed = newest_checkpoint(db, key)
        if signed is None:
            raise RuntimeError("there is no log")
        out.writelines(line(content) for content in stretch(db, signed))
    with file.open("rb") as lines:
        if faults := judge(lines, key).faults:
            raise RuntimeError(faults[0])
    file.unlink()


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
