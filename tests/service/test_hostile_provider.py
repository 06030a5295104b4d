"""What a real OpenID provider gives for other purposes, and what is made of its tokens, opens nothing here."""

import base64
import json
from dataclasses import replace

import httpx
import pytest

from integrations.oauth_client import get_json
from service.access import RemoteKeys, TokenValidator
from service.settings import Oidc
from tests.peers import identity as openid
from tests.service.forging import b64, with_hmac
from tests.service.people import events, served

pytest_plugins = ["tests.peers.fixtures"]
pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def here(api, identity):
    oidc = Oidc(issuer=identity.issuer)
    keys = RemoteKeys(oidc.issuer, get_json)
    settings = api.diafan.settings.model_copy(update={"oidc": oidc})
    return replace(
        api.diafan, settings=settings, validator=TokenValidator(oidc.issuer, oidc.audience, keys), issuer=None
    )


@pytest.fixture(scope="module")
def url(here):
    with served(here) as url:
        yield url


def ask(url, token):
    return httpx.get(f"{url}/studies", headers={"Authorization": f"Bearer {token}"}, trust_env=False)


def parts(token):
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def test_its_own_token_for_us_comes_in(identity, url):
    assert ask(url, identity.token(openid.READER)).status_code == 200


FORGED = {
    "for the EHR": (lambda identity, _: identity.token(openid.DIAFAN), "audience"),
    "with another's claims": (lambda _, token: swapped(token, {"sub": "administrator"}), "signature"),
    "that asks for more": (lambda _, token: swapped(token, {"scope": "audit.read"}), "signature"),
    "without its signature": (lambda _, token: f"{b64(parts(token)[0] | {'alg': 'none'})}.{token.split('.')[1]}.", "algorithm"),
    "by the public key": (lambda identity, _: by_public_key(identity), "algorithm"),
    "cut off": (lambda _, token: token[:-10], "signature"),
    "of a key that it never had": (lambda _, token: f"{b64(parts(token)[0] | {'kid': 'x'})}.{token.split('.', 1)[1]}", "unknown-key"),
}  # fmt: skip


def swapped(token, claims):
    header, payload = parts(token)
    return f"{b64(header)}.{b64(payload | claims)}.{token.split('.')[2]}"


def by_public_key(identity):
    [key, *_] = httpx.get(identity.jwks_url, trust_env=False).json()["keys"]
    return with_hmac(json.dumps(key).encode(), kid=key["kid"])


@pytest.mark.parametrize("case", FORGED)
def test_what_is_made_of_its_tokens_does_not(here, identity, url, case):
    make, reason = FORGED[case]
    token = make(identity, identity.token(openid.READER))
    answer = ask(url, token)
    assert answer.status_code == 401
    [event] = events(here, answer)
    assert (event["type"], event["detail"]["reason"]) == ("token-refused", reason)


def test_a_token_of_a_key_that_it_has_forgotten_is_refused_once_that_is_known(here, identity, url):
    old = identity.token(openid.READER)
    identity.rotate_keys(forget=True)
    here.validator._reader._keys._fetched_at = here.validator._reader._keys._tried_at = float("-inf")
    assert ask(url, identity.token(openid.READER)).status_code == 200
    assert ask(url, old).status_code == 401
