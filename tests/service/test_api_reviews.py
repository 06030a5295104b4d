"""Reviews through the API: persons only, nothing lost, the second is told, and no word of theirs in an error or a log."""

import json
import logging
import socket
import threading
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.search import search
from integrations.verdict import Verdict
from models.assessment import Call
from service.access import Scope
from service.api.session_cookie import NAME
from service.recorder import Recorder
from service.records import Image, Study
from service.review_records import Review
from service.roles import PersonRole
from service.sessions import Person
from tests.service.api_client import is_problem
from tests.service.reviewing import EDEMA, EFFUSION, SAID, body, made_study, physician, save_and_sign, sign

CANARY = "Zażółć-Kanarek 山田"
NAME_OF_ALICE = "Łucja Kanarkowa"


@pytest.fixture
def alice(api):
    with physician(api, "alice") as client:
        yield client


@pytest.fixture
def bob(api):
    with physician(api, "bob") as client:
        yield client


@pytest.fixture
def uid(diafan):
    return made_study(diafan)


def review_of(client, uid):
    answer = client.get(f"/studies/{uid}/review")
    assert answer.status_code == 200, answer.text
    return answer.json()


def kind_of(problem):
    return problem["type"].rpartition(":")[2]


def entries(api, uid):
    api.diafan.sequence_log()
    with api.diafan.engine.connect() as db:
        return [e.event for e in search(db, studies=api.names(uid), limit=10_000)]


WRITES = [
    ("PUT", "draft", body()),
    ("DELETE", "draft", None),
    ("POST", "sign", {"report_revision": 1, "version": 1}),
    ("POST", "second-opinion", {"question": "?"}),
    ("DELETE", "second-opinion", None),
]


@pytest.mark.parametrize(("method", "what", "sent"), WRITES)
def test_a_system_can_not_review_and_its_try_is_recorded(api, uid, method, what, sent):
    with api.client(Scope.STUDY_READ, Scope.REVIEW_WRITE, subject="ris") as system:
        answer = system.request(method, f"/studies/{uid}/review/{what}", json=sent)
        assert kind_of(is_problem(answer, 403)) == "persons-only"
        assert system.get(f"/studies/{uid}/review").status_code == 200
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["agent"]["id"], event["detail"]["reason"]) == ("access-denied", "ris", "persons-only")


@pytest.mark.parametrize(("method", "what", "sent"), WRITES)
def test_who_may_only_read_can_not_review(api, uid, method, what, sent):
    with physician(api, "student", Scope.STUDY_READ) as client:
        answer = client.request(method, f"/studies/{uid}/review/{what}", json=sent)
    assert kind_of(is_problem(answer, 403)) == "insufficient-scope"


@pytest.mark.parametrize(("method", "what", "sent"), [("GET", "", None), *WRITES])
def test_a_study_that_is_not_here_has_no_review(alice, method, what, sent):
    answer = alice.request(method, f"/studies/1.2.3.4/review/{what}".rstrip("/"), json=sent)
    assert kind_of(is_problem(answer, 404)) == "not-found"


def test_a_review_from_the_first_save_to_the_signature(api, alice, bob, uid):
    empty = review_of(alice, uid)
    assert (empty["state"], empty["draft"], empty["signs_as"], empty["obstacle"]) == ("none", None, "first", None)
    assert empty["missing"] == [
        {"label": "Edema", "call": "indeterminate", "need": "verdict"},
        {"label": "Pleural Effusion", "call": "present", "need": "verdict"},
    ]
    with Session(api.diafan.engine) as db:
        image_id = str(db.scalar(sa.select(Image.id).where(Image.study_instance_uid == uid)))
    region = {"label": "Edema", "image_id": image_id, "points": [[0.1, 0.2], [0.3, 0.2], [0.3, 0.4], [0.1, 0.4]]}
    said = {EFFUSION: Verdict.AGREE, EDEMA: Verdict.DISAGREE}
    sent = body(said, answers={EDEMA: Call.ABSENT}, text=CANARY, regions=[region])
    draft = alice.put(f"/studies/{uid}/review/draft", json=sent).json()
    assert {**sent, "version": 1} == {k: v for k, v in draft.items() if k != "saved_at"}
    mine = review_of(alice, uid)
    assert (mine["draft"], mine["state"], mine["missing"]) == (draft, "draft", [])
    theirs = review_of(bob, uid)
    assert (theirs["draft"], theirs["state"]) == (None, "draft")
    answer = sign(alice, uid)
    assert answer.status_code == 201
    signed = answer.json()
    assert (signed["kind"], signed["is_yours"], signed["text"], signed["regions"]) == ("first", True, CANARY, [region])
    assert (signed["supersedes"], len(signed["findings"])) == (None, 14)
    after = review_of(bob, uid)
    assert (after["state"], after["standing"], after["signs_as"], after["obstacle"]) == (
        "signed",
        signed["id"],
        "amendment",
        "report-changed",  # until the report that tells of it is made
    )
    assert after["reviews"] == [{**signed, "is_yours": False}]
    assert review_of(alice, uid)["draft"] is None


def test_looking_and_signing_are_recorded_and_nothing_of_what_was_said(api, alice, bob, uid, caplog):
    caplog.set_level(logging.DEBUG)
    alice.post(f"/studies/{uid}/review/second-opinion", json={"question": CANARY})
    alice.put(f"/studies/{uid}/review/draft", json=body(text=CANARY))
    save_and_sign(bob, uid, text=CANARY)
    sign(alice, uid)
    with Session(api.diafan.engine) as db, db.begin():
        db.get_one(Study, uid).due_at = None
    standing = review_of(bob, uid)["standing"]
    assert save_and_sign(bob, uid, amends=standing, text=CANARY).status_code == 201
    alice.post(f"/studies/{uid}/review/second-opinion", json={})
    alice.delete(f"/studies/{uid}/review/second-opinion")
    events = entries(api, uid)
    assert [(e["type"], e["agent"]["id"]) for e in events] == [
        ("second-opinion-asked", "alice"),
        ("second-opinion-given", "bob"),
        ("verdict-given", "alice"),
        ("study-shown", "bob"),
        ("verdict-amended", "bob"),
        ("second-opinion-asked", "alice"),
        ("second-opinion-withdrawn", "alice"),
    ]
    assert all(e["patient"].startswith("p-") and e["agent"]["kind"] == "person" for e in events)
    assert (events[2]["detail"], events[3]["detail"]) == ({"revision": 1}, {"kind": "review"})
    told = json.dumps(events, ensure_ascii=False) + " ".join(str(vars(r)) for r in caplog.records)
    for secret in ("Kanarek", "山田", "Effusion", "Edema", "agree", "unsure"):
        assert secret not in told


def test_two_who_sign_at_once_and_the_second_is_told_by_whom_and_when(api, diafan):
    for _ in range(3):
        uid = made_study(diafan)
        answers = {}
        gate = threading.Barrier(2)

        def act(who, uid=uid, answers=answers, gate=gate):
            with physician(api, who) as client:
                client.put(f"/studies/{uid}/review/draft", json=body(text=CANARY))
                gate.wait(30)
                answers[who] = sign(client, uid)

        threads = [threading.Thread(target=act, args=(who,)) for who in ("alice", "bob")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        [loser] = [a for a in answers.values() if a.status_code != 201]
        [winner] = [a.json() for a in answers.values() if a.status_code == 201]
        problem = is_problem(loser, 409)
        assert (kind_of(problem), problem["by"], problem["standing"]) == (
            "already-signed",
            "another physician",
            winner["id"],
        )
        assert problem["signed_at"][:19] == winner["signed_at"][:19]
        assert "Kanarek" not in loser.text
        with Session(diafan.engine) as db:
            count = sa.select(sa.func.count()).select_from(Review).where(Review.study_instance_uid == uid)
            assert db.scalar(count) == 1


def test_each_refusal_has_its_own_name_and_keeps_the_draft(api, alice, bob, uid, diafan):
    def refused(answer, status, kind):
        problem = is_problem(answer, status)
        assert kind_of(problem) == kind
        assert "Kanarek" not in answer.text
        return problem

    url = f"/studies/{uid}/review"
    refused(sign(alice, uid), 409, "draft-changed")
    refused(alice.delete(f"{url}/second-opinion"), 404, "not-asked")
    alice.put(f"{url}/draft", json=body({}, text=CANARY))
    assert refused(alice.put(f"{url}/draft", json=body(text="other")), 409, "draft-changed")["version"] == 1
    problem = refused(sign(alice, uid), 409, "verdict-missing")
    assert problem["missing"] == [
        {"label": "Edema", "need": "verdict"},
        {"label": "Pleural Effusion", "need": "verdict"},
    ]
    refused(sign(alice, uid, revision=2), 409, "report-changed")
    refused(sign(alice, uid, amends=str(uuid4())), 409, "amends-outdated")
    region = {"label": "Edema", "image_id": str(uuid4()), "points": [[0, 0], [1, 0], [0, 1]]}
    refused(alice.put(f"{url}/draft", json=body(version=1, regions=[region])), 422, "unknown-image")
    assert bob.post(f"{url}/second-opinion", json={"question": CANARY}).status_code == 201
    assert review_of(alice, uid)["second_opinions"][0]["question"] == CANARY
    refused(alice.post(f"{url}/second-opinion", json={}), 409, "second-opinion-asked")
    refused(alice.delete(f"{url}/second-opinion"), 403, "not-the-asker")
    bob.put(f"{url}/draft", json=body())
    refused(sign(bob, uid), 409, "second-opinion-asked")
    assert review_of(alice, uid)["draft"]["text"] == CANARY
    unreported = made_study(diafan, reported=False)
    alice.put(f"/studies/{unreported}/review/draft", json=body())
    refused(sign(alice, unreported), 409, "no-report")


@pytest.mark.parametrize(
    "odd",
    [
        {"text": CANARY * 400},
        {"text": f"{CANARY}\0"},
        {"text": "\ud800"},
        {CANARY: 1},
        {"verdicts": [{"label": CANARY, "verdict": "agree"}]},
        {"regions": [{"label": "Edema", "image_id": CANARY, "points": [[0, 0], [1, 0], [0, 1]]}]},
        {"regions": [{"label": "Edema", "image_id": str(uuid4()), "points": [[0, 0], [1, 0], [0, float("nan")]]}]},
        {"regions": [{"label": "Edema", "image_id": str(uuid4()), "points": [[0, 0], [1, 0], [0, 10**400]]}]},
        {"version": -1},
        {"version": 2**40},
    ],
)
def test_a_draft_that_is_none_is_refused_without_repeating_it(alice, uid, odd):
    content = json.dumps({**body(), **odd})
    answer = alice.put(f"/studies/{uid}/review/draft", content=content, headers={"Content-Type": "application/json"})
    assert "Kanarek" not in str(is_problem(answer, 422))
    assert review_of(alice, uid)["draft"] is None


def test_a_draft_is_thrown_away(alice, uid):
    alice.put(f"/studies/{uid}/review/draft", json=body())
    assert alice.delete(f"/studies/{uid}/review/draft").json() == {"discarded": True}
    assert alice.delete(f"/studies/{uid}/review/draft").json() == {"discarded": False}
    assert review_of(alice, uid)["state"] == "none"


def test_the_worklist_tells_the_state_and_is_filtered_by_it(alice, bob, uid):
    def listed(**query):
        answer = alice.post("/worklist", json={"studies": [uid], **query}).json()
        return [study["review"] for study in answer["studies"]]

    assert listed() == listed(review=["none"]) == ["none"]
    alice.put(f"/studies/{uid}/review/draft", json=body())
    assert (listed(review=["draft", "waiting"]), listed(review=["signed"])) == (["draft"], [])
    alice.post(f"/studies/{uid}/review/second-opinion", json={})
    assert listed(review=["waiting"]) == ["waiting"]
    save_and_sign(bob, uid)
    sign(alice, uid)
    assert listed(review=["signed", "again"]) == ["signed"]
    is_problem(alice.post("/worklist", json={"review": ["x"]}), 422)


# A person's session


@pytest.fixture
def signed_in(api):
    """Return what signs a person in, as their browser comes back from a provider."""
    clients = []

    def sign_in(subject="dr-lucja", name=NAME_OF_ALICE):
        person = Person(api.diafan.settings.api_url, subject, name, frozenset({PersonRole.PHYSICIAN}))
        with api.diafan.engine.begin() as db:
            secret, session = api.diafan.sessions.begin(db, person)
        headers = {"Cookie": f"{NAME}={secret}", "Sec-Fetch-Site": "same-origin"}
        client = httpx.Client(base_url=api.url, headers=headers, timeout=30)
        clients.append(client)
        return client, session

    yield sign_in
    for client in clients:
        client.close()


def test_a_session_that_ends_in_the_middle_of_a_verdict_loses_nothing(api, uid, signed_in):
    client, session = signed_in()
    first = client.put(f"/studies/{uid}/review/draft", json=body({EFFUSION: Verdict.AGREE}, text=CANARY))
    assert first.status_code == 200, first.text
    api.diafan.sessions.end(session, everywhere=False)
    unsaved = body(version=1, text=f"{CANARY}, and more")
    problem = is_problem(client.put(f"/studies/{uid}/review/draft", json=unsaved), 401)
    assert kind_of(problem) == "session-expired"
    assert kind_of(is_problem(sign(client, uid), 401)) == "session-expired"
    back, _ = signed_in()
    assert review_of(back, uid)["draft"] == first.json()
    assert back.put(f"/studies/{uid}/review/draft", json=unsaved).json()["version"] == 2
    signed = sign(back, uid, 2).json()
    assert (signed["name"], signed["text"]) == (NAME_OF_ALICE, f"{CANARY}, and more")


def test_the_name_of_who_signed_is_in_the_review_and_in_no_log(api, uid, signed_in, caplog):
    caplog.set_level(logging.DEBUG)
    client, _ = signed_in()
    client.post(f"/studies/{uid}/review/second-opinion", json={})
    client.delete(f"/studies/{uid}/review/second-opinion")
    assert save_and_sign(client, uid).json()["name"] == NAME_OF_ALICE
    told = json.dumps(entries(api, uid), ensure_ascii=False) + " ".join(str(vars(r)) for r in caplog.records)
    assert "verdict-given" in told
    assert "Kanarkowa" not in told


def test_a_page_of_somebody_else_can_not_sign(uid, signed_in):
    client, _ = signed_in()
    client.put(f"/studies/{uid}/review/draft", json=body())
    client.headers["Sec-Fetch-Site"] = "cross-site"
    assert kind_of(is_problem(sign(client, uid), 403)) == "cross-site"


# Requests that die


def test_a_request_that_breaks_off_leaves_what_was_saved(api, alice, uid):
    alice.put(f"/studies/{uid}/review/draft", json=body(text=CANARY))
    sent = json.dumps(body(version=1, text="half")).encode()
    where = urlsplit(api.url)
    head = [
        f"PUT /studies/{uid}/review/draft HTTP/1.1",
        f"Host: {where.netloc}",
        f"Authorization: {alice.headers['authorization']}",
        "Content-Type: application/json",
        f"Content-Length: {len(sent)}",
    ]
    with socket.create_connection((where.hostname, where.port)) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + sent[: len(sent) // 2])
    draft = review_of(alice, uid)["draft"]
    assert (draft["version"], draft["text"]) == (1, CANARY)
    assert alice.put(f"/studies/{uid}/review/draft", json=json.loads(sent)).json()["version"] == 2


def test_a_signature_that_fails_half_way_leaves_the_draft_and_no_signature(api, alice, uid, monkeypatch):
    alice.put(f"/studies/{uid}/review/draft", json=body(text=CANARY))

    def fails(*_, **__):
        raise RuntimeError(CANARY)

    monkeypatch.setattr(Recorder, "__call__", fails)
    answer = sign(alice, uid)
    monkeypatch.undo()
    assert "Kanarek" not in str(is_problem(answer, HTTPStatus.INTERNAL_SERVER_ERROR))
    mine = review_of(alice, uid)
    assert (mine["draft"]["text"], mine["reviews"], mine["report_pending"]) == (CANARY, [], False)
    assert sign(alice, uid).status_code == 201


def test_a_signature_whose_answer_was_lost_is_told_as_ones_own(alice, uid):
    assert save_and_sign(alice, uid, SAID).status_code == 201
    assert is_problem(sign(alice, uid), 409)["by"] == "you"
