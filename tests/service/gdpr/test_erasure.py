"""Erased is erased: in every table and on the disk nothing of the patient is left, and the log is whole and leads to nobody."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from audit.event import Agent
from audit.search import search
from audit.verify import verify
from integrations.rejection_note import RejectionReason
from integrations.verdict import Verdict
from service import app as root
from service import cli
from service.audit_names import names_of_study
from service.cli_withdraw import withdrawer_of
from service.database import owner_engine
from service.gdpr.erasure import Eraser, NotErasable
from service.records import Base, Delivery
from service.settings import Settings
from tests.instances import make_instance
from tests.service.api_client import INDETERMINATE, PRESENT, READ_WRITE, upload
from tests.service.reviewing import body, physician, save_and_sign

PERSON = Agent("person", "officer")


def canary() -> dict[str, str]:
    """Return a patient whom no other test has."""
    sign = uuid4().hex[:8]
    return {"PatientID": f"ERASE-{sign}", "PatientName": f"Kanarek{sign}^Zofia", "AccessionNumber": f"ACC-{sign}"}


@dataclass(frozen=True)
class Patient:
    pseudonym: str
    uid: str
    said: dict[str, str]


@pytest.fixture(scope="module")
def owner(diafan):
    with owner_engine(diafan.settings, diafan.database) as engine:
        yield engine


@pytest.fixture
def eraser(diafan, owner):
    return Eraser(owner, diafan.store, diafan.subjects, diafan.record, diafan.clock, retention_years=0)


@pytest.fixture
def patient(api, tmp_path):
    """Return a patient with a study that was analysed, delivered, and signed by a physician."""
    said = canary()
    file = make_instance(tmp_path, **said)
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
        api.process(result["image_id"])
        uid = client.get(f"/images/{result['image_id']}").json()["study_instance_uid"]
    with physician(api, "alice") as alice:
        assert save_and_sign(alice, uid, {PRESENT: Verdict.AGREE, INDETERMINATE: Verdict.UNSURE}).status_code == 201
    api.pipeline.report(uid)
    deliver(api, uid)
    return Patient(api.diafan.pseudonym("", said["PatientID"]), uid, said)


def deliver(api, uid):
    with api.diafan.engine.connect() as db:
        waiting = sa.select(Delivery.id).where(Delivery.study_instance_uid == uid).order_by(Delivery.created_at)
        deliveries = list(db.scalars(waiting))
    for delivery in deliveries:
        api.diafan.deliverer.deliver(str(delivery))


def everything(owner) -> str:
    """Return every row of every table but those of the log, as text."""
    tables = sa.inspect(owner).get_table_names("public")
    with owner.connect() as db:
        rows = [db.scalars(sa.text(f'select t::text from "{table}" t')).all() for table in tables]
    return "\n".join(str(row) for table in rows for row in table)


def blobs(diafan) -> set[str]:
    return {str(path) for path in diafan.store.root.rglob("*") if path.is_file()}


def test_while_a_duty_to_keep_runs_nothing_is_destroyed(api, eraser, owner, patient):
    before = everything(owner)
    for years in (20, 1):
        with pytest.raises(NotErasable, match=r"has to be kept until 20\d\d-12-31.*Art. 17\(3\)"):
            replace(eraser, retention_years=years, clock=lambda: api.diafan.clock() - timedelta(days=9000)).erase(patient.pseudonym, PERSON)  # fmt: skip
    assert everything(owner) == before


def test_nothing_is_destroyed_before_everybody_who_was_told_has_heard(api, eraser, owner, patient):
    pseudonym, uid = patient.pseudonym, patient.uid
    assert eraser.holding(pseudonym).told == [uid]
    with pytest.raises(NotErasable, match="not withdrawn"):
        eraser.erase(pseudonym, PERSON)
    withdrawer_of(api.diafan).withdraw(uid, RejectionReason.RETENTION_EXPIRED, PERSON)
    with pytest.raises(NotErasable, match="on their way"):
        eraser.erase(pseudonym, PERSON)
    assert uid in everything(owner)
    deliver(api, uid)
    eraser.erase(pseudonym, PERSON)
    told = json.loads((api.diafan.settings.data_dir / "outbox" / "fhir" / f"{uid}.json").read_text())
    statuses = {
        e["resource"].get("status") for e in told["entry"] if e["resource"]["resourceType"] == "DiagnosticReport"
    }
    assert statuses == {"entered-in-error"}


def test_nothing_of_the_patient_is_left_and_the_log_is_whole_and_leads_to_nobody(api, eraser, owner, patient):
    diafan, pseudonym, uid = api.diafan, patient.pseudonym, patient.uid
    withdrawer_of(diafan).withdraw(uid, RejectionReason.RETENTION_EXPIRED, PERSON)
    deliver(api, uid)
    with owner.connect() as db:
        [name, *_] = names_of_study(db, diafan.subjects, uid)
        theirs = [
            str(row) for row in db.scalars(sa.text("select id from image where study_instance_uid = :u"), {"u": uid})
        ]
    files = blobs(diafan)
    held = eraser.erase(pseudonym, PERSON)
    assert (len(held.studies), held.images, held.verdicts) == (1, 1, 1)
    left = everything(owner)
    for word in (uid, pseudonym, *theirs, *patient.said.values()):
        assert word not in left, word
    assert len(files - blobs(diafan)) >= held.images + held.objects + held.reports
    diafan.sequence_log()
    with owner.begin() as db:
        assert diafan.subjects.find(db, "", patient.said["PatientID"]) is None
        assert diafan.subjects.who(db, pseudonym) is None
        assert names_of_study(db, diafan.subjects, uid) != [name], "the UID leads nowhere"
        entries = search(db, patient=pseudonym, limit=500)
    kinds = [entry.event["type"] for entry in entries]
    assert {"instance-received", "verdict-given", "study-withdrawn"} <= set(kinds)
    assert kinds[-2:] == ["study-erased", "patient-erased"]
    assert uid not in json.dumps([dict(entry.event) for entry in entries])
    assert name in {entry.event.get("study") for entry in entries}
    with diafan.engine.begin() as db:
        assert verify(db, diafan.log_key.public_key()) == []


def test_a_draft_leaves_no_line_in_the_worklist(api, eraser, owner, tmp_path):
    said = canary()
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, make_instance(tmp_path, **said).read_bytes()).json()["results"]
        api.process(result["image_id"])
        uid = client.get(f"/images/{result['image_id']}").json()["study_instance_uid"]
    with physician(api, "alice") as alice:
        drafted = alice.put(f"/studies/{uid}/review/draft", json=body({PRESENT: Verdict.AGREE}, revision=1))
        assert drafted.status_code == 200, drafted.text
    deliver(api, uid)
    withdrawer_of(api.diafan).withdraw(uid, RejectionReason.RETENTION_EXPIRED, PERSON)
    deliver(api, uid)
    eraser.erase(api.diafan.pseudonym("", said["PatientID"]), PERSON)
    assert uid not in everything(owner)


def test_the_service_itself_may_not_remove_a_verdict(api, eraser, patient):
    withdrawer_of(api.diafan).withdraw(patient.uid, RejectionReason.RETENTION_EXPIRED, PERSON)
    deliver(api, patient.uid)
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        replace(eraser, owner=api.diafan.engine).erase(patient.pseudonym, PERSON)
    assert eraser.holding(patient.pseudonym).verdicts == 1


def test_every_table_of_records_is_thought_of():
    """A new table that names a study, an image or a report has to be added to the erasure."""
    import service.gdpr.erasure as module  # noqa: PLC0415

    source = module.__loader__.get_source("service.gdpr.erasure")
    named = {"study_instance_uid", "image_id", "report_id", "delivery_id", "review_id"}
    for mapper in Base.registry.mappers:
        if named & {column.name for column in mapper.local_table.columns}:
            assert f"({mapper.class_.__name__}," in source, mapper.class_.__name__


def test_a_patient_who_comes_again_is_another_one(api, eraser, patient, tmp_path):
    pseudonym, uid = patient.pseudonym, patient.uid
    withdrawer_of(api.diafan).withdraw(uid, RejectionReason.RETENTION_EXPIRED, PERSON)
    deliver(api, uid)
    eraser.erase(pseudonym, PERSON)
    with api.client(*READ_WRITE) as client:
        file = make_instance(tmp_path, name="again.dcm", **patient.said)
        assert upload(client, file.read_bytes()).status_code == 202
    assert api.diafan.pseudonym("", patient.said["PatientID"]) not in {None, pseudonym}


def test_at_the_command_line_a_dry_run_comes_first(own_installation):
    with root.assemble(Settings()) as diafan, diafan.engine.begin() as db:
        diafan.subjects.named(db, "", "LEAVING-1")

    def run(*words: str):
        result = CliRunner().invoke(cli.app, ["gdpr", "erase", "--patient-id", "LEAVING-1", *words])
        return result.exit_code, " ".join(result.output.split())

    code, told = run()
    assert (code, "held: 0 studies" in told, "a dry run: nothing was changed" in told) == (0, True, True)
    code, told = run("--yes")
    assert (code, "lead to nobody" in told) == (0, True)
    code, told = run("--yes")
    assert (code, "is known here" in told) == (1, True)
