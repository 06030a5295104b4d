"""An ID token must be the answer to our own question, a logout token the provider's own word: each with one fault is refused."""

import base64
import hashlib

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from service.id_token import LOGOUT_EVENT, IdTokens
from service.signed_token import Reason, TokenError
from service.token_keys import LocalKeys

NOW = 1_800_000_000
ISSUER = "https://id.example/realms/hospital"
CLIENT = "diafan-web"
KEYS = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "okp"}),
}
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa"})
ID = {"iss": ISSUER, "aud": CLIENT, "sub": "6f0e", "iat": NOW, "exp": NOW + 300, "nonce": "n-1", "sid": "s-1"}
LOGOUT = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "6f0e",
    "sid": "s-1",
    "iat": NOW,
    "exp": NOW + 120,
    "jti": "j-1",
    "events": {LOGOUT_EVENT: {}},
}


@pytest.fixture(scope="module")
def tokens():
    keys = LocalKeys({"keys": [key.as_dict(private=False) for key in KEYS.values()]})
    return IdTokens(ISSUER, CLIENT, keys, now=lambda: NOW)


def signed(claims, header=None, key=None, alg="RS256"):
    key = key or KEYS[alg]
    header = {"alg": alg, "kid": key.kid, "typ": "JWT"} | (header or {})
    told = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({k: v for k, v in header.items() if v is not None}, told, key, algorithms=[alg])


def half_hash(text, digest=hashlib.sha256):
    whole = digest(text.encode()).digest()
    return base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"aud": [CLIENT]},
        {"azp": CLIENT},
        {"aud": [CLIENT, "billing"], "azp": CLIENT},
        {"at_hash": half_hash("access")},
        {"exp": NOW - 29},
    ],
)
def test_the_answer_to_our_question_is_believed(tokens, claims):
    assert tokens.person(signed(ID | claims), nonce="n-1", access_token="access")["sub"] == "6f0e"


@pytest.mark.parametrize(("alg", "digest"), [("ES256", hashlib.sha256), ("Ed25519", hashlib.sha512)])
def test_it_may_be_signed_in_every_way_that_an_access_token_may(tokens, alg, digest):
    token = signed(ID | {"at_hash": half_hash("access", digest)}, alg=alg)
    assert tokens.person(token, nonce="n-1", access_token="access")["sub"] == "6f0e"


FALSE_IDS = {
    "a subject with a line break": (signed(ID | {"sub": "a\nb"}), Reason.CLAIMS),
    "a subject beyond ASCII": (signed(ID | {"sub": "6f0\u0435"}), Reason.CLAIMS),
    "good for a year": (signed(ID | {"exp": NOW + 365 * 86400}), Reason.CLAIMS),
    "another nonce": (signed(ID | {"nonce": "n-2"}), Reason.NONCE),
    "no nonce": (signed(ID | {"nonce": None}), Reason.NONCE),
    "nonce is a number": (signed(ID | {"nonce": 1}), Reason.CLAIMS),
    "another's key": (signed(ID, key=STRANGER), Reason.SIGNATURE),
    "an algorithm outside the list": (signed(ID, alg="RS384", key=KEYS["RS256"]), Reason.ALGORITHM),
    "another issuer": (signed(ID | {"iss": "https://evil.example"}), Reason.ISSUER),
    "another client": (signed(ID | {"aud": "billing"}), Reason.AUDIENCE),
    "another client, issued to us": (signed(ID | {"aud": "billing", "azp": CLIENT}), Reason.AUDIENCE),
    "issued to another": (signed(ID | {"azp": "billing"}), Reason.AUDIENCE),
    "for others, too, and issued to nobody": (signed(ID | {"aud": [CLIENT, "billing"]}), Reason.AUDIENCE),
    "for others, too, and issued to them": (signed(ID | {"aud": [CLIENT, "x"], "azp": "x"}), Reason.AUDIENCE),
    "expired": (signed(ID | {"exp": NOW - 31}), Reason.EXPIRED),
    "never expires": (signed(ID | {"exp": None}), Reason.CLAIMS),
    "issued in the future": (signed(ID | {"iat": NOW + 60}), Reason.NOT_YET_VALID),
    "never issued": (signed(ID | {"iat": None}), Reason.NOT_YET_VALID),
    "nobody": (signed(ID | {"sub": None}), Reason.CLAIMS),
    "the hash of another access token": (signed(ID | {"at_hash": half_hash("other")}), Reason.CLAIMS),
    "the hash by another function": (signed(ID | {"at_hash": half_hash("access", hashlib.sha512)}), Reason.CLAIMS),
    "an access token": (signed(ID, {"typ": "at+jwt"}), Reason.TYPE),
    "a logout token": (signed(ID, {"typ": "logout+jwt"}), Reason.TYPE),
    "nothing": ("", Reason.MISSING),
}


@pytest.mark.parametrize("case", FALSE_IDS)
def test_an_id_token_with_one_fault_is_refused(tokens, case):
    token, reason = FALSE_IDS[case]
    with pytest.raises(TokenError) as refused:
        tokens.person(token, nonce="n-1", access_token="access")
    assert refused.value.reason is reason


@pytest.mark.parametrize("typ", ["logout+jwt", "JWT", None, "application/logout+jwt"])
@pytest.mark.parametrize(
    ("claims", "who"), [({}, ("6f0e", "s-1")), ({"sid": None}, ("6f0e", "")), ({"sub": None}, ("", "s-1"))]
)
def test_a_logout_token_says_who_is_signed_out(tokens, typ, claims, who):
    said = tokens.logout(signed(LOGOUT | claims, {"typ": typ}))
    assert (said.subject, said.sid) == who
    assert said.jti == "j-1"
    assert said.forget_at.timestamp() > NOW + 300 + 30, "remembered for as long as it would be good"


FALSE_LOGOUTS = {
    "a subject with a null byte": (signed(LOGOUT | {"sub": "a\0"}), Reason.CLAIMS),
    "another's key": (signed(LOGOUT, key=STRANGER), Reason.SIGNATURE),
    "another issuer": (signed(LOGOUT | {"iss": "https://evil.example"}), Reason.ISSUER),
    "another client": (signed(LOGOUT | {"aud": "billing"}), Reason.AUDIENCE),
    "no time of issue": (signed(LOGOUT | {"iat": None}), Reason.NOT_YET_VALID),
    "issued in the future": (signed(LOGOUT | {"iat": NOW + 60}), Reason.NOT_YET_VALID),
    "issued long ago": (signed(LOGOUT | {"iat": NOW - 301, "exp": NOW + 999}), Reason.EXPIRED),
    "expired": (signed(LOGOUT | {"exp": NOW - 31}), Reason.EXPIRED),
    "never expires": (signed(LOGOUT | {"exp": None}), Reason.CLAIMS),
    "no event": (signed(LOGOUT | {"events": None}), Reason.CLAIMS),
    "another event": (signed(LOGOUT | {"events": {"https://evil.example/event": {}}}), Reason.CLAIMS),
    "events in a list": (signed(LOGOUT | {"events": [LOGOUT_EVENT]}), Reason.CLAIMS),
    "an event that is no object": (signed(LOGOUT | {"events": {LOGOUT_EVENT: True}}), Reason.CLAIMS),
    "a nonce": (signed(LOGOUT | {"nonce": "n-1"}), Reason.NONCE),
    "nobody": (signed(LOGOUT | {"sub": None, "sid": None}), Reason.CLAIMS),
    "a session in a list": (signed(LOGOUT | {"sid": ["s-1"]}), Reason.CLAIMS),
    "no name of its own": (signed(LOGOUT | {"jti": None}), Reason.CLAIMS),
    "an empty name": (signed(LOGOUT | {"jti": ""}), Reason.CLAIMS),
    "an access token": (signed(LOGOUT, {"typ": "at+jwt"}), Reason.TYPE),
    "an ID token": (signed(ID), Reason.CLAIMS),
}


@pytest.mark.parametrize("case", FALSE_LOGOUTS)
def test_a_logout_token_with_one_fault_is_refused(tokens, case):
    token, reason = FALSE_LOGOUTS[case]
    with pytest.raises(TokenError) as refused:
        tokens.logout(token)
    assert refused.value.reason is reason
