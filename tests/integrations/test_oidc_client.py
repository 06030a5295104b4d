"""The way to an OpenID provider: what the browser and the token endpoint are asked, and what a refusal means."""

import base64
import hashlib
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest
from http_fake import http_server

from integrations.errors import Rejected, Unavailable
from integrations.oidc_client import OpenIdClient

BACK = "https://diafan.example/sign-in/callback"
VERIFIER = "v" * 43


@pytest.fixture
def server():
    with http_server() as running:
        yield running


@pytest.fixture
def client(server):
    with closing(client_of(server)) as made:
        yield made


def client_of(server, secret=""):
    return OpenIdClient(server.url, "diafan-web", secret, "openid profile", BACK)


def describe(server, **changed):
    """Let the provider describe itself next; a None leaves something out."""
    whole = {
        "issuer": server.url,
        "authorization_endpoint": f"{server.url}/authorize",
        "token_endpoint": f"{server.url}/token",
        "userinfo_endpoint": f"{server.url}/me",
        "end_session_endpoint": f"{server.url}/logout?realm=1",
        **changed,
    }
    server.will(200, {name: value for name, value in whole.items() if value is not None})


def test_the_browser_is_sent_with_state_nonce_and_challenge(server, client):
    describe(server)
    url = urlsplit(client.authorization_url(state="s-1", nonce="n-1", verifier=VERIFIER))
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{server.url}/authorize"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    assert parse_qs(url.query) == {
        "response_type": ["code"],
        "client_id": ["diafan-web"],
        "redirect_uri": [BACK],
        "scope": ["openid profile"],
        "state": ["s-1"],
        "nonce": ["n-1"],
        "code_challenge": [challenge],
        "code_challenge_method": ["S256"],
    }


def test_one_client_never_sends_the_secret_of_another(server):
    for secret in ("s3cret", ""):
        describe(server)
        server.will(200, {"access_token": "a", "token_type": "Bearer", "id_token": "i"})
        with closing(client_of(server, secret)) as client:
            client.exchange(code="c-1", verifier=VERIFIER)
    assert "authorization" in server.asked[1].headers
    assert "authorization" not in server.asked[-1].headers


@pytest.mark.parametrize("secret", ["", "s3cret"])
def test_a_code_is_exchanged_with_the_verifier(server, secret):
    describe(server)
    server.will(200, {"access_token": "a", "token_type": "Bearer", "id_token": "i"})
    with closing(client_of(server, secret)) as client:
        tokens = client.exchange(code="c-1", verifier=VERIFIER)
    assert (tokens.id_token, tokens.access_token) == ("i", "a")
    assert "i" not in repr(tokens).removeprefix("Tokens")
    asked = server.asked[-1]
    basic = "Basic " + base64.b64encode(b"diafan-web:s3cret").decode()
    assert asked.headers.get("authorization") == (basic if secret else None)
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["c-1"],
        "code_verifier": [VERIFIER],
        "redirect_uri": [BACK],
        **({} if secret else {"client_id": ["diafan-web"]}),
    }


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (400, {"error": "invalid_grant", "error_description": "used c-1"}, Rejected),
        (401, {"error": "invalid_client"}, Rejected),
        (200, {"access_token": "a", "token_type": "Bearer"}, Rejected),
        (200, {"access_token": "a", "token_type": "Bearer", "id_token": 7}, Rejected),
        (200, b"<html>", Rejected),
        (503, {}, Unavailable),
    ],
)
def test_a_refused_code_is_told_apart_from_not_now(server, client, status, content, error):
    describe(server)
    server.will(status, content)
    with pytest.raises(error) as caught:
        client.exchange(code="c-1", verifier=VERIFIER)
    assert "c-1" not in str(caught.value)


def test_more_about_the_person_is_asked_with_the_access_token(server, client):
    describe(server)
    server.will(200, {"sub": "6f0e", "roles": ["physician"]})
    assert client.userinfo("a") == {"sub": "6f0e", "roles": ["physician"]}
    assert server.asked[-1].headers["authorization"] == "Bearer a"
    server.will(403, {})
    with pytest.raises(Rejected):
        client.userinfo("a")


def test_signing_out_goes_to_the_provider_and_comes_back(server, client):
    describe(server)
    url = client.end_session_url(id_token="i", back_to="https://diafan.example/app/")
    assert url.startswith(f"{server.url}/logout?realm=1&")
    assert parse_qs(urlsplit(url).query) == {
        "realm": ["1"],
        "client_id": ["diafan-web"],
        "id_token_hint": ["i"],
        "post_logout_redirect_uri": ["https://diafan.example/app/"],
    }


def test_what_a_provider_does_not_have_is_not_asked(server, client):
    describe(server, userinfo_endpoint=None, end_session_endpoint=None)
    assert client.userinfo("a") == {}
    assert client.end_session_url(id_token="i", back_to="x") == ""
    assert len(server.asked) == 1, "one description serves several questions"


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": 7},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://evil.example/authorize"},  # another scheme than the issuer's
    ],
)
def test_a_provider_that_describes_itself_strangely_is_not_used(server, client, changed):
    describe(server, **changed)
    with pytest.raises(Rejected):
        client.authorization_url(state="s", nonce="n", verifier=VERIFIER)


def test_a_provider_that_does_not_answer_may_come_back(server, client):
    server.will(503, {})
    with pytest.raises(Unavailable):
        client.authorization_url(state="s", nonce="n", verifier=VERIFIER)
    describe(server)
    assert client.authorization_url(state="s", nonce="n", verifier=VERIFIER)
