"""Operations as an administrator sees them: queues, destinations, speed, and what is parked, without a finding or a name."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent, EventType, Outcome
from integrations.errors import Unavailable
from service import operations, throughput
from service.accept import CONFLICT
from service.access import Scope
from service.destination_settings import EhrDestination, FolderDestination, PacsDestination
from service.records import Delivery, DeliveryState, Image, ImageState, Parcel, Study
from service.settings import Settings
from tests.instances import make_instance
from tests.service.api_client import READ_WRITE, is_problem, upload


@pytest.fixture
def operator(api):
    with api.client(Scope.OPS, subject="an-administrator") as client:
        yield client


@pytest.fixture
def image(api, tmp_path):
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, make_instance(tmp_path, PatientName="Ops^Kanarek").read_bytes()).json()["results"]
    return UUID(result["image_id"])


def _change(diafan, record, key, **values):
    with Session(diafan.engine) as db, db.begin():
        for name, value in values.items():
            setattr(db.get_one(record, key), name, value)


def test_the_state_of_the_service_is_told(api, operator):
    told = operator.get("/operations").json()
    assert told["version"]
    assert told["model"]["digest"] == api.diafan.model_in_use.identity().digest
    assert told["disk"]["free_bytes"] > told["disk"]["reserve_bytes"] > 0
    assert [d["name"] for d in told["destinations"]][:1] == ["outbox"]
    assert len(told["spans"]) == 96
    begins = [datetime.fromisoformat(span["begins_at"]) for span in told["spans"]]
    assert {b - a for a, b in pairwise(begins)} == {timedelta(minutes=15)}
    assert begins[-1] <= datetime.now(UTC) < begins[-1] + timedelta(minutes=15)


def test_a_job_that_waits_is_counted_with_its_age(operator, image):
    queues = {q["name"]: q for q in operator.get("/operations").json()["queues"]}
    assert queues["analyse"]["due"] >= 1
    assert queues["analyse"]["oldest_s"] > 0


def test_speed_is_of_the_images_of_that_time(diafan, image):
    at = datetime(2031, 5, 1, 12, 7, tzinfo=UTC)
    _change(diafan, Image, image, received_at=at, analysed_at=at + timedelta(seconds=2))
    with diafan.engine.connect() as db:
        spans, speed = throughput.spans(db, at + timedelta(minutes=10), 3, timedelta(minutes=5), ["outbox"])
    assert [s.received for s in spans] == [1, 0, 0]
    assert [(s.analysed, s.p50_s, s.p95_s) for s in spans] == [(1, 2.0, 2.0), (0, None, None), (0, None, None)]
    assert spans[0].begins_at == datetime(2031, 5, 1, 12, 5, tzinfo=UTC)
    assert (speed.p50_s, speed.p95_s) == (2.0, 2.0)


def test_an_image_counts_as_analysed_when_it_was(diafan, image):
    at = datetime(2032, 5, 1, 12, 3, tzinfo=UTC)
    _change(diafan, Image, image, received_at=at, analysed_at=at + timedelta(minutes=5))
    with diafan.engine.connect() as db:
        spans, _ = throughput.spans(db, at + timedelta(minutes=6), 2, timedelta(minutes=5), [])
    assert [(s.received, s.analysed) for s in spans] == [(1, 0), (0, 1)]


def test_reports_and_parcels_count_when_they_were_done(api, image):
    api.process(str(image))
    now = datetime.now(UTC)
    with api.diafan.engine.connect() as db:
        spans, _ = throughput.spans(db, now, 4, timedelta(minutes=5), ["outbox"])
        elsewhere, _ = throughput.spans(db, now, 4, timedelta(minutes=5), ["another"])
    assert sum(s.reported for s in spans) >= 1
    assert sum(s.delivered for s in spans) >= 2  # results and report
    assert sum(s.delivered for s in elsewhere) == 0


def test_what_was_declined_is_counted_by_its_reason(diafan, image):
    at = datetime(2033, 5, 1, tzinfo=UTC)
    _change(diafan, Image, image, received_at=at, state=ImageState.DECLINED, reason_code="body-part")
    with diafan.engine.connect() as db:
        told = [(r.code, r.count) for r in throughput.declined(db, at)]
        spans, _ = throughput.spans(db, at, 1, timedelta(minutes=5), [])
    assert told == [("body-part", 1)]
    assert [(s.received, s.declined) for s in spans] == [(1, 1)]


def test_what_senders_had_to_keep_is_counted_from_the_log(api, operator):
    def refused():
        return {r["code"]: r["count"] for r in operator.get("/operations").json()["refused"]}

    before = refused().get("no-room", 0)
    with api.diafan.engine.begin() as db:
        sender = Agent(kind="system", id="PACS1")
        api.diafan.record(db, EventType.INSTANCE_REFUSED, sender, Outcome.SERIOUS_FAILURE, detail={"reason": "no-room"})
    api.diafan.sequence_log()
    assert refused()["no-room"] == before + 1


def test_the_log_says_how_far_its_sequencer_is_behind(api):
    api.diafan.sequence_log()
    now = datetime.now(UTC)
    with api.diafan.engine.connect() as db:
        before = operations.foundation(db, now, timedelta(seconds=6))
    with api.diafan.engine.begin() as db:
        api.diafan.record(db, EventType.CONFIGURATION_IN_USE)
    with api.diafan.engine.connect() as db:
        behind = operations.foundation(db, datetime.now(UTC) + timedelta(seconds=30), timedelta(seconds=6))
    api.diafan.sequence_log()
    with api.diafan.engine.connect() as db:
        after = operations.foundation(db, now, timedelta(seconds=6))
    assert (before.log_waiting, before.log_behind_s) == (0, None)
    assert behind.log_waiting == 1
    assert behind.log_behind_s is not None
    assert 30 <= behind.log_behind_s < 90
    assert after.log_entries == before.log_entries + 1
    assert (after.log_waiting, after.log_behind_s) == (0, None)


def test_only_a_worker_that_was_heard_of_lately_counts(diafan):
    def workers():
        with diafan.engine.connect() as db:
            return operations.foundation(db, datetime.now(UTC), timedelta(seconds=6)).workers

    before = workers()
    beat = sa.text(
        "insert into procrastinate_workers (last_heartbeat) values (now() - cast(:ago as interval)) returning id"
    )
    with diafan.engine.begin() as db:
        ids = [db.scalar(beat, {"ago": timedelta(seconds=s)}) for s in (0, 60)]
    try:
        assert workers() == before + 1
    finally:
        with diafan.engine.begin() as db:
            db.execute(sa.text("delete from procrastinate_workers where id = any(:ids)"), {"ids": ids})


def test_the_model_says_since_when_and_whether_it_can_answer(api, operator, monkeypatch):
    told = operator.get("/operations").json()["model"]
    assert (told["problem"], told["since"]) == ("", told["since"])
    model = api.diafan.library.by_digest(told["digest"])
    manifest = model.folder / "manifest.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole + b"\n")
    try:
        assert "was changed" in operator.get("/operations").json()["model"]["problem"]
    finally:
        manifest.write_bytes(whole)


def test_a_destinations_address_keeps_its_secrets():
    settings = Settings(
        destinations=[
            FolderDestination(name="box", path="/srv/box"),
            PacsDestination(name="pacs", host="pacs.example", port=104, called_ae_title="ARCHIVE"),
            EhrDestination(name="ehr", base_url="https://user:secret@ehr.example:8443/fhir?key=secret"),
        ]
    )
    assert operations.addresses(settings) == {
        "box": "/srv/box",
        "pacs": "ARCHIVE@pacs.example:104",
        "ehr": "https://ehr.example:8443/fhir",
    }


def test_a_destination_that_fails_shows_its_own_words(diafan, image):
    now = datetime.now(UTC)
    with Session(diafan.engine) as db, db.begin():
        uid = db.get_one(Image, image).study_instance_uid
        for state, error, attempts in (
            (DeliveryState.PARKED, "status 0x0110", 1),
            (DeliveryState.QUEUED, "refused the connection", 3),
            (DeliveryState.DELIVERED, "", 1),
        ):
            db.add(
                Delivery(
                    id=uuid4(), destination=f"gone-{state}", parcel=Parcel.RESULTS, study_instance_uid=uid, image_id=image, state=state,
                    attempts=attempts, last_error=error, created_at=now, finished_at=now if state == DeliveryState.DELIVERED else None,
                )
            )  # fmt: skip
    try:
        with diafan.engine.connect() as db:
            told = {
                s.name: s
                for s in operations.standings(db, diafan.destinations, operations.addresses(diafan.settings), now, now)
            }
        assert (told["gone-parked"].kind, told["gone-parked"].parked, told["gone-parked"].last_error) == (
            "not configured",
            1,
            "status 0x0110",
        )
        assert (told["gone-queued"].unfinished, told["gone-queued"].failing) == (1, 1)
        assert "gone-delivered" not in told  # nothing is left to do there
        assert told["outbox"].kind == "folder"
        assert told["outbox"].address.endswith("outbox")
        with diafan.engine.connect() as db:
            _, waiting = operations.parked(db, [], list(diafan.destinations))
        [homeless] = [p for p in waiting if p.destination == "gone-parked"]
        assert (homeless.parcel, homeless.attempts, homeless.can_retry) == ("results", 1, False)
    finally:
        with Session(diafan.engine) as db, db.begin():
            db.execute(sa.delete(Delivery).where(Delivery.destination.startswith("gone-")))


def test_what_is_parked_is_listed_and_can_be_tried_again(api, operator, image):
    _change(api.diafan, Image, image, state=ImageState.PARKED, reason_code="internal-error", reason="it failed")
    answer = operator.get("/operations/parked")
    assert "Kanarek" not in answer.text
    assert answer.json()["total"] >= 1
    [line] = [p for p in answer.json()["parked"] if p["id"] == str(image)]
    assert (line["kind"], line["code"], line["reason"], line["can_retry"]) == (
        "image",
        "internal-error",
        "it failed",
        True,
    )
    again = operator.post(f"/operations/images/{image}/retry")
    assert (again.status_code, again.json()) == (202, {"queued": 1})
    is_problem(operator.post(f"/operations/images/{image}/retry"), 409)


def test_contradicting_pixels_are_parked_for_good(api, operator, image):
    _change(api.diafan, Image, image, state=ImageState.PARKED, reason_code=CONFLICT, reason="two images, one UID")
    [line] = [p for p in operator.get("/operations/parked").json()["parked"] if p["id"] == str(image)]
    assert line["can_retry"] is False
    is_problem(operator.post(f"/operations/images/{image}/retry"), 409)


def test_one_report_is_made_again(api, operator, image):
    with Session(api.diafan.engine) as db:
        uid = db.get_one(Image, image).study_instance_uid
    is_problem(operator.post(f"/operations/reports/{uid}/retry"), 409)
    _change(api.diafan, Study, uid, park_reason="no Patient ID")
    assert operator.post(f"/operations/reports/{uid}/retry").json() == {"queued": 1}
    with Session(api.diafan.engine) as db:
        assert db.get_one(Study, uid).due_at is not None
    _change(api.diafan, Study, uid, park_reason="", due_at=None)


def test_a_destination_says_whether_it_answers(api, operator, monkeypatch):
    told = operator.post("/operations/destinations/outbox/check").json()
    assert (told["answers"], told["error"]) == (True, "")
    assert told["took_ms"] > 0

    @dataclass
    class Dead:
        name = "dead"
        carries = frozenset()

        def check(self):
            raise Unavailable("dead refused the connection")

    monkeypatch.setitem(api.diafan.destinations, "dead", Dead())
    told = operator.post("/operations/destinations/dead/check").json()
    assert (told["answers"], told["error"]) == (False, "dead refused the connection")
    is_problem(operator.post("/operations/destinations/nowhere/check"), 404)


@pytest.mark.parametrize("path", ["/operations", "/operations/parked"])
def test_it_is_the_administrators_page(api, path):
    with api.client(Scope.STUDY_READ, Scope.AUDIT_READ) as other:
        is_problem(other.get(path), 403)
