"""The issuer's keys: rotated with it, asked for rarely, and never taken from elsewhere."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey

from integrations.errors import Rejected, Unavailable
from service.access import LocalKeys, Reason, RemoteKeys, TokenError, TokenValidator
from service.token_keys import KeysUnavailable

ISSUER = "https://id.example"
DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"
JWKS_URL = f"{ISSUER}/jwks"
OLD, NEW = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("old", "new"))


def public(*keys):
    return {"keys": [key.as_dict(private=False) for key in keys]}


class Provider:
    """An issuer of which a test may change the keys, the clock and the health; it counts what it is asked."""

    def __init__(self):
        self.documents = {DISCOVERY: {"issuer": ISSUER, "jwks_uri": JWKS_URL}, JWKS_URL: public(OLD)}
        self.asked = []
        self.error = None
        self.now = 1000.0

    def get_json(self, url):
        self.asked.append(url)
        if self.error:
            raise self.error
        return self.documents[url]

    def keys(self, **settings):
        return RemoteKeys(ISSUER, self.get_json, now=lambda: self.now, **settings)


@pytest.fixture
def provider():
    return Provider()


def test_keys_are_discovered_once_and_kept(provider):
    keys = provider.keys()
    for _ in range(5):
        assert keys.find("old") is not None
    assert provider.asked == [DISCOVERY, JWKS_URL]


def test_a_known_address_of_the_keys_needs_no_discovery(provider):
    assert provider.keys(jwks_url=JWKS_URL).find("old") is not None
    assert provider.asked == [JWKS_URL]


def test_a_new_key_is_accepted_as_soon_as_a_token_names_it(provider):
    keys = provider.keys()
    validator = TokenValidator(ISSUER, "diafan", keys, now=lambda: 0)
    claims = {"iss": ISSUER, "aud": "diafan", "sub": "gw", "exp": 60}
    validator.validate(jwt.encode({"alg": "ES256", "kid": "old"}, dict(claims), OLD))
    provider.documents[JWKS_URL] = public(OLD, NEW)
    provider.now += 11
    validator.validate(jwt.encode({"alg": "ES256", "kid": "new"}, dict(claims), NEW))


def test_a_flood_of_invented_key_ids_is_no_flood_of_requests(provider):
    keys = provider.keys(jwks_url=JWKS_URL)
    assert [keys.find(f"invented-{n}") for n in range(100)] == [None] * 100
    assert len(provider.asked) == 1
    provider.now += 11
    assert keys.find("invented") is None
    assert len(provider.asked) == 2


def test_a_key_that_was_withdrawn_is_refused_after_the_lifetime(provider):
    keys = provider.keys()
    assert keys.find("old") is not None
    provider.documents[JWKS_URL] = public(NEW)
    provider.now += 299
    assert keys.find("old") is not None
    provider.now += 2
    assert keys.find("old") is None


@pytest.mark.parametrize("error", [Unavailable("down"), Rejected("404"), ValueError("no JSON")])
def test_known_keys_outlive_an_issuer_that_is_down_but_not_for_ever(provider, error):
    keys = provider.keys()
    keys.find("old")
    provider.error = error
    provider.now += 3599
    assert keys.find("old") is not None
    provider.now += 2
    with pytest.raises(KeysUnavailable, match="reachable"):
        keys.find("old")
    provider.error, provider.now = None, provider.now + 11
    assert keys.find("old") is not None


def test_an_issuer_that_never_answered_is_our_fault_and_not_the_tokens(provider):
    provider.error = Unavailable("down")
    validator = TokenValidator(ISSUER, "diafan", provider.keys())
    with pytest.raises(TokenError) as refused:
        validator.validate(jwt.encode({"alg": "ES256", "kid": "old"}, {}, OLD))
    assert refused.value.reason is Reason.KEYS_UNAVAILABLE


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example", "jwks_uri": JWKS_URL},
        {"issuer": ISSUER, "jwks_uri": "http://id.example/jwks"},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks_uri": 7},
    ],
)
def test_a_discovery_document_of_another_issuer_or_without_tls_is_not_followed(provider, discovery):
    provider.documents[DISCOVERY] = discovery
    provider.documents["http://id.example/jwks"] = public(OLD)
    with pytest.raises(KeysUnavailable):
        provider.keys().find("old")
    assert provider.asked == [DISCOVERY]


def test_a_known_key_does_not_wait_for_a_slow_issuer(provider):
    keys = provider.keys(jwks_url=JWKS_URL)
    keys.find("old")
    provider.now += 301
    asked, answer = threading.Event(), threading.Event()

    def slow(url):
        asked.set()
        assert answer.wait(10)
        return provider.documents[url]

    keys._get_json = slow
    refresher = threading.Thread(target=keys.find, args=("old",))
    refresher.start()
    assert asked.wait(10)
    assert keys.find("old") is not None  # while the other thread still waits
    answer.set()
    refresher.join(10)


def test_requests_that_come_at_once_ask_the_issuer_once(provider):
    keys = provider.keys(jwks_url=JWKS_URL)
    at_once = threading.Barrier(8)

    def slow(url):
        time.sleep(0.05)  # long enough for the others to arrive
        return provider.get_json(url)

    def ask(_):
        at_once.wait(10)
        return keys.find("old")

    keys._get_json = slow
    with ThreadPoolExecutor(8) as pool:
        assert all(key is not None for key in pool.map(ask, range(8)))
    assert provider.asked == [JWKS_URL]


def test_keys_that_cannot_be_used_are_passed_over():
    with pytest.warns(SecurityWarning, match="2048"):
        weak = RSAKey.generate_key(1024, {"kid": "weak"}).as_dict(private=False)
    nameless = {k: v for k, v in OLD.as_dict(private=False).items() if k != "kid"}
    symmetric = OctKey.generate_key(256, {"kid": "symmetric"}).as_dict(private=True)
    broken = {"kty": "EC", "kid": "broken", "crv": "P-256", "x": "AA", "y": "AA"}
    future = {"kty": "AKP", "kid": "future", "alg": "ML-DSA-44", "pub": "AA"}
    keys = LocalKeys({"keys": [weak, nameless, symmetric, broken, future, "junk", *public(OLD)["keys"]]})
    assert keys.find("old") is not None
    assert [keys.find(kid) for kid in ("weak", "symmetric", "broken", "future")] == [None] * 4
    assert LocalKeys(public(RSAKey.generate_key(2048, {"kid": "rsa"}))).find("rsa") is not None


@pytest.mark.parametrize("jwks", [{}, {"keys": None}, {"keys": "abc"}])
def test_no_list_of_keys_is_refused(jwks):
    with pytest.raises(ValueError, match="list of keys"):
        LocalKeys(jwks)
