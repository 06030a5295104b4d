"""Refusals have a limit: beyond it the answer is 429, the log hears of it once, and good credentials are not held up."""

from dataclasses import replace

import httpx
import pytest

from audit.event import Agent
from service.access import Scope
from service.api.refusal_limit import RefusalLimit
from service.roles import PersonRole
from service.sessions import Person
from tests.service.api_client import is_problem
from tests.service.people import events, served

MOST = 3


class Now:
    def __init__(self):
        self.s = 1000.0

    def __call__(self):
        return self.s


def agent(address="203.0.113.7", subject="unknown", issuer=""):
    return Agent(kind="system", id=subject, address=address, issuer=issuer)


def add(limit, times=1, *, known=False, **who):
    return [limit.add(agent(**who), is_known=known) for _ in range(times)][-1]


@pytest.fixture
def now():
    return Now()


@pytest.fixture
def limit(now):
    return RefusalLimit(MOST, 60, now)


def test_the_first_refusal_beyond_the_limit_is_told_from_the_next(limit, now):
    assert add(limit, MOST) is None
    now.s += 20.5
    first, second = add(limit), add(limit)
    assert (first.is_first, first.retry_after_s) == (True, 40)
    assert (second.is_first, second.retry_after_s) == (False, 40)


def test_a_window_ends_however_many_come_in_it(limit, now):
    add(limit, 50)
    now.s += 59.9
    assert add(limit).retry_after_s == 1
    now.s += 0.1
    assert add(limit, MOST) is None
    assert add(limit).is_first


def test_callers_do_not_count_for_each_other(limit):
    add(limit, 50)
    assert add(limit, MOST, address="203.0.113.8") is None
    assert add(limit, MOST, known=True, subject="gateway") is None
    assert add(limit, known=True, subject="gateway", address="203.0.113.9").is_first, "a subject is one, wherever from"
    assert add(limit, known=True, subject="gateway", issuer="https://id.example") is None


def test_a_site_with_many_addresses_is_one_caller(limit):
    for n in range(MOST):
        assert add(limit, address=f"2001:db8::{n}") is None
    assert add(limit, address="2001:db8::ffff").is_first
    assert add(limit, address="2001:db8:0:1::1") is None
    assert add(limit, MOST, address="::ffff:203.0.113.7") is None
    assert add(limit, address="203.0.113.7").is_first


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_itself_is_not_counted(limit, address):
    assert add(limit, 50, address=address) is None
    assert add(limit, 50, address=address, known=True, subject="gateway") is None


def test_a_swarm_of_addresses_takes_no_more_memory_than_ten_thousand(limit):
    for n in range(10_500):
        add(limit, address=f"2001:db8:{n:x}::1")
    assert len(limit._counts) == 10_000
    assert add(limit, MOST, address="2001:db8:2903::1").is_first, "the latest are remembered"


@pytest.fixture
def here(api):
    settings = api.diafan.settings.model_copy(update={"refusals_max": MOST, "refusals_window_s": 60})
    return replace(api.diafan, settings=settings)


@pytest.fixture
def client(here):
    """A client behind a proxy of this machine, which says where it comes from."""
    with served(here) as url, httpx.Client(base_url=url, trust_env=False) as client:
        client.headers["X-Forwarded-For"] = "203.0.113.7"
        yield client


def bad(client, **headers):
    return client.get("/studies", headers={"Authorization": "Bearer not-a-token", **headers})


def is_held_up(answer):
    problem = is_problem(answer, 429)
    assert (problem["type"], problem["reason"]) == ("urn:diafan:problem:too-many-refusals", "too-many-refusals")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    return answer


def test_bad_tokens_leave_an_entry_each_until_the_limit_and_then_one(here, client):
    for _ in range(MOST):
        answer = bad(client)
        assert is_problem(answer, 401)["reason"] == "malformed"
        assert [event["detail"]["reason"] for event in events(here, answer)] == ["malformed"]
    [event] = events(here, is_held_up(bad(client)))
    assert (event["type"], event["agent"]["address"]) == ("token-refused", "203.0.113.7")
    assert event["detail"] == {"reason": "too-many-refusals", "route": "/studies", "method": "GET"}
    for _ in range(5):
        assert events(here, is_held_up(bad(client))) == []
    assert bad(client, **{"X-Forwarded-For": "203.0.113.8"}).status_code == 401


def test_whoever_is_refused_behind_an_address_good_credentials_come_in(here, client):
    for _ in range(MOST + 2):
        bad(client)
    is_held_up(client.get("/studies"))
    token = here.issuer.token("a", [Scope.STUDY_READ])
    assert client.get("/studies", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    with here.engine.begin() as db:
        secret, _ = here.sessions.begin(db, Person("i", "p", "Name", frozenset({PersonRole.PHYSICIAN})))
    assert client.get("/studies", headers={"Cookie": f"diafan={secret}"}).status_code == 200


def test_who_asks_for_what_they_may_not_is_held_up_by_their_subject(here, client):
    token = here.issuer.token("nosy", [Scope.OPS])
    answers = [
        client.get("/studies", headers={"Authorization": f"Bearer {token}", "X-Forwarded-For": f"203.0.113.{n}"})
        for n in range(MOST + 2)
    ]
    assert [answer.status_code for answer in answers] == [403] * MOST + [429] * 2
    assert [len(events(here, answer)) for answer in answers] == [1] * (MOST + 1) + [0]
    [event] = events(here, answers[MOST])
    assert (event["type"], event["agent"]["id"], event["detail"]["reason"]) == (
        "access-denied",
        "nosy",
        "too-many-refusals",
    )
    mine = {"Authorization": f"Bearer {token}"}
    assert client.get("/deliveries", headers=mine).status_code == 200, "what they may do, they may go on doing"


def test_at_sign_in_a_page_says_so(here, client):
    answers = [client.get("/sign-in/link/x") for _ in range(MOST + 2)]
    assert [answer.status_code for answer in answers] == [404] * MOST + [429] * 2
    assert "Too many sign-ins were refused" in answers[-1].text
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert [len(events(here, answer)) for answer in answers] == [1] * (MOST + 1) + [0]
    [event] = events(here, answers[MOST])
    assert (event["type"], event["detail"]["reason"]) == ("sign-in-refused", "too-many-refusals")


def test_from_this_machine_nobody_is_held_up(here):
    with served(here) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert {bad(client).status_code for _ in range(MOST + 3)} == {401}
