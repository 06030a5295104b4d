"""A workshop of tokens: honest ones, and whatever an attacker, or a careless issuer, would make of them."""

import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc.jwk import ECKey, OKPKey, RSAKey

NOW = 1_800_000_000
ISSUER = "https://id.example/realms/hospital"
AUDIENCE = "diafan"

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
OKP = OKPKey.generate_key("Ed25519", {"kid": "okp"})
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa"})

CLAIMS = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "pacs-gateway",
    "client_id": "pacs-gateway",
    "scope": "study.read study.write openid",
    "iat": NOW,
    "exp": NOW + 300,
    "jti": "t-1",
}
HEADER = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}


def b64(data):
    """Return bytes, or anything as JSON, in base64url."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sealed(header, payload, key=RSA):
    """Sign bytes as they are."""
    signing_input = f"{b64(header)}.{b64(payload)}"
    signature = key.private_key.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signing_input}.{b64(signature)}"


def signed(header=None, claims=None, key=RSA, raw=None):
    """Sign with whatever the header says, as a hostile issuer would: no registry stands in the way. None takes a member out."""
    header = {k: v for k, v in (HEADER | (header or {})).items() if v is not None}
    payload = {k: v for k, v in (CLAIMS | (claims or {})).items() if v is not None} if raw is None else raw
    return sealed(header, payload, key)


def with_hmac(secret, **header):
    """Sign by HMAC: the public key, which everybody has, used as a secret is the classic confusion."""
    signing_input = f"{b64(HEADER | {'alg': 'HS256'} | header)}.{b64(CLAIMS)}"
    return f"{signing_input}.{b64(hmac.new(secret, signing_input.encode(), hashlib.sha256).digest())}"


def unsigned(alg):
    """Return a token that says that it needs no signature."""
    return f"{b64(HEADER | {'alg': alg})}.{b64(CLAIMS)}."


def twice(name, value):
    """Return honest claims as JSON, with one member a second time: readers differ in which of the two they see."""
    return f"{json.dumps(CLAIMS)[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}".encode()


def public(*keys, **more):
    """Return a JWKS of public keys."""
    return {"keys": [key.as_dict(private=False) | more for key in keys]}
