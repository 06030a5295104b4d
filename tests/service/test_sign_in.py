"""Signing in at an OpenID provider: who comes in, who does not and what they read, and what stays behind."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from integrations.errors import Rejected, Unavailable
from service import app as root
from service.api.pages import page
from service.settings import Settings
from service.signed_token import ALGORITHMS
from tests.service.people import ALICE, ISSUER, Browser, Clock, Provider, events, served, with_provider


@pytest.fixture(scope="module")
def clock():
    return Clock()


@pytest.fixture(scope="module")
def embedded(folder, clock):
    with root.assemble(Settings(data_dir=folder / "s"), clock) as diafan:
        yield diafan


@pytest.fixture(scope="module")
def bent(clock):
    """Return the provider that the served Diafan knows; each test begins with an honest one: see `provider`."""
    return Provider(clock)


@pytest.fixture(scope="module")
def diafan(embedded, bent):
    return with_provider(embedded, bent)


@pytest.fixture(scope="module")
def url(diafan):
    with served(diafan) as url:
        yield url


@pytest.fixture
def provider(bent, clock):
    bent.__dict__.update(vars(Provider(clock)))
    return bent


@pytest.fixture
def browser(url, provider):
    with Browser(url) as browser:
        yield browser


def goes_to(page):
    return re.search(r'<meta http-equiv="refresh" content="0; url=([^"]*)">', page.text)[1]


def is_page_without_session(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "diafan=" not in answer.headers.get("set-cookie", "")
    assert "<script" not in answer.text
    return answer


def test_a_person_comes_back_signed_in_and_goes_on_by_a_page_of_ours(diafan, browser):
    page = browser.sign_in(next="/app/studies/1.2.3?tab=images")
    assert page.status_code == 200
    assert goes_to(page) == "/app/studies/1.2.3?tab=images"
    strict, attempt = page.headers.get_list("set-cookie")
    assert re.fullmatch(r"diafan=[\w-]{43}; HttpOnly; Path=/; SameSite=strict", strict)
    assert re.fullmatch(r'diafan-sign-in-[\w-]{8}=""; HttpOnly; Max-Age=0; Path=/sign-in; SameSite=lax', attempt)
    who = browser.get("/session").json()
    assert (who["name"], who["subject"], who["roles"]) == (ALICE["name"], ALICE["sub"], ["physician"])
    assert who["scopes"] == ["review.write", "study.read", "study.write"]
    [event] = events(diafan, page)
    assert (event["type"], event["outcome"]) == ("user-signed-in", "success")
    assert event["agent"] | {"token_id": ""} == {
        "kind": "person",
        "id": ALICE["sub"],
        "client": "diafan-web",
        "issuer": ISSUER,
        "address": "127.0.0.1",
        "roles": ["physician"],
        "token_id": "",
    }


def test_what_they_do_then_is_recorded_as_theirs(diafan, browser):
    signed_in = events(diafan, browser.sign_in())[0]["agent"]
    answer = browser.get("/studies")
    assert answer.status_code == 200
    assert [(e["type"], e["agent"]) for e in events(diafan, answer)] == [("studies-queried", signed_in)]


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/app/../docs",
        "/app/%2e%2E/docs",
        "/app",
        "/docs",
        "app/",
        "/app/\r\nSet-Cookie: x=1",
        "/app/\t//evil.example",
        "/app/<script>",
        '/app/"><script>',
        "/app/" + "x" * 2001,
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_sent_anywhere_but_into_the_client(browser, away):
    assert goes_to(browser.sign_in(next=away)) == "/app/"


def test_a_page_shows_text_as_text(browser):
    assert "0; url=/app/?a=1&amp;b=2" in browser.sign_in(next="/app/?a=1&b=2").text
    shown = page(200, "<b>", ["<i>"], command="<u>", link='"><s>', link_text="<s>", goes_to='"><s>').body.decode()
    assert not any(tag in shown for tag in ("<b>", "<i>", "<u>", "<s>"))


def test_a_first_attempt_survives_a_second_one_in_another_tab(browser):
    first, second = browser.to_provider(), browser.to_provider()
    for answer in (first, second):
        assert browser.get("/sign-in/callback", params=answer).status_code == 200


MISSENT = {
    "another state": lambda answer: answer | {"state": answer["state"][:-1] + "~"},
    "no state": lambda answer: answer | {"state": ""},
    "the state of another browser": lambda answer: answer | {"state": "A" * 43},
}


@pytest.mark.parametrize("case", MISSENT)
def test_an_answer_with_another_state_is_refused_and_costs_nobody_their_attempt(diafan, browser, provider, case):
    answer = browser.to_provider()
    page = is_page_without_session(browser.get("/sign-in/callback", params=MISSENT[case](answer)), 400)
    assert 'href="/sign-in"' in page.text
    assert provider.exchanged == 0
    [event] = events(diafan, page)
    assert (event["type"], event["detail"]["reason"]) == ("sign-in-refused", "state-mismatch")
    assert browser.get("/sign-in/callback", params=answer).status_code == 200


def test_an_answer_in_another_browser_is_refused(url, browser):
    answer = browser.to_provider()
    with Browser(url) as other:
        is_page_without_session(other.get("/sign-in/callback", params=answer), 400)


def test_an_answer_counts_once(diafan, browser, provider):
    answer = browser.to_provider()
    attempt = dict(browser.cookies)
    assert browser.get("/sign-in/callback", params=answer).status_code == 200
    again = browser.get(
        "/sign-in/callback", params=answer, headers={"cookie": "; ".join(f"{k}={v}" for k, v in attempt.items())}
    )
    is_page_without_session(again, 400)
    assert events(diafan, again)[0]["detail"]["reason"] == "attempt-expired"
    assert provider.exchanged == 1


def test_an_attempt_ends_after_ten_minutes(browser, clock):
    answer = browser.to_provider()
    clock.forward(minutes=10)
    is_page_without_session(browser.get("/sign-in/callback", params=answer), 400)


def test_a_code_that_the_provider_refuses_signs_nobody_in(diafan, browser):
    answer = browser.to_provider()
    page = is_page_without_session(browser.get("/sign-in/callback", params=answer | {"code": "stolen"}), 502)
    assert events(diafan, page)[0]["detail"]["reason"] == "code-refused"
    assert "stolen" not in page.text


def test_a_code_is_bound_to_the_browser_by_its_verifier(browser, url):
    mine = browser.to_provider()
    with Browser(url) as thief:
        theirs = thief.to_provider()
        is_page_without_session(thief.get("/sign-in/callback", params=theirs | {"code": mine["code"]}), 502)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"claims": {"nonce": "of-another-attempt"}}, "id-token-nonce"),
        ({"claims": {"aud": "billing"}}, "id-token-audience"),
        ({"claims": {"iss": "https://evil.example"}}, "id-token-issuer"),
        ({"claims": {"exp": 1}}, "id-token-expired"),
        ({"claims": {"at_hash": "AAAA"}}, "id-token-claims"),
        ({"header": {"typ": "at+jwt"}}, "id-token-type"),
        ({"header": {"kid": "other"}}, "id-token-unknown-key"),
    ],
)
def test_an_id_token_with_a_fault_signs_nobody_in(diafan, browser, provider, fault, reason):
    vars(provider).update(fault)
    page = is_page_without_session(browser.sign_in(), 502)
    [event] = events(diafan, page)
    assert (event["type"], event["detail"]["reason"]) == ("sign-in-refused", reason)
    assert reason not in page.text


@pytest.mark.parametrize(
    ("told", "status", "reason"),
    [
        ({"error": "access_denied"}, 403, "access-denied"),
        ({"error": "server_error"}, 502, "provider-error"),
        ({"error": "<script>alert(1)</script>"}, 502, "provider-error"),
        ({}, 502, "provider-error"),
        ({"iss": "https://evil.example", "code": "code-0"}, 502, "issuer-mismatch"),
    ],
)
def test_what_the_provider_says_instead_of_a_code_is_told_in_our_own_words(
    diafan, browser, provider, told, status, reason
):
    answer = {"state": browser.to_provider()["state"], "error_description": "<b>Kowalski</b>", **told}
    page = is_page_without_session(browser.get("/sign-in/callback", params=answer), status)
    assert "Kowalski" not in page.text
    assert 'href="/sign-in"' in page.text
    assert events(diafan, page)[0]["detail"]["reason"] == reason
    assert provider.exchanged == 0


def test_the_providers_name_in_its_answer_is_accepted(browser):
    assert browser.get("/sign-in/callback", params=browser.to_provider() | {"iss": ISSUER}).status_code == 200


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_provider_that_does_not_answer_is_named_as_the_reason(diafan, browser, provider, when):
    if when == "before":
        provider.fails = Unavailable("down")
        page = browser.get("/sign-in")
    else:
        answer = browser.to_provider()
        provider.fails = Unavailable("down")
        page = browser.get("/sign-in/callback", params=answer)
    is_page_without_session(page, 503)
    assert events(diafan, page)[0]["detail"]["reason"] == "provider-unavailable"


@pytest.mark.parametrize("roles", [[], ["janitor"], ["Physician"], {"physician": True}])
def test_who_has_no_role_is_signed_in_nowhere_and_the_log_knows_who_it_was(diafan, browser, provider, roles):
    provider.who["roles"] = roles
    page = is_page_without_session(browser.sign_in(), 403)
    assert "no role" in page.text
    [event] = events(diafan, page)
    assert (event["type"], event["detail"]["reason"]) == ("access-denied", "no-role")
    assert (event["agent"]["kind"], event["agent"]["id"], event["agent"]["issuer"]) == ("person", ALICE["sub"], ISSUER)
    assert "Kanarek" not in str(event)
    assert browser.get("/session").status_code == 401


def test_roles_that_the_id_token_does_not_tell_are_asked_for(browser, provider):
    del provider.who["roles"]
    provider.more = {"sub": ALICE["sub"], "roles": ["officer"]}
    assert browser.sign_in().status_code == 200
    assert browser.get("/session").json()["roles"] == ["officer"]


def test_roles_of_another_person_are_not_taken(browser, provider):
    del provider.who["roles"]
    provider.more = {"sub": "somebody-else", "roles": ["officer"]}
    is_page_without_session(browser.sign_in(), 502)


def test_roles_that_the_id_token_tells_are_final(browser, provider):
    provider.who["roles"] = []
    provider.more = {"sub": ALICE["sub"], "roles": ["officer"]}
    is_page_without_session(browser.sign_in(), 403)


def test_an_officer_reads_the_log_and_no_image(diafan, browser, provider):
    provider.who["roles"] = ["officer"]
    browser.sign_in()
    assert browser.get("/audit").status_code == 200
    for path in (
        "/studies",
        "/studies/1.2.3",
        "/images/0d9cba1e-6a0c-4b43-9f0c-2b1c6d7f5c11/overview",
        "/deliveries",
        "/model",
    ):
        answer = browser.get(path)
        assert answer.status_code == 403 or (path.endswith("overview") and answer.status_code == 404), path
    [event] = events(diafan, browser.get("/studies"))
    assert (event["type"], event["agent"]["roles"]) == ("access-denied", ["officer"])


def test_a_data_scientist_sees_the_model_and_no_study(browser, provider):
    provider.who["roles"] = ["data-scientist"]
    browser.sign_in()
    assert browser.get("/model").status_code == 200
    assert browser.get("/studies").status_code == 403


def test_a_person_is_called_by_what_the_provider_tells(browser, provider):
    for told, shown in (
        ({"name": None, "preferred_username": "alice"}, "alice"),
        ({"name": " \0\n", "preferred_username": None}, ALICE["sub"]),
    ):
        provider.who = ALICE | told
        browser.sign_in()
        assert browser.get("/session").json()["name"] == shown


def test_no_secret_is_in_the_database_and_no_name_in_the_log(diafan, browser, provider, caplog):
    caplog.set_level("DEBUG")
    answer = browser.to_provider()
    attempt = next(iter(browser.cookies.values()))
    half_way = _everything(diafan)
    page = browser.get("/sign-in/callback", params=answer)
    secret = browser.cookies["diafan"]
    diafan.sequence_log()
    done = _everything(diafan)
    id_token_head = provider.id_token()[:40]
    for hidden in (attempt, answer["state"], answer["code"], secret, id_token_head):
        assert hidden not in half_way + done
        assert not any(hidden in str(vars(record)) for record in ours(caplog.records))
    assert ALICE["name"] in done, "the name is with the session, and with nothing else"
    assert ALICE["name"] not in _everything(diafan, leave_out="session")
    assert not any("Kanarek" in str(vars(record)) for record in caplog.records)
    assert secret not in page.text


def ours(records):
    """Leave out what the test's own browser says, and the access log that `service.logs` silences."""
    return [r for r in records if not r.name.startswith(("httpx", "httpcore", "uvicorn.access"))]


def _everything(diafan, leave_out=""):
    """Return every row of every table, binary columns as PostgreSQL shows them and as text."""
    with diafan.engine.connect() as db:
        tables = db.execute(
            sa.text(
                "select table_schema, table_name from information_schema.tables where table_schema in ('public', 'audit')"
            )
        ).all()
        rows = [
            str(tuple(bytes(v).decode("latin-1") if isinstance(v, (bytes, memoryview)) else v for v in row))
            for schema, name in tables
            if name != leave_out
            for row in db.execute(sa.text(f'select * from {schema}."{name}"'))
        ]
    return "\n".join(rows)


def test_the_providers_own_words_in_a_session_stay_sealed_until_it_ends(diafan, browser, provider):
    browser.sign_in()
    session_id = diafan.sessions.find(browser.cookies["diafan"]).id
    of_session = sa.text("select id_token from session where id = :id")
    with diafan.engine.connect() as db:
        assert bytes(db.scalar(of_session, {"id": session_id}))
    answer = browser.post("/sign-out")
    assert ".eyJ" in answer.json()["end_session_url"], "the hint is the ID token"
    with diafan.engine.connect() as db:
        assert db.scalar(of_session, {"id": session_id}) is None


def test_without_a_sign_out_at_the_provider_no_id_token_is_kept(diafan, browser, provider):
    provider.logout_url = ""
    browser.sign_in()
    assert diafan.sessions.id_token(browser.cookies["diafan"]) == ""
    assert browser.post("/sign-out").json()["end_session_url"] is None


def test_where_nobody_can_sign_in_a_page_says_why(diafan, clock):
    not_set = replace(diafan, provider=None)
    in_the_clear = replace(diafan, settings=diafan.settings.model_copy(update={"public_url": "http://diafan.example"}))
    for changed, status, words in ((not_set, 404, "oidc.client_id"), (in_the_clear, 403, "https")):
        with served(changed) as url, Browser(url) as browser:
            for path in ("/sign-in", "/sign-in/callback"):
                assert words in is_page_without_session(browser.get(path), status).text


def test_every_algorithm_of_access_tokens_is_one_for_people_and_no_other():
    assert ALGORITHMS == ("RS256", "ES256", "EdDSA", "Ed25519")


def test_a_rejecting_provider_begins_nothing(browser, provider):
    provider.fails = Rejected("names no authorization_endpoint")
    is_page_without_session(browser.get("/sign-in"), 503)
