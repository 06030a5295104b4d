"""People sign in at a real OpenID provider and out again: in Chromium, whose rules for cookies are what this stands on, and by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Request, sync_playwright

from tests.diafan_process import DiafanProcess
from tests.journeys.hospital import database
from tests.peers import identity as openid
from tests.peers.process import free_port, wait_for
from tests.peers.setup import DEBIAN

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]

_FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)
_CLIENTS = {
    "public": {"client_id": openid.WEB_CLIENT_ID},
    "confidential": {"client_id": openid.CONFIDENTIAL_CLIENT_ID, "client_secret": openid.CONFIDENTIAL_SECRET},
}


@dataclass(frozen=True)
class House:
    """A Diafan, as a browser reaches it, and the provider that it trusts. To a browser they are two sites: localhost and 127.0.0.1."""

    url: str
    diafan: DiafanProcess
    provider: openid.Provider


@pytest.fixture(scope="module", params=list(_CLIENTS))
def house(request: pytest.FixtureRequest, peers_set_up: None, folder: Path) -> Iterator[House]:
    port = free_port()
    url = f"http://localhost:{port}"
    redirect = f"{url}/sign-in/callback"
    with openid.openid_provider([redirect], diafan_url=f"http://127.0.0.1:{port}", back_to=f"{url}/app/") as provider:
        oidc = {"issuer": provider.issuer, "audience": openid.API, "roles": openid.ROLES, **_CLIENTS[request.param]}
        own = folder / request.param
        own.mkdir()
        diafan = DiafanProcess(own, {"oidc": oidc, "public_url": url}, http_port=port)
        diafan.start("--role", "api", ready_s=600)
        try:
            yield House(url, diafan, provider)
        finally:
            diafan.stop()


@pytest.fixture
def chromium() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=DEBIAN["chromium"], args=list(_FLAGS), timeout=120_000)
        try:
            context = browser.new_context()
            context.set_default_timeout(120_000)
            yield context
        finally:
            browser.close()


def _at_provider(page: Page, house: House, login: str) -> None:
    """Answer the provider's questions as a person does, until it sends the browser back."""
    while page.url.startswith(house.provider.issuer):
        if page.locator("input[name=login]").count():
            page.fill("input[name=login]", login)
            page.fill("input[name=password]", "any")
        with page.expect_navigation():
            page.click("button[type=submit]")


def test_a_browser_is_signed_in_and_out_and_its_cookie_is_strict(house: House, chromium: BrowserContext) -> None:
    page = chromium.new_page()
    requests: list[Request] = []
    page.on("request", lambda asked: requests.append(asked))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto(f"{house.url}/sign-in?next=/app/studies")
    _at_provider(page, house, "alice")
    page.wait_for_url(f"{house.url}/app/studies")
    sent = {urlsplit(asked.url).path: asked.all_headers().get("cookie", "") for asked in requests}
    # The callback came from another site and brought no strict cookie; the page that it answered with made the next request its own.
    assert "diafan-sign-in-" in sent["/sign-in/callback"]
    assert "diafan=" not in sent["/sign-in/callback"]
    assert re.search(r"diafan=[\w-]{43}", sent["/app/studies"])
    (cookie,) = [c for c in chromium.cookies() if urlsplit(house.url).hostname == c["domain"]]
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == ("diafan", True, "Strict", -1)
    assert page.evaluate("document.cookie") == ""

    page.goto(f"{house.url}/session")
    assert '"name":"Alice Radiologist"' in page.content()
    assert '"roles":["physician"]' in page.content()

    # A link on another site: the browser keeps a strict cookie back.
    elsewhere = chromium.new_page()
    elsewhere.goto(f"{house.provider.issuer}/.well-known/openid-configuration")
    elsewhere.evaluate(f"location.assign('{house.url}/session')")
    elsewhere.wait_for_url(f"{house.url}/session")
    assert '"reason":"missing"' in elsewhere.content()

    answer = page.request.post(f"{house.url}/sign-out", headers={"origin": house.url})
    url = answer.json()["end_session_url"]
    page.goto(url)
    page.click("button[value=yes]")
    page.wait_for_url(re.compile(rf"{house.url}/app/.*"))
    page.goto(f"{house.url}/session")
    assert '"status":401' in page.content()
    page.goto(f"{house.url}/sign-in")
    assert page.locator("input[name=login]").count() == 1, "the provider asks again"


def _walk(client: httpx.Client, url: str, login: str, *, cancel: bool = False) -> httpx.Response:
    """Follow the provider's pages from ``url``, without a browser, and return what Diafan's callback answers."""
    answer = client.get(url)
    for _ in range(20):
        if answer.is_redirect:
            location = str(answer.next_request.url)
            answer = client.get(location)
            if "/sign-in/callback" in location:
                return answer
            continue
        action = httpx.URL(re.search(r'action="([^"]+)"', answer.text)[1].replace("&amp;", "&"))
        prompt = re.search(r'name="prompt" value="([^"]+)"', answer.text)[1]
        if cancel:
            answer = client.get(f"{answer.url.join(action)}/abort")
        else:
            answer = client.post(answer.url.join(action), data={"prompt": prompt, "login": login, "password": "any"})
    raise AssertionError("the provider never sent the browser back")


@pytest.fixture
def person() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=60, headers={"sec-fetch-site": "same-origin"}) as client:
        yield client


@pytest.mark.parametrize(
    ("login", "roles", "opens", "stays_shut"),
    [
        ("alice", ["physician"], "/studies", "/audit"),
        ("bob", ["officer"], "/audit", "/studies"),
        ("carol", ["administrator"], "/deliveries", "/studies"),
        ("dora", ["data-scientist"], "/model", "/studies"),
    ],
)
def test_each_person_opens_what_their_role_opens(house, person, login, roles, opens, stays_shut) -> None:
    assert _walk(person, f"{house.url}/sign-in", login).status_code == 200
    assert person.get(f"{house.url}/session").json()["roles"] == roles
    assert person.get(f"{house.url}{opens}").status_code == 200
    assert person.get(f"{house.url}{stays_shut}").status_code == 403


def test_who_has_no_role_comes_in_nowhere(house: House, person: httpx.Client) -> None:
    page = _walk(person, f"{house.url}/sign-in", "erin")
    assert page.status_code == 403
    assert "no role" in page.text
    assert person.get(f"{house.url}/session").status_code == 401


def test_who_stops_on_the_way_reads_so(house: House, person: httpx.Client) -> None:
    page = _walk(person, f"{house.url}/sign-in", "alice", cancel=True)
    assert page.status_code == 403
    assert "did not let you in" in page.text


def test_a_replayed_answer_signs_nobody_in(house: House, person: httpx.Client) -> None:
    done = _walk(person, f"{house.url}/sign-in", "alice")
    assert done.status_code == 200
    with httpx.Client(trust_env=False, timeout=60) as thief:
        assert thief.get(done.url).status_code == 400
        begun = thief.get(f"{house.url}/sign-in")
        state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
        replayed = thief.get(done.url.copy_set_param("state", state))
    assert replayed.status_code == 502, "the provider itself refuses a code for the second time"


def test_a_sign_out_at_the_provider_ends_the_session_here(house: House, person: httpx.Client) -> None:
    _walk(person, f"{house.url}/sign-in", "alice")
    assert person.get(f"{house.url}/session").status_code == 200
    page = person.get(f"{house.provider.issuer}/session/end")
    action = re.search(r'action="([^"]+)"', page.text)[1]
    xsrf = re.search(r'name="xsrf" value="([^"]+)"', page.text)[1]
    person.post(page.url.join(action), data={"xsrf": xsrf, "logout": "yes"})
    ended = wait_for(lambda: r if (r := person.get(f"{house.url}/session")).status_code == 401 else None, 30, "the end")
    assert ended.json()["reason"] == "session-expired"


def test_keys_that_the_provider_rotates_sign_people_in(house: House, person: httpx.Client) -> None:
    house.provider.rotate_keys()
    # Keys are asked for again at most every ten seconds.
    wait_for(
        lambda: _walk(person, f"{house.url}/sign-in", "alice").status_code == 200 or None, 60, "a sign-in", poll_s=1
    )


def test_no_name_is_in_the_log_or_the_audit_log(house: House, person: httpx.Client) -> None:
    _walk(person, f"{house.url}/sign-in", "bob")
    secret = person.cookies["diafan"]
    entries = person.get(f"{house.url}/audit", params={"limit": 500}).text
    running = house.diafan.log.read_text()
    assert "user-signed-in" in entries
    for hidden in ("Alice", "Radiologist", "Bob Officer", secret, "eyJ"):
        assert hidden not in entries
        assert hidden not in running


def test_no_token_is_in_the_database(house: House, person: httpx.Client) -> None:
    _walk(person, f"{house.url}/sign-in", "alice")
    with database(house.diafan) as db:
        rows = db.execute("select name, id_token, secret_sha256 from session").fetchall()
    assert any(name == "Alice Radiologist" for name, _, _ in rows)
    for _, id_token, secret_sha256 in rows:
        assert id_token is None or not id_token.startswith(b"eyJ")
        assert len(secret_sha256) == 32
