"""Packages that only their recipient opens: a ZIP file sealed by age (C2SP), to a public key."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pyrage


class NoRecipient(Exception):
    """What was given is no public key of age."""


@contextmanager
def sealed_package(path: Path, recipients: list[str]) -> Iterator[zipfile.ZipFile]:
    """Yield a ZIP file to be filled; what lies at ``path`` afterwards is sealed, and appears whole or not at all.

    Until then it lies in a file without a name, which is gone with the program. Raises NoRecipient for a key that is none.
    """
    try:
        keys = [pyrage.x25519.Recipient.from_str(text) for text in recipients]
    except pyrage.RecipientError:
        raise NoRecipient("the recipient's key is none of age's (age1...)") from None
    if not keys:
        raise NoRecipient("a package needs a recipient")
    aside = path.with_name(f".{path.name}.part")
    try:
        with TemporaryFile() as plain:
            with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as package:
                yield package
            plain.seek(0)
            with aside.open("wb") as written:
                pyrage.encrypt_io(plain, written, keys)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
