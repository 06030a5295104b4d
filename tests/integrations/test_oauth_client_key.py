"""A client that names itself by a signed JWT: what is asked, what a refusal says, and a real provider through a rotation."""

from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest
from http_fake import http_server

from integrations.errors import Rejected
from integrations.fhir_client import FhirClient
from integrations.oauth_client import ClientCredentials
from service.client_keys import ClientKeys
from tests.peers.ehr import fhir_server
from tests.peers.identity import DIAFAN, EHR, KEY_CLIENT_ID, openid_provider
from tests.peers.process import wait_for


@pytest.fixture
def server():
    with http_server() as running:
        yield running


@pytest.fixture
def connect():
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(closing(ClientCredentials(*args, **kwargs)))


class Assertions:
    def __init__(self):
        self.given = []

    def __call__(self, client_id, token_url):
        self.given.append(f"{client_id} {token_url} {len(self.given)}")
        return self.given[-1]


def test_each_request_carries_a_jwt_of_its_own_and_no_secret(server, connect):
    url, assertions = server.url + "/token", Assertions()
    tokens = connect(url, "diafan", "", "system/*.write", assertion=assertions)
    for n in range(2):
        server.will(200, {"access_token": f"t{n}", "token_type": "bearer", "expires_in": 300})
        assert tokens.token(renew=n > 0) == f"t{n}"
    assert tokens.token() == "t1"
    forms = [parse_qs(asked.body.decode()) for asked in server.asked]
    assert forms == [
        {
            "grant_type": ["client_credentials"],
            "scope": ["system/*.write"],
            "client_assertion_type": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
            "client_assertion": [f"diafan {url} {n}"],
        }
        for n in range(2)
    ]
    assert not [asked for asked in server.asked if "authorization" in asked.headers]


@pytest.mark.parametrize(
    ("off", "told"), [(timedelta(minutes=-10), "ahead of"), (timedelta(minutes=10), "behind"), (timedelta(0), "")]
)
def test_a_refused_assertion_tells_when_a_clock_is_the_likely_reason(server, connect, off, told):
    tokens = connect(server.url + "/token", "diafan", "", assertion=Assertions())
    date = format_datetime(datetime.now(UTC) + off, usegmt=True)
    server.will_write(
        [
            f"HTTP/1.1 401 Unauthorized\r\nDate: {date}\r\nContent-Length: 26\r\n\r\n".encode(),
            b'{"error":"invalid_client"}',
        ]
    )
    with pytest.raises(Rejected, match="invalid_client") as refused:
        tokens.token()
    text = str(refused.value)
    assert ("clock" in text) == bool(told)
    assert told in text


def test_a_key_that_can_not_be_used_is_told_and_nothing_is_asked(server, connect):
    def refuse(client_id, token_url):
        raise Rejected("there is no client key")

    with pytest.raises(Rejected, match="no client key"):
        connect(server.url + "/token", "diafan", "", assertion=refuse).token()
    assert server.asked == []


@pytest.mark.peers
def test_a_real_provider_takes_the_next_key_where_it_knew_it_before(server, connect, tmp_path):
    keys = ClientKeys(tmp_path)
    first, second = keys.make(timedelta(0)), keys.make(timedelta(seconds=8))
    server.will(200, lambda _: keys.jwks())
    with openid_provider(key_client={"jwks_uri": f"{server.url}/client-jwks.json"}) as provider:
        tokens = connect(provider.token_url, KEY_CLIENT_ID, "", DIAFAN.scope, EHR, assertion=keys.assertion)
        assert keys.signing().kid == first.kid
        assert tokens.token()
        wait_for(lambda: keys.signing().kid == second.kid or None, 20, "the second key to sign")
        assert tokens.token(renew=True)
        assert len(server.asked) == 1, "the provider keeps the keys that it fetched"
        with fhir_server(provider.issuer, EHR) as ehr, closing(FhirClient(ehr.url, tokens)) as client:
            assert client.find("DiagnosticReport?identifier=nobody|none") is None
        third = keys.make(timedelta(0))
        wait_for(lambda: keys.signing().kid == third.kid or None, 5, "the third key to sign")
        server.will(200, lambda _: keys.jwks())
        with pytest.raises(Rejected, match="invalid_client"):
            tokens.token(renew=True)


@pytest.mark.peers
@pytest.mark.parametrize("wrong", ["another key", "another client", "an old assertion", "the same assertion twice"])
def test_a_real_provider_refuses_what_is_not_ours(connect, tmp_path, wrong):
    keys = ClientKeys(tmp_path / "ours")
    keys.ensure()
    with openid_provider(key_client={"jwks": keys.jwks()}) as provider:
        ask = lambda assertion: connect(  # noqa: E731
            provider.token_url, KEY_CLIENT_ID, "", DIAFAN.scope, EHR, assertion=assertion
        ).token()
        assert ask(keys.assertion)
        if wrong == "another key":
            others = ClientKeys(tmp_path / "others")
            others.ensure()
            assertion = others.assertion
        elif wrong == "another client":
            assertion = lambda _, url: keys.assertion("somebody", url)  # noqa: E731
        elif wrong == "an old assertion":
            assertion = ClientKeys(tmp_path / "ours", lambda: datetime.now(UTC) - timedelta(minutes=10)).assertion
        else:
            used = keys.assertion(KEY_CLIENT_ID, provider.token_url)
            assertion = lambda *_: used  # noqa: E731
            assert ask(assertion)
        with pytest.raises(Rejected, match="refused this client"):
            ask(assertion)
