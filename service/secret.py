"""A random secret that one browser or one link holds: we keep no more than its hash, and make what else is needed out of it."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet

_BYTES = 32


def new_secret() -> str:
    """Return 256 random bits, as 43 characters that fit into cookies and addresses."""
    return secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> bytes:
    """Return what we keep of a secret: its SHA-256. The secret is random, so that no salt is needed."""
    return hashlib.sha256(secret.encode()).digest()


def derived(secret: str, purpose: str) -> str:
    """Return another secret, of 43 characters, that only a holder of this one can make (HMAC-SHA256); it does not lead back."""
    return base64.urlsafe_b64encode(_derived(secret, purpose)).rstrip(b"=").decode()


def sealed(secret: str, text: str) -> bytes:
    """Encrypt and authenticate ``text`` so that only a holder of ``secret`` can read it."""
    return _seal(secret).encrypt(text.encode())


def opened(secret: str, seal: bytes) -> str:
    """Return what was sealed; raises cryptography.fernet.InvalidToken for another secret."""
    return _seal(secret).decrypt(seal).decode()


def _seal(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(secret, "seal")))


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
