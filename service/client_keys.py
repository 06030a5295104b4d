"""The keys by which Diafan names itself to token endpoints (private_key_jwt), and how one follows another.

A folder holds them, a file each, named by the moment from which it signs (``20261126T071500Z.pem``). All are published as a
JWKS at once, so that who caches it knows a key before the key signs. A key that was followed stays published for a week.
A site may put a key of its own there: P-384 or RSA, in PEM, mode 0600.
"""

import secrets
import stat
from base64 import urlsafe_b64decode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from audit.keys import KeyRefused, private_file
from integrations.errors import Rejected

ANNOUNCED = timedelta(hours=24)
KEPT = timedelta(days=7)
LIFETIME_S = 240  # SMART App Launch 2.2 allows five minutes, by the clock of the other side
BACKDATED_S = 30  # a provider whose clock is behind ours must not find it issued in the future
_MOMENT = "%Y%m%dT%H%M%SZ"
_RSA_SMALLEST_BITS = 2048


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A key: its RFC 7638 thumbprint as ``kid``, its algorithm (ES384, RS384), and the moment from which it signs."""

    kid: str
    algorithm: str
    begins: datetime
    key: ECKey | RSAKey
    file: Path

    @property
    def thumbprint(self) -> str:
        """Return the thumbprint as the log has digests: SHA-256, in hex."""
        return urlsafe_b64decode(f"{self.kid}=").hex()


class ClientKeys:
    """The keys in ``folder``, read anew each time: a rotation needs no restart.

    Every method raises KeyRefused for a file that others can read, or that holds another kind of key.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder = folder
        self._clock = clock

    def ensure(self) -> None:
        """Make the first key, which signs at once, where there is none."""
        if not self._files():
            self.make(timedelta(0))

    def make(self, announced: timedelta = ANNOUNCED) -> ClientKey:
        """Make a key (P-384) that is published at once and signs after ``announced``; what was followed long ago is deleted."""
        for key in self._long_followed(self._all()):
            key.file.unlink(missing_ok=True)
        begins = self._clock() + announced
        while (path := self._folder / f"{begins:{_MOMENT}}.pem").exists():
            begins += timedelta(seconds=1)
        private_file(path, lambda: ECKey.generate_key("P-384").as_pem(private=True))
        return _read(path)

    def published(self) -> tuple[ClientKey, ...]:
        """Return the keys that are published, the oldest first."""
        keys = self._all()
        return tuple(keys[len(self._long_followed(keys)) :])

    def signing(self) -> ClientKey | None:
        """Return the newest key whose moment has come, the first of all where none's has; None where there is none."""
        keys = self.published()
        now = self._clock()
        return next((key for key in reversed(keys) if key.begins <= now), keys[0] if keys else None)

    def jwks(self) -> dict[str, Any]:
        """Return the public keys (RFC 7517)."""
        told = [
            (k.key.as_dict(private=False), {"kid": k.kid, "use": "sig", "alg": k.algorithm}) for k in self.published()
        ]
        return {"keys": [{**public, **also} for public, also in told]}

    def assertion(self, client_id: str, token_url: str) -> str:
        """Return a new JWT that says who asks (RFC 7523 2.2, SMART App Launch 2.2, "Authenticating to the token endpoint").

        Raises Rejected where no key can be used.
        """
        try:
            key = self.signing()
        except KeyRefused as refused:
            raise Rejected(str(refused)) from refused
        if key is None:
            raise Rejected("there is no client key: type  diafan client-key new")
        now = int(self._clock().timestamp())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": token_url,
            "iat": now - BACKDATED_S,
            "exp": now + LIFETIME_S,
            "jti": secrets.token_urlsafe(24),
        }
        return jwt.encode({"alg": key.algorithm, "typ": "JWT", "kid": key.kid}, claims, key.key, [key.algorithm])

    def _long_followed(self, keys: list[ClientKey]) -> list[ClientKey]:
        now = self._clock()
        return [old for old, new in pairwise(keys) if new.begins + KEPT <= now]

    def _all(self) -> list[ClientKey]:
        keys = []
        for file in self._files():
            with suppress(FileNotFoundError):  # deleted since, by another program's rotation
                keys.append(_read(file))
        return keys

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.pem"))


def _read(file: Path) -> ClientKey:
    try:
        begins = datetime.strptime(file.stem, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        raise KeyRefused(f"{file} is not named by the moment from which it signs, as 20261126T071500Z.pem") from None
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyRefused(f"{file} may be read by others than its owner: make a new key, and delete this one")
    pem = file.read_bytes()
    try:
        held = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyRefused(f"{file} holds no private key in PEM") from error
    key: ECKey | RSAKey
    if isinstance(held, ec.EllipticCurvePrivateKey) and isinstance(held.curve, ec.SECP384R1):
        key, algorithm = ECKey.import_key(pem), "ES384"
    elif isinstance(held, rsa.RSAPrivateKey) and held.key_size >= _RSA_SMALLEST_BITS:
        key, algorithm = RSAKey.import_key(pem), "RS384"
    else:
        raise KeyRefused(f"{file} holds another key than P-384, or RSA of 2048 bits or more")
    return ClientKey(key.thumbprint(), algorithm, begins, key, file)
