"""One-time links of the embedded default: once, for ten minutes, on this machine, and only without a provider."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from service import app as root
from service.roles import PersonRole
from service.secret import digest_of
from service.settings import Settings
from service.terminal import one_time_link
from tests.service.people import Browser, Clock, Provider, events, served, with_provider


@pytest.fixture(scope="module")
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def today(clock):
    clock.now = Clock().now


@pytest.fixture(scope="module")
def data_dir(folder):
    return folder / "l"


@pytest.fixture(scope="module")
def diafan(data_dir, clock):
    with root.assemble(Settings(data_dir=data_dir), clock) as diafan:
        yield diafan


@pytest.fixture(scope="module")
def url(diafan):
    with served(diafan) as url:
        yield url


@pytest.fixture
def browser(url):
    with Browser(url) as browser:
        yield browser


def path_of(link):
    assert link.startswith("http://127.0.0.1:8710/sign-in/link/")
    return link.removeprefix("http://127.0.0.1:8710")


def test_a_link_signs_in_once(diafan, browser):
    path = path_of(one_time_link(diafan, [PersonRole.PHYSICIAN, PersonRole.OFFICER], "Kanarek"))
    page = browser.get(path)
    assert page.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/app/">' in page.text
    assert re.fullmatch(r"diafan=[\w-]{43}; HttpOnly; Path=/; SameSite=strict", page.headers["set-cookie"])
    who = browser.get("/session").json()
    assert (who["name"], who["roles"]) == ("Kanarek", ["officer", "physician"])
    [event] = events(diafan, page)
    assert (event["type"], event["agent"]["client"], event["agent"]["issuer"]) == (
        "user-signed-in",
        "diafan-web",
        "http://127.0.0.1:8710",
    )
    assert event["agent"]["id"].startswith("os-user:")
    assert "Kanarek" not in str(event)
    again = browser.get(path)
    assert (again.status_code, "set-cookie" in again.headers) == (410, False)
    assert events(diafan, again)[0]["detail"]["reason"] == "link-used-or-old"


def test_of_two_who_open_it_at_once_one_comes_in(diafan, url):
    for _ in range(5):
        path = path_of(one_time_link(diafan, [PersonRole.PHYSICIAN], "x"))
        with ThreadPoolExecutor(8) as pool, Browser(url) as browser:
            statuses = list(pool.map(lambda p: browser.get(p).status_code, [path] * 8))
        assert sorted(statuses) == [200] + [410] * 7


def test_a_link_is_too_old_after_ten_minutes(diafan, browser, clock):
    path = path_of(one_time_link(diafan, [PersonRole.PHYSICIAN], "x"))
    clock.forward(minutes=10)
    assert browser.get(path).status_code == 410


def test_a_link_is_kept_as_its_hash_and_recorded_without_it(diafan):
    code = path_of(one_time_link(diafan, [PersonRole.PHYSICIAN], "Kanarek")).rpartition("/")[2]
    assert len(code) == 43
    with diafan.engine.connect() as db:
        rows = db.execute(sa.text("select * from sign_in_link")).all()
        last = db.scalar(sa.text("select event from audit.entry order by id desc limit 1"))
    assert digest_of(code) in [bytes(row.code_sha256) for row in rows]
    assert code not in str(rows)
    assert not any(code.encode() in bytes(row.code_sha256) for row in rows)
    assert '"token-issued"' in last
    assert '"kind":"sign-in-link"' in last
    assert code not in last
    assert "Kanarek" not in last


@pytest.mark.parametrize("code", ["", "x" * 43, "..%2F..%2Fdocs", "%00", "'; drop table session"])
def test_what_is_no_link_signs_nobody_in(browser, code):
    answer = browser.get(f"/sign-in/link/{code}")
    assert answer.status_code in {404, 410}
    assert "set-cookie" not in answer.headers


def test_without_a_provider_the_way_in_tells_of_the_links(browser):
    page = browser.get("/sign-in", params={"next": "https://evil.example"})
    assert page.status_code == 200
    assert "diafan sign-in --role physician" in page.text
    assert "set-cookie" not in page.headers
    assert browser.get("/sign-in/callback").status_code == 404
    assert browser.post("/sign-in/back-channel-logout", data={"logout_token": "x"}).status_code == 404


def test_signing_out_has_no_provider_to_go_to(diafan, browser):
    browser.get(path_of(one_time_link(diafan, [PersonRole.PHYSICIAN], "x")))
    assert browser.post("/sign-out").json() == {"sessions": 1, "end_session_url": None}


def test_with_a_provider_there_are_no_links(diafan, clock):
    provided = with_provider(diafan, Provider(clock))
    path = path_of(one_time_link(diafan, [PersonRole.PHYSICIAN], "x"))
    with pytest.raises(ValueError, match="OpenID provider"):
        one_time_link(provided, [PersonRole.PHYSICIAN], "x")
    with served(provided) as url, Browser(url) as browser:
        page = browser.get(path)
    assert (page.status_code, "set-cookie" in page.headers) == (404, False)
    # Nor does a link work where only the settings are wrong: the embedded issuer is not there.
    with served(replace(provided, provider=None)) as url, Browser(url) as browser:
        assert browser.get(path).status_code == 404


def sign_in(data_dir, *words, **environment):
    """Run the command beside the running service, as a process of its own: in ours it would stop our database at its end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DIAFAN_")}
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "sign-in", *words],
        env={**clean, "DIAFAN_DATA_DIR": str(data_dir), "COLUMNS": "400", **environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.mark.parametrize(
    ("words", "name", "roles"),
    [
        ([], "Local user", ["physician"]),
        (["--role", "officer", "--role", "data-scientist", "--name", "Ola"], "Ola", ["data-scientist", "officer"]),
    ],
)
def test_the_command_prints_a_link_and_nothing_else(diafan, browser, data_dir, words, name, roles):
    done = sign_in(data_dir, *words)
    assert done.returncode == 0, done.stderr
    assert browser.get(path_of(done.stdout.strip())).status_code == 200
    who = browser.get("/session").json()
    assert (who["name"], who["roles"]) == (name, roles)


def test_the_command_says_who_signs_people_in_where_a_provider_is_configured(diafan, data_dir):
    done = sign_in(data_dir, DIAFAN_OIDC__ISSUER="https://id.example")
    assert done.returncode == 1
    assert "an OpenID provider is configured" in done.stderr
    assert done.stdout == ""
