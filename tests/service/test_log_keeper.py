"""What keeps the log: the clock is watched, what a witness knows is compared, and by which settings Diafan runs is told."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.checkpoint import note
from audit.event import EventType
from audit.search import search
from service.configuration_record import record_configuration
from service.log_keeper import LogKeeper
from service.witness_settings import FileWitness
from service.witnesses import build


class Time:
    """A clock on the wall, and one that only counts."""

    def __init__(self) -> None:
        self.wall, self.passed = datetime(2026, 3, 1, 12, 0, tzinfo=UTC), 0.0

    def go_on(self, seconds: float, step: float = 0) -> None:
        self.wall += timedelta(seconds=seconds + step)
        self.passed += seconds


def newest(diafan, *types: EventType) -> dict:
    diafan.sequence_log()
    with diafan.engine.connect() as db:
        found = search(db, types=types, newest_first=True, limit=1)
    return dict(found[0].event) if found else {}


def keeper(diafan, time: Time) -> LogKeeper:
    return replace(diafan.log_keeper, clock=lambda: time.wall, passed=lambda: time.passed)


@pytest.mark.parametrize("step_s", [-3600, -2.5, 2.5, 86400])
def test_a_clock_that_steps_is_told_and_the_order_of_the_log_stays(diafan, step_s):
    time = Time()
    watching = keeper(diafan, time)
    watching.watch_clock()
    time.go_on(5, step_s)
    watching.watch_clock()
    told = newest(diafan, EventType.CLOCK_STEPPED)
    assert (told["detail"]["duration_ms"], told["outcome"]) == (step_s * 1000, "minor failure")


def test_a_clock_that_runs_or_is_slewed_is_no_event(diafan):
    time = Time()
    watching = keeper(diafan, time)
    before = newest(diafan, EventType.CLOCK_STEPPED)
    for _ in range(100):
        time.go_on(600, 0.3)
        watching.watch_clock()
    assert newest(diafan, EventType.CLOCK_STEPPED) == before


def test_a_log_that_a_witness_knows_otherwise_is_a_security_alert(diafan, tmp_path):
    path = tmp_path / "w.ndjson"
    witnesses = build([FileWitness(name="w", path=path)], tmp_path, diafan.clock)
    watching = replace(diafan.log_keeper, witnesses=witnesses)
    watching.have_witnessed()
    before = newest(diafan, EventType.LOG_CONTRADICTED)
    watching.compare_with_witnesses()
    assert newest(diafan, EventType.LOG_CONTRADICTED) == before
    line = json.loads(path.read_text())
    body = line["note"].split("\n\n")[0].split("\n")
    body[1] = str(int(body[1]) + 1_000_000)
    text = "\n".join(body) + "\n"
    forged = note(text, diafan.log_key.sign(text.encode()), diafan.log_key.public_key())
    path.write_text(json.dumps({"note": forged}) + "\n")
    watching.compare_with_witnesses()
    told = newest(diafan, EventType.LOG_CONTRADICTED)
    assert (told["outcome"], told["detail"]) == ("serious failure", {"count": 1})


def test_the_settings_are_in_the_log_as_a_digest_and_so_is_their_change(diafan):
    def start(settings):
        with diafan.engine.begin() as db:
            record_configuration(db, diafan.record, settings)
        return newest(diafan, EventType.CONFIGURATION_IN_USE, EventType.CONFIGURATION_CHANGED)

    settings = diafan.settings
    start(settings)
    first = start(settings)
    assert first["type"] == "configuration-in-use"
    changed = start(settings.model_copy(update={"quiet_period_s": 77.0}))
    assert changed["type"] == "configuration-changed"
    assert changed["detail"]["previous_sha256"] == first["detail"]["sha256"] != changed["detail"]["sha256"]
    assert start(settings)["detail"]["sha256"] == first["detail"]["sha256"]
