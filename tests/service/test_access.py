"""A hostile token must not get in, whatever it says; an honest one of any supported kind must."""

import warnings

import pytest
from authlib.deprecate import AuthlibDeprecationWarning
from joserfc import jwt
from joserfc.jwk import RSAKey

from service.access import LocalKeys, Principal, Reason, Scope, TokenError, TokenValidator
from tests.service.forging import (
    AUDIENCE,
    CLAIMS,
    EC,
    HEADER,
    ISSUER,
    NOW,
    OKP,
    RSA,
    STRANGER,
    b64,
    public,
    signed,
    unsigned,
    with_hmac,
)

ENCRYPTION = RSAKey.generate_key(2048, {"kid": "enc", "use": "enc"})
ONLY_PS256 = RSAKey.generate_key(2048, {"kid": "ps", "alg": "PS256"})
JWKS = public(RSA, EC, ENCRYPTION, ONLY_PS256)
JWKS["keys"].append(OKP.as_dict(private=False) | {"alg": "EdDSA", "use": "sig"})


def tampered():
    header, _, signature = signed().split(".")
    return f"{header}.{b64(CLAIMS | {'scope': 'ops audit.read'})}.{signature}"


def deep(part):
    nested = ("[" * 1500 + "]" * 1500).encode()
    return f"{b64(nested)}.{b64(CLAIMS)}.AAAA" if part == "header" else f"{b64(HEADER)}.{b64(nested)}.AAAA"


@pytest.fixture(scope="module")
def validator():
    return TokenValidator(ISSUER, AUDIENCE, LocalKeys(JWKS), now=lambda: NOW)


HOSTILE = {
    "nothing": ("", Reason.MISSING),
    "not a token": ("hunter2", Reason.MALFORMED),
    "four parts": (signed() + ".AAAA", Reason.MALFORMED),
    "encrypted token": ("a.b.c.d.e", Reason.MALFORMED),
    "blank inside": (signed().replace(".", " .", 1), Reason.MALFORMED),
    "characters beyond ASCII": (signed() + "ł", Reason.MALFORMED),
    "header is no JSON": (f"{b64(b'{')}.{b64(CLAIMS)}.AAAA", Reason.MALFORMED),
    "header is a list": (f"{b64(['alg'])}.{b64(CLAIMS)}.AAAA", Reason.MALFORMED),
    "header nested 1500 deep": (deep("header"), Reason.MALFORMED),
    "payload nested 1500 deep": (deep("payload"), Reason.SIGNATURE),
    "header over 4 KB": (signed({"x": "x" * 4096}), Reason.MALFORMED),
    "over 16 KB": (signed(claims={"roles": ["r" * 20_000]}), Reason.TOO_LARGE),
    "alg none": (unsigned("none"), Reason.ALGORITHM),
    "alg None": (unsigned("None"), Reason.ALGORITHM),
    "alg none of an unknown key": (signed({"alg": "none", "kid": "?"}), Reason.ALGORITHM),
    "alg missing": (signed({"alg": None}), Reason.MALFORMED),
    "alg is a list": (signed({"alg": ["RS256"]}), Reason.ALGORITHM),
    "HMAC with the public key": (with_hmac(RSA.as_pem(private=False)), Reason.ALGORITHM),
    "HMAC with nothing": (with_hmac(b""), Reason.ALGORITHM),
    "algorithm outside the list": (signed({"alg": "RS384"}), Reason.ALGORITHM),
    "algorithm of another kind of key": (signed({"alg": "ES256"}), Reason.ALGORITHM),
    "Ed448 as EdDSA": (signed({"alg": "Ed448"}), Reason.ALGORITHM),
    "key meant for encryption": (signed({"kid": "enc"}, key=ENCRYPTION), Reason.UNKNOWN_KEY),
    "key meant for another algorithm": (signed({"kid": "ps"}, key=ONLY_PS256), Reason.ALGORITHM),
    "no kid": (signed({"kid": None}), Reason.UNKNOWN_KEY),
    "unknown kid": (signed({"kid": "../../etc/passwd"}), Reason.UNKNOWN_KEY),
    "kid is a number": (signed({"kid": 1}), Reason.UNKNOWN_KEY),
    "own key in the header": (
        signed({"kid": "mine", "jwk": STRANGER.as_dict(private=False)}, key=STRANGER),
        Reason.UNKNOWN_KEY,
    ),
    "own key in the header under a known kid": (
        signed({"jwk": STRANGER.as_dict(private=False)}, key=STRANGER),
        Reason.SIGNATURE,
    ),
    "own key by jku": (signed({"jku": "https://evil.example/jwks"}, key=STRANGER), Reason.SIGNATURE),
    "own key by x5u": (signed({"x5u": "https://evil.example/cert"}, key=STRANGER), Reason.SIGNATURE),
    "crit that nobody knows": (signed({"crit": ["exp2"], "exp2": 1}), Reason.MALFORMED),
    "unencoded payload": (signed({"crit": ["b64"], "b64": False}), Reason.MALFORMED),
    "another's signature": (signed(key=STRANGER), Reason.SIGNATURE),
    "no signature": (signed().rsplit(".", 1)[0] + ".", Reason.SIGNATURE),
    "changed claims": (tampered(), Reason.SIGNATURE),
    "an ID token": (signed({"typ": "ID"}), Reason.TYPE),
    "a logout token": (signed({"typ": "logout+jwt"}), Reason.TYPE),
    "expired": (signed(claims={"exp": NOW - 31}), Reason.EXPIRED),
    "never expires": (signed(claims={"exp": None}), Reason.CLAIMS),
    "expires at NaN": (signed(claims={"exp": float("nan")}), Reason.MALFORMED),
    "expires at Infinity": (signed(claims={"exp": float("inf")}), Reason.MALFORMED),
    "expires in words": (signed(claims={"exp": "tomorrow"}), Reason.CLAIMS),
    "expires at true": (signed(claims={"exp": True}), Reason.CLAIMS),
    "not yet valid": (signed(claims={"nbf": NOW + 60}), Reason.NOT_YET_VALID),
    "issued in the future": (signed(claims={"iat": NOW + 60}), Reason.NOT_YET_VALID),
    "another issuer": (signed(claims={"iss": "https://evil.example"}), Reason.ISSUER),
    "issuer with a slash more": (signed(claims={"iss": ISSUER + "/"}), Reason.ISSUER),
    "issuers in a list": (signed(claims={"iss": [ISSUER]}), Reason.ISSUER),
    "another audience": (signed(claims={"aud": "billing"}), Reason.AUDIENCE),
    "audience that begins alike": (signed(claims={"aud": "diafan2"}), Reason.AUDIENCE),
    "audiences of others": (signed(claims={"aud": ["billing", "mail"]}), Reason.AUDIENCE),
    "payload is no JSON": (signed(raw=b"{"), Reason.MALFORMED),
    "payload is a list": (signed(raw=["a"]), Reason.MALFORMED),
    "payload nested 1500 deep, well signed": (signed(raw=b"[" * 1500 + b"]" * 1500), Reason.MALFORMED),
    "client is a number": (signed(claims={"client_id": 7}), Reason.CLAIMS),
    "no issuer": (signed(claims={"iss": None}), Reason.ISSUER),
    "no audience": (signed(claims={"aud": None}), Reason.AUDIENCE),
    "no subject": (signed(claims={"sub": None}), Reason.CLAIMS),
    "empty subject": (signed(claims={"sub": ""}), Reason.CLAIMS),
    "subject is a list": (signed(claims={"sub": ["a"]}), Reason.CLAIMS),
    "scope is a map": (signed(claims={"scope": {"ops": True}}), Reason.CLAIMS),
    "roles are numbers": (signed(claims={"roles": [1]}), Reason.CLAIMS),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_token_is_refused_with_its_reason_and_nothing_else(validator, case):
    token, reason = HOSTILE[case]
    with pytest.raises(TokenError) as refused:
        validator.validate(token)
    assert refused.value.reason is reason
    assert str(refused.value) == f"token refused: {reason}"


def test_an_honest_token_becomes_a_principal(validator):
    assert validator.validate(signed()) == Principal(
        subject="pacs-gateway",
        kind="system",
        client_id="pacs-gateway",
        scopes=frozenset({Scope.STUDY_READ, Scope.STUDY_WRITE}),
        roles=frozenset(),
        issuer=ISSUER,
        token_id="t-1",
    )


def test_scopes_decide_what_a_principal_may(validator):
    principal = validator.validate(signed())
    assert principal.may(Scope.STUDY_READ)
    assert not principal.may(Scope.AUDIT_READ)
    assert not principal.may(Scope.OPS)


@pytest.mark.parametrize(("alg", "key"), [("RS256", RSA), ("ES256", EC), ("Ed25519", OKP)])
def test_tokens_made_by_joserfc_are_accepted(validator, alg, key):
    token = jwt.encode({"alg": alg, "kid": key.kid}, dict(CLAIMS), key, [alg])
    assert validator.validate(token).subject == "pacs-gateway"


@pytest.mark.parametrize(("alg", "key"), [("RS256", RSA), ("ES256", EC), ("EdDSA", OKP)])
def test_tokens_made_by_authlib_are_accepted(validator, alg, key):
    with warnings.catch_warnings():  # it says itself that joserfc follows it
        warnings.simplefilter("ignore", AuthlibDeprecationWarning)
        from authlib.jose import JsonWebKey, JsonWebToken  # noqa: PLC0415

    private = JsonWebKey.import_key(key.as_dict(private=True))
    token = JsonWebToken([alg]).encode({"alg": alg, "kid": key.kid, "typ": "at+jwt"}, CLAIMS, private).decode()
    assert validator.validate(token).token_id == "t-1"


@pytest.mark.parametrize(
    "change",
    [
        {"header": {"typ": "JWT"}},
        {"header": {"typ": None}},
        {"header": {"typ": "application/at+jwt"}},
        {"header": {"x5t": "abc", "x-of-the-issuer": 1}},
        {"header": {"jku": "https://id.example/jwks"}},
        {"header": {"typ": "JWT"}, "claims": {"typ": "Bearer", "nonce": "of Keycloak, until 24"}},
        {"header": {"typ": None}, "claims": {"token_use": "access", "auth_time": NOW}},
        {"claims": {"exp": NOW + 31 * 86400}},
        {"claims": {"scope": " study.read  openid "}},
        {"claims": {"aud": ["billing", AUDIENCE]}},
        {"claims": {"exp": NOW - 29}},
        {"claims": {"nbf": NOW + 29, "iat": NOW + 29}},
        {"claims": {"iat": None, "jti": None, "client_id": None}},
    ],
)
def test_what_honest_issuers_do_differently_is_accepted(validator, change):
    assert validator.validate(signed(**change)).subject == "pacs-gateway"


@pytest.mark.parametrize("scope", ["ops audit.read", ["ops", "audit.read"], ["ops", "audit.read", "email"]])
def test_scopes_come_as_words_or_as_a_list(validator, scope):
    assert validator.validate(signed(claims={"scope": scope})).scopes == {Scope.OPS, Scope.AUDIT_READ}


def test_no_scope_allows_nothing(validator):
    assert validator.validate(signed(claims={"scope": None})).scopes == frozenset()


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ({"sub": "gw", "client_id": "gw"}, "system"),
        ({"sub": "gw", "client_id": None}, "system"),
        ({"sub": "6f0e", "client_id": "web", "roles": ["physician"]}, "person"),
        ({"sub": "6f0e", "client_id": None, "azp": "web"}, "person"),
        ({"sub": "6f0e", "client_id": None, "azp": "gw", "preferred_username": "service-account-gw"}, "system"),
    ],
)
def test_persons_and_systems_are_told_apart(validator, claims, kind):
    assert validator.validate(signed(claims=claims)).kind == kind


def test_only_the_algorithms_that_are_set_are_accepted():
    strict = TokenValidator(ISSUER, AUDIENCE, LocalKeys(JWKS), algorithms=["ES256"], now=lambda: NOW)
    with pytest.raises(TokenError) as refused:
        strict.validate(signed())
    assert refused.value.reason is Reason.ALGORITHM
    for algorithms in ([], ["none"], ["HS256", "RS256"]):
        with pytest.raises(ValueError, match="algorithms"):
            TokenValidator(ISSUER, AUDIENCE, LocalKeys(JWKS), algorithms=algorithms)
