"""A signed statement about the whole trail so far: how many entries, and the root over them.

It is written as C2SP has it (tlog-checkpoint in a signed-note), so that other people's witnesses and tools can read it.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.event import timestamp
from audit.merkle import HASH_BYTES

_SIGNATURE = "\N{EM DASH} "
_ED25519 = b"\x01"
_KEY_ID_BYTES = 4


class NotSigned(Exception):
    """A note carries no valid signature of the key that is asked for, or is no note."""


def origin_of(key: Ed25519PublicKey) -> str:
    """Name the log of a signing key: it tells one installation's checkpoints from another's."""
    return f"diafan.example/audit/{hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``size`` entries have the Merkle root ``root`` (32 bytes); said at ``signed_at`` (aware UTC) by the log ``origin``."""

    origin: str
    size: int
    root: bytes
    signed_at: datetime

    def body(self) -> str:
        """Write the text that is signed: origin, size, root in base64, an extension line (C2SP tlog-checkpoint)."""
        return (
            f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\nsigned {timestamp(self.signed_at)}\n"
        )

    @classmethod
    def parse(cls, body: str) -> "Checkpoint":
        """Read a body back.

        Raises ValueError for any other text than `body` would write.
        """
        try:
            origin, size, root, signed, _ = body.split("\n")
            checkpoint = cls(
                origin,
                int(size),
                base64.b64decode(root, validate=True),
                datetime.fromisoformat(signed.removeprefix("signed ")),
            )
        except (ValueError, binascii.Error) as error:
            raise ValueError("this is no checkpoint") from error
        if checkpoint.signed_at.utcoffset() is None or len(checkpoint.root) != HASH_BYTES or checkpoint.body() != body:
            raise ValueError("this is no checkpoint of a trail")
        return checkpoint


def note(body: str, signature: bytes, key: Ed25519PublicKey) -> str:
    """Write a checkpoint's body and its signature (64 bytes) as a signed note (C2SP signed-note)."""
    name = origin_of(key)
    return f"{body}\n{_SIGNATURE}{name} {base64.b64encode(_key_id(name, key) + signature).decode()}\n"


def read_note(text: str, key: Ed25519PublicKey) -> Checkpoint:
    """Read a signed note; other people's signatures below ours are passed over (C2SP signed-note).

    Raises NotSigned without a valid signature of ``key``, or for another kind of text.
    """
    body, blank, signatures = text.rpartition("\n\n")
    name = origin_of(key)
    for line in signatures.splitlines() if blank else ():
        signer, _, encoded = line.removeprefix(_SIGNATURE).partition(" ")
        if not line.startswith(_SIGNATURE) or signer != name:
            continue
        try:
            signed = base64.b64decode(encoded, validate=True)
            if signed[:_KEY_ID_BYTES] == _key_id(name, key):
                key.verify(signed[_KEY_ID_BYTES:], f"{body}\n".encode())
                return Checkpoint.parse(f"{body}\n")
        except (ValueError, binascii.Error, InvalidSignature) as error:
            raise NotSigned("the note is not what the log signed") from error
    raise NotSigned("the note has no signature of this log: is it of another one, or is the public key of another one?")


Sign = Callable[[bytes], bytes]


def _key_id(name: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:_KEY_ID_BYTES]
