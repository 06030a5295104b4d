"""Secrets on disk: made once, readable by their owner only, and never half-written."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key


class KeyRefused(Exception):
    """A key file may be read by others, or is no key of the kind that is wanted."""


def private_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """Read ``path``, made by ``make`` at the first call, mode 0600.

    Written aside, fsynced and linked into place: of two programs that start at once one wins, and both read the same.

    Raises KeyRefused when group or others may read the file.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 -- the mode
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # another start was faster: its file is the key
        finally:
            aside.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyRefused(
            f"{path} may be read by others than its owner: chmod 600 it, and make a new key if it was seen"
        )
    return path.read_bytes()


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
