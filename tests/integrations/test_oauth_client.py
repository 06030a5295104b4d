"""Client credentials: what is asked for, how long a token is kept, and what a refusal means."""

import base64
from contextlib import ExitStack, closing
from urllib.parse import parse_qs

import pytest
from http_fake import http_server

from integrations.errors import Rejected, Unavailable
from integrations.oauth_client import ClientCredentials, get_json


@pytest.fixture
def server():
    with http_server() as running:
        yield running


@pytest.fixture
def source(server):
    with ExitStack() as stack:
        url, audience = server.url + "/token", "https://ehr.example/fhir"
        yield lambda: stack.enter_context(
            closing(ClientCredentials(url, "diafan", "s3cret", "system/*.write", audience))
        )


def grant(server, token, **more):
    server.will(200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600, **more})


def test_a_token_is_asked_for_as_the_standards_say(server, source):
    grant(server, "one")
    assert source().token() == "one"
    (asked,) = server.asked
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"diafan:s3cret").decode()
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["system/*.write"],
        "resource": ["https://ehr.example/fhir"],
    }


def test_a_token_is_kept_until_shortly_before_it_expires(server, source):
    tokens = source()
    grant(server, "one", expires_in=31)
    grant(server, "two", expires_in=29)
    grant(server, "three")
    assert [tokens.token() for _ in range(2)] == ["one", "one"]
    assert source().token() == "two"
    grant(server, "four")
    short = source()
    assert [short.token() for _ in range(2)] == ["three", "three"]
    assert short.token(renew=True) == "four"
    assert short.token() == "four"


def test_a_token_near_its_end_is_replaced(server, source):
    tokens = source()
    grant(server, "one", expires_in=20)
    grant(server, "two")
    assert [tokens.token() for _ in range(2)] == ["one", "two"]


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (401, {"error": "invalid_client", "error_description": "x"}, Rejected),
        (400, {"error": "invalid_scope"}, Rejected),
        (400, {"error": "temporarily_unavailable"}, Unavailable),
        (404, b"<html>", Rejected),
        (302, b"", Rejected),
        (200, b"<html>", Rejected),
        (200, {"token_type": "Bearer"}, Rejected),
        (200, {"access_token": "x", "token_type": "mac"}, Rejected),
        (429, {}, Unavailable),
        (503, {"error": "invalid_client"}, Unavailable),
    ],
)
def test_a_refusal_is_told_apart_from_not_now(server, status, content, error, source):
    tokens = source()
    server.will(status, content)
    with pytest.raises(error) as caught:
        tokens.token()
    assert "s3cret" not in str(caught.value)
    grant(server, "later")
    assert tokens.token() == "later", "nothing of a failure is kept"


def test_a_failed_renewal_does_not_bring_the_refused_token_back(server, source):
    tokens = source()
    grant(server, "one")
    tokens.token()
    server.will(503, {})
    with pytest.raises(Unavailable):
        tokens.token(renew=True)
    grant(server, "two")
    assert tokens.token() == "two"


def test_a_document_is_a_json_object(server):
    server.will(200, {"keys": []})
    assert get_json(server.url + "/jwks") == {"keys": []}
    for status, content, error in (
        (200, [1], Rejected),
        (200, b"x", Rejected),
        (404, {}, Rejected),
        (500, {}, Unavailable),
    ):
        server.will(status, content)
        with pytest.raises(error):
            get_json(server.url + "/jwks")
    with pytest.raises(Unavailable):
        get_json("http://127.0.0.1:1/jwks", timeout_s=1)
