"""The blob store: received and produced objects, durable before anybody is told of them."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4


def received_key(image_id: UUID) -> str:
    """Return the key under which a received image lies."""
    return f"received/{image_id.hex[:2]}/{image_id}.dcm"


def header_key(image_id: UUID, received_again_at: datetime | None) -> str:
    """Return the key of what is kept of an image whose pixels expire: the same for a run that is repeated, and another each time they do."""
    times = f"-{received_again_at.astimezone(UTC):%Y%m%dT%H%M%S%f}" if received_again_at else ""
    return f"headers/{image_id.hex[:2]}/{image_id}{times}.dcm"


@dataclass(frozen=True, slots=True)
class Seen:
    """A blob as it lay there: its key, and by what it is told from another that takes its place."""

    key: str
    identity: tuple[int, int]


class FolderStore:
    """Blobs in folders under ``root``; a key is a relative path that nobody outside chose.

    A blob is there whole or not at all: it is written aside, flushed to disk, renamed, and its folder is flushed too.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._durable: set[Path] = set()  # folders that a crash does not lose, as far as this process knows
        self.incoming = self.root / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)

    def adopt(self, file: Path, key: str) -> None:
        """Give a file that was flushed its place under ``key``, durably; raises OSError (ENOSPC where the disk is full)."""
        target = self.path(key)
        if target.parent not in self._durable or not target.parent.is_dir():
            self._make_folders(target.parent)
        file.rename(target)
        self.flush(target.parent)

    def put(self, key: str, content: bytes) -> str:
        """Write ``content`` durably under ``key`` and return its SHA-256 (hex); the same key again replaces it whole."""
        aside = self.incoming / f"{uuid4()}.part"
        try:
            aside.write_bytes(content)
            self.flush(aside)
            self.adopt(aside, key)
        finally:
            aside.unlink(missing_ok=True)
        return hashlib.sha256(content).hexdigest()

    @staticmethod
    def flush(path: Path) -> None:
        """Return when the disk has the file or folder; raises OSError."""
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def path(self, key: str) -> Path:
        """Return where the blob lies, or will lie."""
        target = Path(os.path.normpath(self.root / key))
        if not target.is_relative_to(self.root):
            raise ValueError("a blob key must stay below its root")
        return target

    def read(self, key: str) -> bytes:
        """Return the blob's bytes; raises FileNotFoundError."""
        return self.path(key).read_bytes()

    def remove(self, key: str) -> None:
        """Remove the blob if it is there."""
        self.path(key).unlink(missing_ok=True)

    def seen(self, folder: str, before: float) -> Iterator[Seen]:
        """Yield the blobs whose keys begin with ``folder`` that had their place ``before``, in seconds since 1970."""
        for parent, _, names in os.walk(self.root / folder):
            for name in names:
                with suppress(FileNotFoundError):
                    file = Path(parent, name)
                    status = file.stat()
                    # A rename changes the one, and what copies files over may set the other.
                    if max(status.st_ctime, status.st_mtime) < before:
                        yield Seen(file.relative_to(self.root).as_posix(), _identity(status))

    def remove_seen(self, seen: Seen) -> bool:
        """Remove a blob durably, unless another has taken its place since; returns whether it did."""
        target = self.path(seen.key)
        try:
            if _identity(target.stat()) != seen.identity:
                return False
            target.unlink()
        except FileNotFoundError:
            return False
        self.flush(target.parent)
        return True

    def sweep(self, older_than_s: float = 3600) -> None:
        """Remove what a killed program left half-written: nobody was told that it is held."""
        for part in self.incoming.iterdir():
            with suppress(FileNotFoundError):  # another role of this program may have finished it just now
                if time.time() - part.stat().st_mtime > older_than_s:
                    part.unlink()

    def free_bytes(self) -> int:
        """Return how much room the disk has."""
        return shutil.disk_usage(self.root).free

    def _make_folders(self, folder: Path) -> None:
        """Create the missing folders and flush each parent, so that a crash can't lose the way to the blob.

        One that is there may have been made by somebody else just now: it counts from when its parent was flushed here.
        """
        ours = [p for p in (folder, *folder.parents) if p.is_relative_to(self.root)]
        unsure = [p for p in ours if p not in self._durable or not p.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for found in reversed(unsure):
            self.flush(found.parent)
            self._durable.add(found)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_ino, status.st_mtime_ns
