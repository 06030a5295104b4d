"""Secrets on disk: made once, readable by their owner only, and never half-written."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class KeyRefused(Exception):
    """A key file may be read by others, or is no key of the kind that is wanted."""


def private_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """Read ``path``, made by ``make`` at the first call, mode 0600.

    Written aside, fsynced and linked into place: of two programs that start at once one wins, and both read the same.

    Raises KeyRefused when group or others may read the file.
    """
    if not path.exists():
        aside = _aside(path, make())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # another start was faster: its file is the key
        finally:
            aside.unlink()
        _flush(path.parent)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyRefused(
            f"{path} may be read by others than its owner: chmod 600 it, and make a new key if it was seen"
        )
    return path.read_bytes()


def replace_private_file(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of a private file: a reader, and a start after a power cut, find the old or the new one, whole."""
    _aside(path, content).replace(path)
    _flush(path.parent)


def _aside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 -- the mode
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return aside


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def public_pem(key: Ed25519PublicKey) -> str:
    """Write a public key as SubjectPublicKeyInfo in PEM (RFC 8410)."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_pem(text: bytes) -> Ed25519PublicKey:
    """Read what `public_pem` wrote; raises KeyRefused for any other."""
    try:
        key = load_pem_public_key(text)
    except ValueError as error:
        raise KeyRefused("this is no public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyRefused("this is a key of another kind than Ed25519")
    return key


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Read the key that signs checkpoints (PKCS #8 PEM), made at the first call.

    Raises KeyRefused when the file is open to others or holds no Ed25519 key.
    """

    def make() -> bytes:
        return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    try:
        key = load_pem_private_key(private_file(path, make), password=None)
    except (ValueError, TypeError) as error:
        raise KeyRefused(f"{path} holds no private key in PEM") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{path} holds a key of another kind than Ed25519")
    return key
