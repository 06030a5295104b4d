"""Packages that only their recipient opens: a ZIP file sealed by age (C2SP), to a public key."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from io import BufferedIOBase
from pathlib import Path
from tempfile import TemporaryFile

import pyrage


class NoRecipient(Exception):
    """What was given is no public key of age."""


@contextmanager
def sealed_package(path: Path, recipients: Sequence[str]) -> Iterator[zipfile.ZipFile]:
    """Yield a ZIP file to be filled; what lies at ``path`` afterwards is sealed, and appears whole or not at all.

    Raises NoRecipient for a key that is none.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        with sealed_into(lambda: aside.open("wb"), recipients) as package:
            yield package
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def sealed_into(
    target: Callable[[], AbstractContextManager[BufferedIOBase]], recipients: Sequence[str], room: Path | None = None
) -> Iterator[zipfile.ZipFile]:
    """Yield a ZIP file to be filled; what is written into ``target``, which is opened once it is full, is sealed.

    Until then it lies in a file without a name, which is gone with the program, in the folder ``room`` (None: the system's own).
    Raises NoRecipient for a key that is none.
    """
    try:
        keys = [pyrage.x25519.Recipient.from_str(text) for text in recipients]
    except pyrage.RecipientError:
        raise NoRecipient("the recipient's key is none of age's (age1...)") from None
    if not keys:
        raise NoRecipient("a package needs a recipient")
    with TemporaryFile(dir=room) as plain:
        with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as package:
            yield package
        plain.seek(0)
        with target() as written:
            pyrage.encrypt_io(plain, written, keys)
