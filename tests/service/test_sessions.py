"""Sessions: when they end, who may end them, and what a browser must show to change something."""

import pytest
import sqlalchemy as sa

from service import app as root
from service.access import Scope
from service.roles import PersonRole
from service.session_records import SessionRecord
from service.sessions import Person, SessionEnded
from service.settings import Settings
from tests.service.api_client import is_problem
from tests.service.people import ALICE, ISSUER, Browser, Clock, Provider, events, served, with_provider

BACK_CHANNEL = "/sign-in/back-channel-logout"
FOREIGN = [
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:9"},
    {"sec-fetch-site": "", "origin": "https://evil.example"},
    {"sec-fetch-site": "", "origin": "null"},
    {"sec-fetch-site": ""},
]


@pytest.fixture(scope="module")
def clock():
    return Clock()


@pytest.fixture(scope="module")
def diafan(folder, clock):
    settings = Settings(data_dir=folder / "e", session_idle_min=30, session_max_h=12)
    with root.assemble(settings, clock) as diafan:
        yield with_provider(diafan, Provider(clock))


@pytest.fixture(scope="module")
def provider(diafan):
    return diafan.provider._client


@pytest.fixture(scope="module")
def url(diafan):
    with served(diafan) as url:
        yield url


@pytest.fixture
def browser(url):
    with Browser(url) as browser:
        browser.sign_in()
        yield browser


@pytest.fixture
def another(url):
    with Browser(url) as browser:
        browser.sign_in()
        yield browser


def begin(diafan, subject="p", roles=(PersonRole.PHYSICIAN,)):
    with diafan.engine.begin() as db:
        return diafan.sessions.begin(db, Person(ISSUER, subject, "Name", frozenset(roles)))


def last_use(diafan, session):
    with diafan.engine.connect() as db:
        return db.scalar(sa.select(SessionRecord.last_used_at).where(SessionRecord.id == session.id))


def test_a_session_that_is_used_goes_on_until_its_longest(diafan, browser, clock):
    begun = browser.get("/session").json()
    for _ in range(24):
        clock.forward(minutes=29.9)
        assert browser.get("/studies").status_code == 200
    assert browser.get("/session").json()["expires_at"] == begun["expires_at"]
    clock.forward(minutes=720 - 24 * 29.9)
    assert is_problem(browser.get("/studies"), 401)["reason"] == "session-expired"


def test_a_session_that_is_not_used_ends(diafan, browser, clock):
    clock.forward(minutes=29, seconds=59)
    assert browser.get("/session").status_code == 200, "asking is no use of it"
    clock.forward(seconds=1)
    answer = browser.get("/studies")
    problem = is_problem(answer, 401)
    assert (problem["type"], problem["reason"]) == ("urn:diafan:problem:session-expired", "session-expired")
    [event] = events(diafan, answer)
    assert (event["type"], event["detail"]["reason"], event["agent"]["id"]) == (
        "token-refused",
        "session-expired",
        ALICE["sub"],
    )
    assert is_problem(browser.get("/session"), 401)["reason"] == "session-expired"


def test_its_last_use_is_written_once_a_minute(diafan, clock):
    secret, session = begin(diafan)
    begun = last_use(diafan, session)
    clock.forward(seconds=59)
    diafan.sessions.use(diafan.sessions.find(secret))
    assert last_use(diafan, session) == begun
    clock.forward(seconds=1)
    diafan.sessions.use(diafan.sessions.find(secret))
    assert last_use(diafan, session) == clock()


def test_who_has_no_session_is_told_so_and_only_that(diafan, url):
    with Browser(url) as stranger:
        answer = stranger.get("/session")
        assert is_problem(answer, 401)["reason"] == "missing"
        assert events(diafan, answer) == [], "a question about oneself is nobody's refusal"
        assert is_problem(stranger.post("/sign-out"), 401)["reason"] == "missing"
        stranger.cookies["diafan"] = "x" * 43
        answer = stranger.get("/studies")
        assert is_problem(answer, 401)["reason"] == "session-expired"
        assert events(diafan, answer)[0]["agent"]["id"] == "unknown"


def test_signing_out_ends_this_session_only_and_leads_to_the_provider(diafan, browser, another):
    mine = diafan.sessions.find(browser.cookies["diafan"])
    secret = browser.cookies["diafan"]
    answer = browser.post("/sign-out")
    told = answer.json()
    assert told["sessions"] == 1
    assert told["end_session_url"].startswith("https://id.example/logout?id_token_hint=ey")
    assert told["end_session_url"].endswith("back_to=http%3A%2F%2F127.0.0.1%3A8710%2Fapp%2F")
    assert answer.headers["set-cookie"] == 'diafan=""; HttpOnly; Max-Age=0; Path=/; SameSite=strict'
    [event] = events(diafan, answer)
    assert (event["type"], event["detail"]["reason"]) == ("user-signed-out", "sign-out")
    assert (event["agent"]["id"], event["agent"]["token_id"]) == (ALICE["sub"], str(mine.id))
    assert "diafan" not in browser.cookies
    with pytest.raises(SessionEnded):
        diafan.sessions.find(secret)
    assert another.get("/session").status_code == 200


def test_signing_out_everywhere_ends_all_of_this_person_and_nobody_elses(diafan, browser, another):
    _, colleague = begin(diafan, "colleague")
    answer = browser.post("/sign-out", params={"everywhere": True})
    assert answer.json()["sessions"] >= 2
    assert is_problem(another.get("/studies"), 401)["reason"] == "session-expired"
    assert diafan.sessions.is_live(colleague.id)
    assert {(e["type"], e["agent"]["id"]) for e in events(diafan, answer)} == {("user-signed-out", ALICE["sub"])}


def test_signing_out_works_while_the_provider_does_not_answer(browser, provider):
    provider.logout_url = ""
    try:
        assert browser.post("/sign-out").json() == {"sessions": 1, "end_session_url": None}
    finally:
        provider.logout_url = "https://id.example/logout"


def test_the_provider_ends_a_session_by_its_own_name(diafan, browser, provider):
    other_secret, _ = begin(diafan, "colleague")
    answer = browser.post(BACK_CHANNEL, data={"logout_token": provider.logout_token(sub=None, jti="by-sid")})
    assert answer.status_code == 204
    assert answer.headers["cache-control"] == "no-store"
    assert is_problem(browser.get("/session"), 401)["reason"] == "session-expired"
    assert {(e["type"], e["detail"]["reason"], e["agent"]["id"]) for e in events(diafan, answer)} == {
        ("user-signed-out", "back-channel", ALICE["sub"])
    }
    assert diafan.sessions.find(other_secret)


def test_the_provider_ends_all_sessions_of_a_person(diafan, browser, provider):
    one, other = (begin(diafan, "colleague")[1] for _ in range(2))
    token = provider.logout_token(sub="colleague", sid=None, jti="by-sub")
    assert browser.post(BACK_CHANNEL, data={"logout_token": token}).status_code == 204
    assert [diafan.sessions.is_live(session.id) for session in (one, other)] == [False, False]
    assert browser.get("/session").status_code == 200


def test_the_provider_ends_one_of_several_sessions_of_a_person(diafan, browser, another, provider):
    with diafan.engine.begin() as db:
        mine = diafan.sessions.find(another.cookies["diafan"]).id
        db.execute(sa.update(SessionRecord).where(SessionRecord.id == mine).values(provider_sid="s-other"))
    token = provider.logout_token(jti="one-of-two")
    assert browser.post(BACK_CHANNEL, data={"logout_token": token}).status_code == 204
    assert browser.get("/session").status_code == 401
    assert another.get("/session").status_code == 200


def test_a_logout_token_counts_once(diafan, url, browser, provider):
    token = provider.logout_token(jti="once")
    assert browser.post(BACK_CHANNEL, data={"logout_token": token}).status_code == 204
    browser.cookies.clear()
    browser.sign_in()
    answer = browser.post(BACK_CHANNEL, data={"logout_token": token})
    problem = is_problem(answer, 400)
    assert (problem["error"], problem["reason"]) == ("invalid_request", "replayed")
    assert browser.get("/session").status_code == 200


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"iss": "https://evil.example"}, "issuer"),
        ({"aud": "billing"}, "audience"),
        ({"iat": None}, "not-yet-valid"),
        ({"events": {}}, "claims"),
        ({"nonce": "n"}, "nonce"),
        ({"sub": None, "sid": None}, "claims"),
        ({"exp": 1}, "expired"),
        ({"jti": None}, "claims"),
    ],
)
def test_a_logout_token_with_one_fault_ends_nothing(diafan, browser, provider, fault, reason):
    answer = browser.post(BACK_CHANNEL, data={"logout_token": provider.logout_token(**{"jti": str(fault), **fault})})
    assert is_problem(answer, 400)["reason"] == reason
    assert browser.get("/session").status_code == 200
    assert (events(diafan, answer)[0]["type"], events(diafan, answer)[0]["detail"]["reason"]) == (
        "token-refused",
        reason,
    )


@pytest.mark.parametrize(
    "body",
    [
        {"content": b""},
        {"content": b"logout_token=" + b"x" * 70_000},
        {"content": b"\xff\xfe&&==" + b"&a=b" * 100},
        {"content": iter([b"logout_token=x"])},
        {"json": {"logout_token": "x"}},
    ],
)
def test_what_is_no_logout_at_all_is_a_bad_request(browser, body):
    # Nothing was read as a token: not one that is too large, either.
    assert is_problem(browser.post(BACK_CHANNEL, **body), 400)["reason"] == "missing"


@pytest.mark.parametrize("headers", [{"Diafan-Unattended": "?1"}, {"Accept": "text/event-stream"}])
def test_what_a_page_asks_by_itself_is_no_use_of_a_session(diafan, browser, clock, headers):
    clock.forward(minutes=29)
    assert browser.get("/studies", headers=headers).status_code == 200
    clock.forward(minutes=1)
    assert is_problem(browser.get("/studies"), 401)["reason"] == "session-expired"


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_changes_nothing_though_the_browser_sends_the_cookie(diafan, browser, headers):
    for path in ("/sign-out", "/studies"):
        answer = browser.post(path, headers=headers)
        assert is_problem(answer, 403)["type"] == "urn:diafan:problem:cross-site"
        [event] = events(diafan, answer)
        assert (event["type"], event["detail"]["reason"], event["agent"]["id"]) == (
            "access-denied",
            "cross-site",
            ALICE["sub"],
        )
    assert browser.get("/studies", headers=headers).status_code == 200, "looking changes nothing"


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "", "origin": "http://127.0.0.1:8710"}]
)
def test_our_own_pages_may_change_something(browser, headers):
    assert browser.post("/sign-out", headers=headers).status_code == 200


def test_a_token_beside_the_cookie_is_what_counts(diafan, browser):
    for header in ("Bearer not-a-token", "Basic eDp5", "Bearer"):
        answer = browser.get("/studies", headers={"authorization": header})
        assert is_problem(answer, 401)["reason"] in {"malformed", "missing"}
    # A system is no browser: it needs no Origin, and is nobody's session.
    answer = browser.post("/sign-out", headers={"authorization": "Bearer x"})
    assert answer.status_code == 200, "whose session ends is the browser's question"


def test_a_session_opens_what_its_roles_open_and_may_have_several(diafan, browser, url):
    secret, _ = begin(diafan, "both", [PersonRole.OFFICER, PersonRole.ADMINISTRATOR])
    with Browser(url, cookie=f"diafan={secret}") as both:
        assert both.get("/session").json()["scopes"] == [Scope.AUDIT_READ, Scope.OPS]
        assert both.get("/audit").status_code == both.get("/deliveries").status_code == 200
        refused = both.get("/studies")
    assert "a role with the scope study.read" in is_problem(refused, 403)["detail"]


def test_what_is_over_is_removed_and_its_end_recorded_once(diafan, clock):
    _idle, ended, live = (begin(diafan, subject) for subject in ("idle", "ended", "live"))
    diafan.sessions.end(ended[1], everywhere=False)
    clock.forward(minutes=29)
    diafan.sessions.use(diafan.sessions.find(live[0]))
    clock.forward(minutes=1)
    for _ in range(2):
        diafan.sessions.sweep()
    with diafan.engine.connect() as db:
        left = set(db.scalars(sa.select(SessionRecord.subject)))
        told = db.scalars(
            sa.text(
                "select event::jsonb -> 'agent' ->> 'id' from audit.entry where event::jsonb -> 'detail' ->> 'reason' = 'expired'"
            )
        )
        assert list(told).count("idle") == 1
    assert "live" in left
    assert not {"idle", "ended"} & left


def test_attempts_links_and_logout_tokens_past_their_time_are_removed(diafan, clock, browser, provider):
    browser.to_provider()
    browser.post(BACK_CHANNEL, data={"logout_token": provider.logout_token(jti="swept")})
    clock.forward(minutes=11)
    diafan.sessions.sweep()
    with diafan.engine.connect() as db:
        for table in ("sign_in_attempt", "sign_in_link", "used_logout_token"):
            assert db.scalar(sa.text(f"select count(*) from {table}")) == 0
