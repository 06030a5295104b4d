"""The web client as the API serves it: its files, its one page, its policy, and nothing beside them."""

import gzip
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest

from service.api import client as served
from service.api import create_api
from service.settings import Settings
from tests.web.serving import Browser, serving

ROOT = Path(__file__).parents[2]
PAGE = (
    '<meta property="csp-nonce" nonce="DIAFAN_CSP_NONCE"><script src="/app/assets/index-1.js" nonce="DIAFAN_CSP_NONCE">'
)


@pytest.fixture
def built(tmp_path, monkeypatch) -> Path:
    """A folder as the build leaves one, with a secret beside it."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(PAGE)
    (dist / "assets" / "index-1.js").write_text("begin()")
    (dist / "assets" / "index-1.js.gz").write_bytes(gzip.compress(b"begin()"))
    (dist / "assets" / "plex.woff2").write_bytes(b"font")
    (dist / "assets" / ".hidden.js").write_text("secret")
    (dist / "assets" / "notes.txt").write_text("secret")
    (tmp_path / "secret.js").write_text("secret")
    monkeypatch.setattr(served, "DIST", dist)
    return dist


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser before an API that has no database: the client needs none."""
    nowhere = SimpleNamespace(settings=Settings(), database=SimpleNamespace(url=""))
    with serving(create_api(nowhere)) as port:
        yield Browser(port)


@pytest.mark.parametrize("address", ["/", "/app"])
def test_whoever_opens_diafan_comes_to_the_client(browser, address):
    answer = browser.get(address)
    assert (answer.status_code, answer.headers["location"]) == (307, "/app/")


@pytest.mark.parametrize("address", ["/app/", "/app/worklist", "/app/studies/2.25.7", "/app/worklist?status=parked"])
def test_every_address_of_the_client_gets_its_page_which_no_one_keeps(built, browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "index-1.js" in answer.text


def test_the_policy_allows_our_files_and_styles_with_a_nonce_that_is_used_once(built, browser):
    nonces = set()
    for _ in range(3):
        answer = browser.get("/app/")
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["require-trusted-types-for"] == "'script'"
        assert {policy["frame-ancestors"], policy["base-uri"], policy["form-action"]} == {"'none'"}
        assert "unsafe" not in answer.headers["content-security-policy"]
        [nonce] = re.findall(r"'nonce-([A-Za-z0-9_-]{24,})'", policy["style-src"])
        assert answer.text.count(f'nonce="{nonce}"') == 2
        assert "DIAFAN_CSP_NONCE" not in answer.text
        nonces.add(nonce)
    assert len(nonces) == 3


def test_a_page_that_was_built_again_is_served_anew(built, browser):
    assert "index-1.js" in browser.get("/app/").text
    (built / "index.html").write_text(PAGE.replace("index-1", "index-2"))
    assert "index-2.js" in browser.get("/app/").text


def test_files_with_a_hash_in_their_name_may_be_kept_for_ever(built, browser):
    answer = browser.get("/app/assets/index-1.js", headers={"accept-encoding": "identity"})
    assert (answer.status_code, answer.content) == (200, b"begin()")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert browser.get("/app/assets/plex.woff2").headers["content-type"] == "font/woff2"


@pytest.mark.parametrize(
    ("taken", "encoding"),
    [
        ("gzip, deflate, br", "gzip"),
        ("br;q=1.0, gzip;q=0.8", "gzip"),
        ("gzip;q=0", None),
        ("br", None),
        ("identity", None),
    ],
)
def test_a_file_travels_compressed_where_the_browser_takes_that(built, browser, taken, encoding):
    answer = browser.get("/app/assets/index-1.js", headers={"accept-encoding": taken})
    assert answer.content == b"begin()"
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "name",
    [
        "../index.html", "..%2findex.html", "%2e%2e/secret.js", "..%2f..%2fsecret.js", "%2e%2e%2f%2e%2e%2fsecret.js",
        "..", ".", "%2e%2e", ".hidden.js", "notes.txt", "index-1.js%00.css", "..%5c..%5csecret.js", "/etc/passwd", "index-1.js/",
        "%2fetc%2fpasswd", "missing.js", "index-1.js.gz", "a" * 300 + ".js",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_built_files(built, browser, name):
    answer = browser.get(f"/app/assets/{name}")
    assert b"secret" not in answer.content
    assert b"root:" not in answer.content
    # An address that the browser itself shortens is one of the client's; everything else is a problem.
    assert answer.status_code in {404, 422} or "index-1.js" in answer.text


def test_where_the_client_is_not_built_a_page_says_how(browser, monkeypatch, tmp_path):
    monkeypatch.setattr(served, "DIST", tmp_path)
    answer = browser.get("/app/worklist")
    assert answer.status_code == 503
    assert "python -m service.web.build" in answer.text
    assert browser.get("/app/assets/index-1.js").status_code == 404


def test_the_documentation_and_the_api_keep_policies_of_their_own(browser):
    assert "'unsafe-inline'" in browser.get("/docs").headers["content-security-policy"]
    assert browser.get("/health/live").headers["content-security-policy"].startswith("default-src 'none'")


def test_the_client_is_no_part_of_the_api_s_description(browser):
    assert not [path for path in browser.get("/openapi.json").json()["paths"] if path.startswith("/app")]


@pytest.mark.slow
def test_the_wheel_holds_the_built_client_and_nothing_that_it_is_built_from(tmp_path):
    built = ROOT / "service" / "web" / "dist" / "index.html"
    if not built.is_file():
        pytest.fail("the client is not built: type  .venv/bin/python -m service.web.build")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as files:
        ours = {name.removeprefix("service/web/") for name in files.namelist() if name.startswith("service/web/")}
    assert {"__init__.py", "build.py", "openapi.py", "dist/index.html"} <= ours
    assert any(re.fullmatch(r"dist/assets/index-.*\.js", name) for name in ours)
    assert {name.split("/")[0] for name in ours} == {"__init__.py", "build.py", "openapi.py", "dist"}
