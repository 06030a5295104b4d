"""Which model answers: chosen by a person, changed without a restart, never another than the chosen one."""

import hashlib
import json
import logging
import os
import shutil
import threading
from dataclasses import replace

import pydicom
import pytest
import sqlalchemy as sa
import torch
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from safetensors.torch import load_file, save_file
from sqlalchemy.orm import Session

from audit.event import Agent
from audit.search import search
from integrations.errors import Unavailable
from integrations.instance import DeclineCode, device_uid
from models.assessment import Call
from models.library import read_model
from models.registry import MANIFEST, WEIGHTS, ModelRefused
from service import app as root
from service.accept import Origin
from service.access import Scope
from service.findings import model_of
from service.model_in_use import SETTINGS, CurrentClassifier, told_of
from service.records import Image, ImageState, ModelChoice, ReportRecord
from service.rules import Rule, Rules
from tests.instances import EFFUSION, make_instance
from tests.peers.process import wait_for
from tests.service.api_client import NOT_ASSESSED
from tests.service.conftest import write_model

PERSON = Agent(kind="person", id="os-user:7")


@pytest.fixture(scope="module")
def second(diafan, tmp_path_factory):
    """Return another model of this machine."""
    return diafan.library.add(write_model(tmp_path_factory.mktemp("second") / "m", name="second", version="2"))


@pytest.fixture
def in_use(diafan, model_folder):
    """Return the choice; afterwards it is what the settings name, as at a first start."""
    yield diafan.model_in_use
    with Session(diafan.engine) as db, db.begin():
        diafan.model_in_use._choose(db, None, read_model(model_folder), SETTINGS)


@pytest.fixture
def current(in_use):
    classifier = CurrentClassifier(in_use)
    classifier.start()
    return classifier


@pytest.fixture
def accept(diafan, tmp_path):
    def accept(acceptor=diafan.acceptor, **elements):
        copy = diafan.store.incoming / f"{os.urandom(8).hex()}.part"
        shutil.copy(make_instance(tmp_path, **elements), copy)
        return acceptor.accept(copy, Origin(PERSON, source="test"))

    return accept


def image(diafan, image_id):
    with Session(diafan.engine) as db:
        return db.get_one(Image, image_id)


def events(diafan, kind):
    diafan.sequence_log()
    with diafan.engine.connect() as db:
        return [dict(e.event) for e in search(db, limit=100_000) if e.event["type"] == kind]


def test_a_worker_notes_at_its_start_which_model_it_uses(diafan, current, model_folder):
    used = events(diafan, "model-in-use")[-1]
    assert used["detail"] == told_of(read_model(model_folder).identity)
    assert current().identity == read_model(model_folder).identity


def test_the_next_image_is_for_the_chosen_model_and_the_one_before_ends_with_its_own(
    diafan, pipeline, current, second, accept
):
    begun, go_on = threading.Event(), threading.Event()
    stages = replace(pipeline, classifier=current)

    class Slow:
        def assess(self, radiograph):
            model = current()
            begun.set()
            assert go_on.wait(30)
            return model.assess(radiograph)

    first, late = accept().image_id, accept().image_id
    working = threading.Thread(target=replace(pipeline, classifier=lambda _by_rule: Slow()).analyse, args=(str(first),))
    working.start()
    assert begun.wait(30)
    before = current().identity
    assert diafan.model_in_use.choose(second, PERSON)
    stages.analyse(str(late))
    go_on.set()
    working.join()
    assert model_of(image(diafan, first)) == before
    assert model_of(image(diafan, late)) == second.identity
    assert events(diafan, "model-in-use")[-1]["detail"]["model_sha256"] == second.identity.digest


def test_a_change_is_logged_with_who_made_it_and_from_which_model_to_which(diafan, current, second):
    before = current().identity
    assert diafan.model_in_use.choose(second, PERSON)
    assert not diafan.model_in_use.choose(second, PERSON)
    changed = events(diafan, "model-changed")[-1]
    assert changed["agent"]["id"] == "os-user:7"
    assert changed["detail"] == told_of(second.identity) | {"previous_sha256": before.digest}


def test_a_model_is_loaded_once_for_many_images(in_use):
    loads = []
    load = in_use.load
    current = CurrentClassifier(replace(in_use, load=lambda folder: loads.append(folder) or load(folder)))
    current.start()
    assert current() is current()
    assert len(loads) == 1


def test_while_the_chosen_folder_is_another_model_images_wait_and_are_analysed_once_it_is_back(
    diafan, pipeline, current, second, accept, caplog
):
    stages = replace(pipeline, classifier=current)
    diafan.model_in_use.choose(second, PERSON)
    manifest = second.folder / MANIFEST
    original = manifest.read_bytes()
    image_id = accept().image_id
    try:
        manifest.write_text(json.dumps(json.loads(original) | {"evidence_rule": {"least_positives": 9}}))
        with caplog.at_level(logging.ERROR), pytest.raises(Unavailable, match="was changed"):
            stages.analyse(str(image_id))
        assert "no image can be analysed" in caplog.text
        assert image(diafan, image_id).state is ImageState.RECEIVED
        with pytest.raises(ModelRefused, match="was changed"):
            CurrentClassifier(diafan.model_in_use).start()
        with pytest.raises(ModelRefused, match="was changed"):
            root.pipeline_of(diafan)
    finally:
        manifest.write_bytes(original)
    stages.analyse(str(image_id))
    assert model_of(image(diafan, image_id)) == second.identity


def test_a_model_with_other_weights_than_its_manifest_pins_cannot_be_chosen(diafan, in_use, tmp_path):
    folder = write_model(tmp_path / "m", name="tampered")
    model = diafan.library.add(folder)
    content = bytearray((model.folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (model.folder / WEIGHTS).write_bytes(content)
    before = in_use.identity()
    with pytest.raises(ModelRefused, match="its manifest pins"):
        in_use.choose(model, PERSON)
    assert in_use.identity() == before
    shutil.rmtree(model.folder)


def in_bfloat16(folder):
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"precision": "bf16"}))


def with_an_infinite_weight(folder):
    weights = load_file(folder / WEIGHTS)
    weights["fc.bias"][0] = torch.inf
    save_file(weights, folder / WEIGHTS)
    pinned = {"weights_sha256": hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(json.loads((folder / MANIFEST).read_text()) | pinned))


@pytest.mark.parametrize(
    ("spoil", "why"), [(in_bfloat16, "evaluated in bf16"), (with_an_infinite_weight, "infinite weights")]
)
def test_a_model_that_this_service_cannot_run_is_refused_and_nothing_changes(diafan, in_use, tmp_path, spoil, why):
    folder = write_model(tmp_path / "m", name="unfit", version=spoil.__name__)
    spoil(folder)
    model = diafan.library.add(folder)
    before, logged = in_use.identity(), len(events(diafan, "model-changed"))
    with pytest.raises(ModelRefused, match=why):
        in_use.choose(model, PERSON)
    assert in_use.identity() == before
    assert len(events(diafan, "model-changed")) == logged
    shutil.rmtree(model.folder)


@pytest.mark.parametrize("error", [RuntimeError("Exception from src/inference"), MemoryError()])
def test_whatever_keeps_the_chosen_model_from_being_loaded_images_wait_and_are_not_parked(
    diafan, pipeline, current, second, accept, caplog, error
):
    def load(_folder):
        raise error

    diafan.model_in_use.choose(second, PERSON)
    current.in_use = replace(current.in_use, load=load)
    image_id = accept().image_id
    with caplog.at_level(logging.ERROR), pytest.raises(Unavailable, match=type(error).__name__):
        replace(pipeline, classifier=current).analyse(str(image_id))
    assert f"cannot be loaded here ({type(error).__name__})" in caplog.text
    assert image(diafan, image_id).state is ImageState.RECEIVED


def test_a_start_never_puts_the_default_over_what_a_person_chooses_meanwhile(
    diafan, in_use, second, tmp_path, monkeypatch
):
    other = read_model(write_model(tmp_path / "m", name="other"))
    elsewhere = replace(in_use, default=other.folder, library=root.Library(diafan.library.root, other.folder))
    person = threading.Thread(target=in_use.choose, args=(second, PERSON))

    def waits():
        with diafan.engine.connect() as db:
            return db.scalar(sa.text("select count(*) from pg_locks where locktype = 'advisory' and not granted")) > 0

    def read(folder):
        person.start()
        wait_for(
            lambda: not person.is_alive() or waits() or None, 60, "the person to have chosen, or to wait", poll_s=0.02
        )
        return read_model(folder)

    monkeypatch.setattr("service.model_in_use.read_model", read)
    elsewhere.start()
    person.join(60)
    assert in_use.identity() == second.identity


def test_the_settings_count_until_a_person_has_chosen(diafan, in_use, second, tmp_path):
    other = read_model(write_model(tmp_path / "m", name="other"))
    library = root.Library(diafan.library.root, other.folder)
    elsewhere = replace(in_use, default=other.folder, library=library)
    elsewhere.start()
    assert in_use.identity() == other.identity
    in_use.choose(second, PERSON)
    elsewhere.start()
    assert in_use.identity() == second.identity


def test_the_results_of_every_model_that_was_ever_in_use_are_known_as_ours(diafan, in_use, accept, tmp_path):
    past = diafan.library.add(write_model(tmp_path / "past", name="past"))
    unused = diafan.library.add(write_model(tmp_path / "unused", name="unused"))
    in_use.choose(past, PERSON)
    shutil.rmtree(past.folder)
    in_use.choose(unused, PERSON)
    for model in (past, unused):
        equipment = Dataset()
        equipment.DeviceUID = device_uid(model.identity)
        declined = accept(ContributingEquipmentSequence=[equipment]).declined
        assert declined is not None
        assert declined.code is DeclineCode.OWN_RESULT
    stranger = Dataset()
    stranger.DeviceUID = generate_uid(prefix=None)
    assert accept(ContributingEquipmentSequence=[stranger]).declined is None
    shutil.rmtree(unused.folder)


def test_a_study_of_two_models_names_for_each_finding_the_one_that_gave_it(
    diafan, pipeline, current, second, accept, tmp_path
):
    stages = replace(pipeline, classifier=current)
    first = image(diafan, accept().image_id)
    stages.analyse(str(first.id))
    before = current().identity
    diafan.model_in_use.choose(second, PERSON)
    subject = pydicom.dcmread(diafan.store.path(first.blob), stop_before_pixels=True)
    late = accept(source=EFFUSION, StudyInstanceUID=first.study_instance_uid, PatientID=subject.PatientID).image_id
    stages.analyse(str(late))
    stages.report(first.study_instance_uid)
    with Session(diafan.engine) as db:
        report = db.scalar(sa.select(ReportRecord).where(ReportRecord.study_instance_uid == first.study_instance_uid))
    assert report.model_digest == second.identity.digest
    entries = json.loads(diafan.store.read(report.blob))["entry"]
    devices = {
        e["fullUrl"]: e["resource"]["identifier"][0]["value"]
        for e in entries
        if e["resource"]["resourceType"] == "Device"
    }
    assert set(devices.values()) == {before.digest, second.identity.digest}
    names = {first.sop_instance_uid: before, image(diafan, late).sop_instance_uid: second.identity}
    given = []
    for resource in (e["resource"] for e in entries if e["resource"]["resourceType"] == "Observation"):
        if "component" in resource:
            source = resource["component"][-1]["valueString"].removeprefix("urn:oid:")
            given.append(names[source])
            assert devices[resource["device"]["reference"]] == names[source].digest
            assert names[source].name in resource["method"]["text"]
    assert len(set(given)) == 2, "both models must have the strongest answer somewhere, or this shows nothing"
    told = next(e["resource"]["conclusion"] for e in entries if e["resource"]["resourceType"] == "DiagnosticReport")
    assert before.digest in told
    assert second.identity.digest in told


def test_a_rule_chooses_another_model_for_its_images_and_no_others(diafan, pipeline, current, second, accept):
    rules = Rules(rule=(Rule(name="all", then="analyse", model=second.identity.digest),))
    ruled = accept(acceptor=replace(diafan.acceptor, rules=rules)).image_id
    other = accept().image_id
    stages = replace(pipeline, classifier=current)
    for image_id in (ruled, other):
        stages.analyse(str(image_id))
    assert model_of(image(diafan, ruled)) == second.identity
    assert model_of(image(diafan, other)) == current().identity != second.identity
    assert current(second.identity.digest) is current(second.identity.digest)
    assert events(diafan, "model-in-use")[-1]["detail"]["model_sha256"] == second.identity.digest


def test_while_the_model_of_a_rule_is_gone_or_spoilt_its_images_wait(
    diafan, pipeline, current, accept, tmp_path, caplog
):
    third = diafan.library.add(write_model(tmp_path / "m", name="third", version="3"))
    weights = third.folder / WEIGHTS
    original = weights.read_bytes()
    rules = Rules(rule=(Rule(name="all", then="analyse", model=third.identity.digest),))
    image_id = accept(acceptor=replace(diafan.acceptor, rules=rules)).image_id
    stages = replace(pipeline, classifier=current)
    weights.write_bytes(original[:-1] + bytes([original[-1] ^ 1]))
    with pytest.raises(Unavailable, match="manifest pins"):
        stages.analyse(str(image_id))
    third.folder.rename(tmp_path / "away")
    with pytest.raises(Unavailable, match="is not in"):
        stages.analyse(str(image_id))
    with pytest.raises(ModelRefused, match="is not in"):
        CurrentClassifier(diafan.model_in_use).start({third.identity.digest})
    assert image(diafan, image_id).state is ImageState.RECEIVED
    (tmp_path / "away").rename(third.folder)
    weights.write_bytes(original)
    stages.analyse(str(image_id))
    assert model_of(image(diafan, image_id)) == third.identity
    shutil.rmtree(third.folder)


def test_reasons_of_a_past_model_are_told_as_long_as_its_folder_is_here(api, pipeline, current, second, accept):
    image_id = accept().image_id
    replace(pipeline, classifier=current).analyse(str(image_id))
    api.diafan.model_in_use.choose(second, PERSON)
    with api.client(Scope.STUDY_READ) as client:
        assert client.get("/model").json()["name"] == "second"
        findings = client.get(f"/images/{image_id}/findings").json()["findings"]
    reasons = {f["label"]: f["not_assessed_because"] for f in findings if f["call"] == Call.NOT_ASSESSED}
    assert reasons[NOT_ASSESSED] == "the training data never had it"


def test_a_choice_is_kept_for_ever(diafan, in_use, second):
    with Session(diafan.engine) as db:
        before = db.scalar(sa.select(sa.func.count()).select_from(ModelChoice))
    in_use.choose(second, PERSON)
    with Session(diafan.engine) as db:
        rows = db.scalars(sa.select(ModelChoice).order_by(ModelChoice.id)).all()
    assert len(rows) == before + 1
    assert (rows[-1].chosen_by, rows[-1].digest) == ("os-user:7", second.identity.digest)
