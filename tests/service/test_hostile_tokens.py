"""What an attacker presents is refused at the door, and each refusal is one entry in the log, which repeats nothing of it."""

import http.server
import json
import threading
from dataclasses import dataclass, replace

import httpx
import pytest
from joserfc.jwk import OctKey

from integrations.oauth_client import get_json
from service.access import LocalKeys, RemoteKeys, TokenValidator
from service.roles import PersonRole
from service.sessions import Person
from tests.service.forging import (
    AUDIENCE,
    CLAIMS,
    EC,
    ISSUER,
    NOW,
    OKP,
    RSA,
    STRANGER,
    b64,
    public,
    sealed,
    signed,
    twice,
    unsigned,
    with_hmac,
)
from tests.service.people import events, served

FHIR = "/fhir/DiagnosticReport"
SECRET = b"a-secret-that-the-attacker-knows"
HONEST = public(RSA, EC, OKP)


@dataclass
class Web:
    """An HTTP server of this machine that serves what a row puts there, and remembers what it was asked."""

    url: str = ""
    body: bytes = b"{}"
    to: str = ""
    asked: int = 0


class Keys:
    """The issuer's keys, which a row may exchange."""

    def __init__(self):
        self.of = LocalKeys(HONEST)

    def find(self, kid):
        return self.of.find(kid)


@pytest.fixture(scope="module")
def web():
    it = Web()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            it.asked += 1
            self.send_response(302 if it.to and self.path != it.to else 200)
            self.send_header("Location", it.url + it.to)
            self.send_header("Content-Length", str(len(it.body)))
            self.end_headers()
            self.wfile.write(it.body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        it.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield it
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def keys():
    return Keys()


@pytest.fixture(scope="module")
def here(api, keys):
    return replace(api.diafan, validator=TokenValidator(ISSUER, AUDIENCE, keys, now=lambda: NOW))


@pytest.fixture(scope="module")
def url(here):
    with served(here) as url:
        yield url


def is_refused(here, answer, status, reason, *secrets):
    """Expect the refusal, and one entry for it that holds none of ``secrets``."""
    assert answer.status_code == status, answer.text
    [event] = events(here, answer)
    assert event["type"] == ("access-denied" if status == 403 else "token-refused")
    assert event["detail"]["reason"] == reason
    for secret in secrets:
        assert secret not in json.dumps(event)
        assert secret not in answer.text + str(answer.headers)


def bearing(url, token, path="/studies"):
    with httpx.Client(base_url=url, trust_env=False) as client:
        return client.get(path, headers=[(b"Authorization", b"Bearer " + token.encode())])


LONG_AGO = "1970-01-01T00:00:00Z"
EVIL = {"typ": "JWT"}
REFUSED = {
    "alg none": (unsigned("none"), "algorithm"),
    "alg None": (unsigned("None"), "algorithm"),
    "alg NONE": (unsigned("NONE"), "algorithm"),
    "alg nOnE": (unsigned("nOnE"), "algorithm"),
    "alg none after a blank": (unsigned(" none"), "algorithm"),
    "alg empty": (unsigned(""), "algorithm"),
    "alg null": (unsigned(None), "algorithm"),
    "alg none under an honest signature": (signed({"alg": "none"}), "algorithm"),
    "HS256 by the public key as PEM": (with_hmac(RSA.as_pem(private=False)), "algorithm"),
    "HS256 by the public key as DER": (with_hmac(RSA.as_der(private=False)), "algorithm"),
    "HS256 by the public key as JWK": (with_hmac(json.dumps(RSA.as_dict(private=False)).encode()), "algorithm"),
    "HS256 by nothing": (with_hmac(b""), "algorithm"),
    "ES256 by an RSA key": (signed({"alg": "ES256"}), "algorithm"),
    "kid that climbs": (signed({"kid": "../../../dev/null"}), "unknown-key"),
    "kid that is SQL": (signed({"kid": "rsa' OR '1'='1"}), "unknown-key"),
    "kid that is a command": (signed({"kid": "rsa; sleep 9"}), "unknown-key"),
    "kid that is a URL": (signed({"kid": "http://evil.example/key"}), "unknown-key"),
    "kid that nobody knows": (signed({"kid": "other"}), "unknown-key"),
    "kid missing": (signed({"kid": None}), "unknown-key"),
    "kid that is a list": (signed({"kid": ["rsa"]}), "unknown-key"),
    "kid of another key": (signed({"kid": "ec", "alg": "ES256"}), "signature"),
    "kid of another kind of key": (signed({"kid": "ec"}), "algorithm"),
    "kid of 3,000 letters": (signed({"kid": "k" * 3000}), "unknown-key"),
    "kid with a null byte": (signed({"kid": "rsa\0"}), "unknown-key"),
    "crit that nobody knows": (signed({"crit": ["exp2"], "exp2": 1}), "malformed"),
    "crit empty": (signed({"crit": []}), "malformed"),
    "unencoded payload": (signed({"crit": ["b64"], "b64": False}), "malformed"),
    "nested token": (signed({"cty": "JWT"}, raw=signed().encode()), "malformed"),
    "nested token by its header alone": (signed({"cty": "JWT"}), "malformed"),
    "JWE": (f"{b64({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.AAAA.AAAA.AAAA.AAAA", "malformed"),
    "token of 20 KB": (signed(claims={"x": "x" * 20_000}), "too-large"),
    "header of 5 KB": (signed({"x": "x" * 5000}), "malformed"),
    "two sub": (signed(raw=twice("sub", "administrator")), "malformed"),
    "two scope": (signed(raw=twice("scope", "ops audit.read")), "malformed"),
    "two members deep inside": (signed(raw=b'{"x": [{"a": 1, "a": 2}], ' + json.dumps(CLAIMS)[1:].encode()), "malformed"),
    "two alg": (sealed(b'{"alg":"none","alg":"RS256","kid":"rsa"}', CLAIMS), "malformed"),
    "two kid": (sealed(b'{"alg":"RS256","kid":"rsa","kid":"rsa"}', CLAIMS), "malformed"),
    "payload in UTF-16": (signed(raw=json.dumps(CLAIMS).encode("utf-16")), "malformed"),
    "payload with a byte order mark": (signed(raw=b"\xef\xbb\xbf" + json.dumps(CLAIMS).encode()), "malformed"),
    "payload and more": (signed(raw=json.dumps(CLAIMS).encode() + b"{}"), "malformed"),
    "exp past": (signed(claims={"exp": NOW - 31}), "expired"),
    "exp missing": (signed(claims={"exp": None}), "claims"),
    "exp a string": (signed(claims={"exp": str(NOW + 300)}), "claims"),
    "exp a date": (signed(claims={"exp": LONG_AGO}), "claims"),
    "exp NaN": (signed(claims={"exp": float("nan")}), "malformed"),
    "exp Infinity": (signed(claims={"exp": float("inf")}), "malformed"),
    "exp 1e308": (signed(claims={"exp": 1e308}), "claims"),
    "exp of 300 digits": (signed(claims={"exp": 10**300}), "claims"),
    "exp of 9,000 digits": (signed(raw=json.dumps(CLAIMS)[:-1].encode() + b', "y":' + b"9" * 9000 + b"}"), "malformed"),
    "exp in a year": (signed(claims={"exp": NOW + 365 * 86400}), "claims"),
    "nbf in the future": (signed(claims={"nbf": NOW + 60}), "not-yet-valid"),
    "iat in the future": (signed(claims={"iat": NOW + 60}), "not-yet-valid"),
    "iss with ours as its beginning": (signed(claims={"iss": ISSUER + ".evil.example"}), "issuer"),
    "iss with a slash more": (signed(claims={"iss": ISSUER + "/"}), "issuer"),
    "iss in capitals": (signed(claims={"iss": ISSUER.upper()}), "issuer"),
    "iss a list": (signed(claims={"iss": [ISSUER]}), "issuer"),
    "aud of others": (signed(claims={"aud": ["billing", "diafan2"]}), "audience"),
    "aud with ours within": (signed(claims={"aud": "x-diafan"}), "audience"),
    "aud in capitals": (signed(claims={"aud": "DIAFAN"}), "audience"),
    "aud in a list in a list": (signed(claims={"aud": [["diafan"]]}), "audience"),
    "sub missing": (signed(claims={"sub": None}), "claims"),
    "sub empty": (signed(claims={"sub": ""}), "claims"),
    "sub a number": (signed(claims={"sub": 7}), "claims"),
    "sub of 300 letters": (signed(claims={"sub": "s" * 300}), "claims"),
    "sub with a line break": (signed(claims={"sub": "a\nb"}), "claims"),
    "sub with a null byte": (signed(claims={"sub": "a\0"}), "claims"),
    "sub that turns the line around": (signed(claims={"sub": "a\u202eb"}), "claims"),
    "sub of letters that look like ours": (signed(claims={"sub": "p\u0430cs-gateway"}), "claims"),
    "scope with a line break": (signed(claims={"scope": "study.write\nstudy.read"}), "claims"),
    "scope with a tab": (signed(claims={"scope": "study.write\tstudy.read"}), "claims"),
    "scope with a wide blank": (signed(claims={"scope": "study.write\u2003study.read"}), "claims"),
    "scope in a list with a line break": (signed(claims={"scope": ["x\nstudy.read"]}), "claims"),
    "scope in a list in a list": (signed(claims={"scope": [["study.read"]]}), "claims"),
    "scope a map": (signed(claims={"scope": {"study.read": True}}), "claims"),
    "ID token": (signed(EVIL, {"nonce": "n", "at_hash": "h"}), "type"),
    "ID token of a provider that says it in a claim": (signed(EVIL, {"typ": "ID"}), "type"),
    "ID token that says so": (signed(EVIL, {"token_use": "id"}), "type"),
    "refresh token": (signed(EVIL, {"typ": "Refresh"}), "type"),
    "logout token": (signed({"typ": "logout+jwt"}), "type"),
    "logout token in disguise": (signed(EVIL, {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}), "type"),
    "security event": (signed({"typ": "secevent+jwt"}), "type"),
    "DPoP proof": (signed({"typ": "dpop+jwt"}), "type"),
    "bound to a key (DPoP)": (signed(claims={"cnf": {"jkt": "x"}}), "bound"),
    "bound to a certificate": (signed(claims={"cnf": {"x5t#S256": "x"}}), "bound"),
    "bound to nothing that is known": (signed(claims={"cnf": {}}), "bound"),
    "signature of another form": (signed()[:-1] + chr(ord(signed()[-1]) + 1), "signature"),
    "signature padded": (signed() + "=", "malformed"),
    "signature and more": (signed() + ".AAAA", "malformed"),
    "payload in plain base64": (signed(raw=json.dumps(CLAIMS | {"x": "~~~???"}).encode()).replace("_", "/"), "malformed"),
    "quoted": (f'"{signed()}"', "malformed"),
    "two tokens": (f"{signed()}, {signed()}", "malformed"),
    "two tokens and a blank": (f"{signed()} {signed()}", "malformed"),
    "purpose that is no code": (signed(claims={"purpose_of_use": {"TREAT": 1}}), "claims"),
    "purpose of nobody's list": (signed(claims={"purpose_of_use": "CURIOSITY"}), "purpose"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_token_is_refused_and_leaves_one_entry_without_its_text(here, url, case):
    token, reason = REFUSED[case]
    is_refused(here, bearing(url, token), 401, reason, token, token.split(".")[0])


def test_an_honest_one_comes_in(here, url):
    answer = bearing(url, signed())
    assert answer.status_code == 200
    assert [event["type"] for event in events(here, answer)] == ["studies-queried"]


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c", "x5t"])
@pytest.mark.parametrize("kid", ["rsa", "mine"])
def test_a_key_that_the_token_brings_is_neither_used_nor_fetched(here, url, web, name, kid):
    web.body = json.dumps(public(STRANGER)).encode()
    brought = {"jwk": STRANGER.as_dict(private=False), "x5c": ["AAAA"], "x5t": "AAAA"}.get(name, f"{web.url}/jwks")
    before = web.asked
    token = signed({name: brought, "kid": kid}, key=STRANGER)
    is_refused(here, bearing(url, token), 401, "signature" if kid == "rsa" else "unknown-key", web.url)
    assert web.asked == before


def many(count):
    return {"keys": [RSA.as_dict(private=False) | {"kid": f"k{n}"} for n in range(count)] + HONEST["keys"]}


POISONED = {
    "with a secret in it": (
        {"keys": [OctKey.import_key(SECRET).as_dict(private=True) | {"kid": "rsa"}]},
        with_hmac(SECRET),
        401,
        "algorithm",
    ),
    "with a secret as a key": ({"keys": [{"kty": "oct", "k": b64(SECRET), "kid": "rsa"}]}, signed(), 401, "unknown-key"),
    "with the private key": ({"keys": [RSA.as_dict(private=True)]}, signed(), 401, "unknown-key"),
    "with another key of the same name": (public(RSA, STRANGER), signed(key=STRANGER), 401, "unknown-key"),
    "with another key of the same name, before ours": (public(STRANGER, RSA), signed(), 401, "unknown-key"),
    "with a key to encrypt": (public(RSA, use="enc"), signed(), 401, "unknown-key"),
    "with a key to wrap": (public(RSA, key_ops=["wrapKey"]), signed(), 401, "unknown-key"),
    "with a key for another algorithm": (public(RSA, alg="PS256"), signed(), 401, "algorithm"),
    "with a thousand keys": (many(1000), signed(), 503, "keys-unavailable"),
    "of 17 MB": ({**HONEST, "x": "x" * (17 << 20)}, signed(), 503, "keys-unavailable"),
    "of no keys": ({"keys": {}}, signed(), 503, "keys-unavailable"),
}  # fmt: skip


@pytest.mark.parametrize("case", POISONED)
def test_a_poisoned_key_set_opens_nothing(here, url, web, keys, monkeypatch, case):
    jwks, token, status, reason = POISONED[case]
    web.body = json.dumps(jwks).encode()
    monkeypatch.setattr(keys, "of", RemoteKeys(ISSUER, get_json, f"{web.url}/jwks"))
    is_refused(here, bearing(url, token), status, reason, token)


def test_a_key_set_that_is_somewhere_else_is_not_followed(here, url, web, keys, monkeypatch):
    web.body, before = json.dumps(HONEST).encode(), web.asked
    monkeypatch.setattr(web, "to", "/elsewhere")
    monkeypatch.setattr(keys, "of", RemoteKeys(ISSUER, get_json, f"{web.url}/jwks"))
    is_refused(here, bearing(url, signed()), 503, "keys-unavailable")
    assert web.asked == before + 1


def test_the_same_key_twice_is_one_key(keys, url, monkeypatch):
    monkeypatch.setattr(keys, "of", LocalKeys(public(RSA, RSA)))
    assert bearing(url, signed()).status_code == 200


TOO_LITTLE = {
    "ours within another word": ("xstudy.read study.readx", "/studies"),
    "in capitals": ("STUDY.READ", "/studies"),
    "ours joined by a comma": ("study.read,ops", "/studies"),
    "everything": ("* study.* system/*.*", "/studies"),
    "everything of SMART 1": ("system/*.*", FHIR),
    "everything of SMART 2, elsewhere": ("system/*.cruds", "/studies"),
    "of other resources": ("system/Patient.cruds", FHIR),
    "of a person": ("user/*.cruds", FHIR),
    "of a patient": ("patient/*.cruds", FHIR),
    "with a query": ("system/DiagnosticReport.rs?status=final", FHIR),
    "out of order": ("system/DiagnosticReport.sr", FHIR),
    "no word": ("", FHIR),
}


@pytest.mark.parametrize("case", TOO_LITTLE)
def test_a_scope_opens_what_it_says_and_no_more(here, url, case):
    scope, path = TOO_LITTLE[case]
    is_refused(here, bearing(url, signed(claims={"scope": scope}), path), 403, "scope")


def test_a_scope_of_systems_opens_nothing_to_a_person(here, url):
    token = signed(claims={"scope": "system/*.rs", "sub": "6f0e", "client_id": "web"})
    is_refused(here, bearing(url, token, FHIR), 403, "scope")


TOKEN = signed()
SEARCH = {"method": "POST", "url": f"{FHIR}/_search", "data": {"access_token": TOKEN}}
STRANGE = {
    "in the address": ({"params": {"access_token": TOKEN}}, "missing"),
    "in the body": (SEARCH, "missing"),
    "in another header": ({"headers": {"X-Access-Token": TOKEN}}, "missing"),
    "in a cookie": ({"headers": {"Cookie": f"access_token={TOKEN}"}}, "missing"),
    "twice": ({"headers": [("Authorization", f"Bearer {TOKEN}")] * 2}, "malformed"),
    "and another one": ({"headers": [("Authorization", f"Bearer {TOKEN}"), ("authorization", "Basic eDp5")]}, "malformed"),
    "as Basic": ({"headers": {"Authorization": f"Basic {TOKEN}"}}, "missing"),
    "as DPoP": ({"headers": {"Authorization": f"DPoP {TOKEN}"}}, "missing"),
    "without a scheme": ({"headers": {"Authorization": TOKEN}}, "missing"),
    "with a scheme that begins alike": ({"headers": {"Authorization": f"BearerX {TOKEN}"}}, "missing"),
    "after a colon": ({"headers": {"Authorization": f"Bearer: {TOKEN}"}}, "missing"),
    "after a tab": ({"headers": {"Authorization": f"Bearer\t{TOKEN}"}}, "missing"),
    "after a hard blank": ({"headers": [(b"Authorization", b"Bearer\xa0" + TOKEN.encode())]}, "missing"),
    "after a word": ({"headers": {"Authorization": f"Bearer token {TOKEN}"}}, "malformed"),
    "after a blank and a tab": ({"headers": {"Authorization": f"Bearer \t{TOKEN}"}}, "malformed"),
    "with a realm": ({"headers": {"Authorization": f'Bearer realm="x", {TOKEN}'}}, "malformed"),
    "left out": ({"headers": {"Authorization": "Bearer"}}, "missing"),
}  # fmt: skip


@pytest.mark.parametrize("case", STRANGE)
def test_an_honest_token_is_taken_from_its_own_place_only(here, url, case):
    how, reason = STRANGE[case]
    with httpx.Client(base_url=url, trust_env=False) as client:
        answer = client.request(**{"method": "GET", "url": "/studies", **how})
    is_refused(here, answer, 401, reason, TOKEN)


@pytest.mark.parametrize("how", ["Bearer ", "bearer ", "BEARER ", "Bearer   "])
def test_the_scheme_is_one_word_however_it_is_written(url, how):
    with httpx.Client(base_url=url, trust_env=False) as client:
        assert client.get("/studies", headers={"Authorization": how + TOKEN}).status_code == 200


def test_a_header_beyond_what_the_server_reads_gets_nowhere(url):
    try:
        status = bearing(url, "x" * 1_000_000).status_code
    except httpx.TransportError:  # it hangs up on what is still being sent
        return
    assert status in {400, 431}


def test_a_session_that_was_ended_everywhere_opens_nothing_again(here, url):
    person = Person(ISSUER, "p", "Name", frozenset({PersonRole.PHYSICIAN}))
    with here.engine.begin() as db:
        secret, session = here.sessions.begin(db, person)
    with httpx.Client(base_url=url, cookies={"diafan": secret}, trust_env=False) as browser:
        assert browser.get("/studies").status_code == 200
        here.sessions.end(session, everywhere=True)
        is_refused(here, browser.get("/studies"), 401, "session-expired", secret)
