"""Models by the API: who is here, what their cards say, and choosing another one."""

import shutil

import pytest

from audit.event import EventType
from audit.search import search
from models.registry import bundled
from service.access import Scope
from tests.service.api_client import is_problem
from tests.service.conftest import write_model


@pytest.fixture
def scientist(api):
    with api.client(Scope.MODEL_WRITE, subject="a-scientist") as client:
        yield client


def _models(client):
    return {m["name"]: m for m in client.get("/models").json()["models"]}


def test_every_model_says_how_far_it_can_be_trusted(scientist):
    models = _models(scientist)
    assert models["made-for-tests"]["in_use"] is True
    assert (models["made-for-tests"]["evaluated"], models["nih-demonstration"]["evaluated"]) == (False, True)
    assert models["nih-demonstration"]["explained"] is True
    assert len(models["nih-demonstration"]["labels"]) == 14
    assert (models["made-for-tests"]["since"] is None, models["nih-demonstration"]["since"]) == (False, None)


def test_a_model_says_what_it_sees_and_on_how_much_it_rests(scientist):
    models = _models(scientist)
    told = models["nih-demonstration"]
    assert (told["detail_px"], told["map_cells"], told["precision"]) == (128, 8, "fp32")
    assert told["pictures"] == ["auroc", "reliability", "subgroups", "faithfulness-curves", "faithfulness-examples"]
    assert models["made-for-tests"]["pictures"] == []
    edema = next(label for label in told["labels"] if label["label"] == "Edema")
    assert edema["positives"] == {"train": 90, "valid": 11, "test": 9}


def test_a_card_its_figures_and_its_pictures_are_those_of_the_folder(scientist):
    digest = _models(scientist)["nih-demonstration"]["digest"]
    card = scientist.get(f"/models/{digest}/card")
    assert card.text == (bundled() / "card.md").read_text()
    figures = scientist.get(f"/models/{digest}/evaluation").json()
    assert (figures["digest"], len(figures["labels"])) == (digest, 14)
    assert scientist.get(f"/models/{digest}/faithfulness").json()["digest"] == digest
    picture = scientist.get(f"/models/{digest}/pictures/reliability")
    assert (picture.headers["content-type"], picture.content) == (
        "image/png",
        (bundled() / "reliability.png").read_bytes(),
    )


def test_what_is_not_there_is_said_to_be_missing(scientist):
    digest = _models(scientist)["made-for-tests"]["digest"]
    for path in ("card", "evaluation", "faithfulness", "pictures/auroc"):
        is_problem(scientist.get(f"/models/{digest}/{path}"), 404)
    is_problem(scientist.get(f"/models/{'0' * 64}/card"), 404)
    is_problem(scientist.get(f"/models/{digest}/pictures/manifest"), 422)
    is_problem(scientist.get("/models/..%2f..%2fx/card"), 404)


def test_another_model_answers_and_the_log_knows_who_chose_it(api, scientist, tmp_path):
    before = api.diafan.model_in_use.identity().digest
    model = api.diafan.library.add(write_model(tmp_path / "other", name="other", version="2"))
    try:
        answer = scientist.post("/model", json={"digest": model.identity.digest})
        assert answer.json() == {"changed": True}
        assert _models(scientist)["other"]["in_use"] is True
        since = _models(scientist)["other"]["since"]
        assert scientist.post("/model", json={"digest": model.identity.digest}).json() == {"changed": False}
        assert _models(scientist)["other"]["since"] == since
        api.diafan.sequence_log()
        with api.diafan.engine.connect() as db:
            [entry] = search(db, types=[EventType.MODEL_CHANGED], newest_first=True, limit=1)
        assert entry.event["agent"]["id"] == "a-scientist"
        assert entry.event["detail"]["previous_sha256"] == before
        damaged = model.folder / "weights.safetensors"
        held = damaged.read_bytes()
        damaged.write_bytes(held[:-1] + b"x")
        scientist.post("/model", json={"digest": before})
        refused = is_problem(scientist.post("/model", json={"digest": model.identity.digest}), 409)
        assert "pins" in refused["detail"]
        assert api.diafan.model_in_use.identity().digest == before
    finally:
        scientist.post("/model", json={"digest": before})
        shutil.rmtree(model.folder)


def test_who_reads_models_does_not_choose_them(api):
    for scope in (Scope.STUDY_READ, Scope.OPS):
        with api.client(scope) as reader:
            assert reader.get("/models").status_code == 200
            is_problem(reader.post("/model", json={"digest": "0" * 64}), 403)
    with api.client(Scope.AUDIT_READ) as officer:
        is_problem(officer.get("/models"), 403)
