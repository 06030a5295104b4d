"""Data sets: their tables, and their images streamed from disk, so that memory does not grow with their number."""

import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
from PIL import Image
from torch.utils.data import DataLoader, Dataset, Sampler

from models.preprocess import reduce_by_area
from models.training import chexpert, nih, nih_release
from models.training.table import DataRefused, Policy, Table, UncertainAs, collect

__all__ = ["DataRefused", "Images", "Policy", "Skipped", "Table", "UncertainAs", "load", "read_tables"]

DataKind = Literal["chexpert", "nih"]
_BATCH = 32
_MOST_16_BIT = 0xFFFF
_MARGIN = 4  # with 2, pixels beside a sharp edge were off by twice as much


def read_tables(
    kind: DataKind,
    folder: Path,
    *,
    uncertain: Policy = "ignore",
    blanks: Literal["zeros", "ignore"] = "zeros",
    frontal_only: bool = True,
    seed: int = 0,
) -> dict[str, Table]:
    """Return the tables "train", "valid" and "test" of a data set, no two of which share a patient.

    ``uncertain`` says what a label of -1 is taken for in "train"; in "valid" and "test" it is unknown, whatever the
    policy. ``blanks`` says what CheXpert's blank cells are taken for; in the NIH table a blank is always unknown. ``seed``
    deals the training patients of CheXpert, and of NIH's own tables, to "train" and "valid"; ``labels.csv`` has its
    split. Raises DataRefused before a single image is opened.
    """
    if kind == "nih":
        has_labels = (folder / nih.TABLE).exists()
        return collect(nih.rows(folder) if has_labels else nih_release.rows(folder, seed=seed), folder, uncertain)
    tables = chexpert.data_folder(folder)
    rows = chexpert.rows(tables, frontal_only=frontal_only, blanks=blanks, seed=seed)
    return collect(rows, chexpert.image_folder(tables), uncertain)


@dataclass(frozen=True, slots=True)
class Images:
    """A batch: ``pixels`` float32 (n, side_px, side_px) in [0, 1], ``rows`` int64 (n,) of its table."""

    pixels: npt.NDArray[np.float32]
    rows: npt.NDArray[np.int64]


class Skipped:
    """The images that could not be read, each named once by its path in the data set, in ``file`` if there is one."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.names = set(file.read_text(encoding="utf-8").splitlines()) if file and file.exists() else set()

    def __len__(self) -> int:
        return len(self.names)

    def add(self, name: str) -> None:
        """Note that ``name`` was left out."""
        if name in self.names:
            return
        self.names.add(name)
        # Another process of the same training may have met it before.
        if self._file and name not in Skipped(self._file).names:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(name + "\n")


def load(
    table: Table, side_px: int, *, skipped: Skipped, cache: "Cache | None" = None, workers: int = 0
) -> Iterator[Images]:
    """Stream the images of a table in its order, reduced to ``side_px`` by area.

    An unreadable image is left out and named in ``skipped``; the stream goes on. Raises DataRefused after the last
    one where not one could be read.
    """
    batches = [range(start, min(start + _BATCH, len(table))) for start in range(0, len(table), _BATCH)]
    read = 0
    for images in stream(table, side_px, batches, cache=cache, workers=workers, skipped=skipped):
        read += len(images.rows)
        if len(images.rows):
            yield images
    if not read:
        raise DataRefused(f"not one of {len(table)} images under {table.folder} can be read; look at {table.path(0)}")


def stream(
    table: Table,
    side_px: int,
    batches: Iterable[Sequence[int]],
    *,
    cache: "Cache | None" = None,
    workers: int = 0,
    skipped: Skipped,
) -> Iterator[Images]:
    """Yield one `Images` for each of ``batches`` of rows, read by ``workers`` processes, without what is unreadable."""
    loader = DataLoader(
        _Decoded(table, side_px, cache),
        batch_sampler=cast("Sampler[list[int]]", batches),
        num_workers=workers,
        collate_fn=list,
    )
    for batch in loader:
        for row, pixels in batch:
            if pixels is None:
                skipped.add(table.files[row].decode())
        read = [(row, pixels) for row, pixels in batch if pixels is not None]
        yield Images(
            np.array([pixels for _, pixels in read], np.float32).reshape(-1, side_px, side_px),
            np.array([row for row, _ in read], np.int64),
        )


def read_image(path: Path, side_px: int) -> npt.NDArray[np.float32]:
    """Return float32 (side_px, side_px) in [0, 1], reduced by area; raises OSError where the file is no whole image.

    16-bit grey is divided by 65535, whatever part of that range an image fills.
    """
    try:
        with Image.open(path) as image:
            # A JPEG decoder can reduce by 2, 4 or 8 on its way, for less than it costs to decode in full.
            image.draft("L", (_MARGIN * side_px, _MARGIN * side_px))
            pixels = _grey(image)
    except (SyntaxError, ValueError, struct.error, zlib.error, Image.DecompressionBombError) as error:
        raise OSError(f"{path} is no whole image: {error}") from error
    return reduce_by_area(pixels, side_px)


def _grey(image: Image.Image) -> npt.NDArray[np.float32]:
    # Pillow's own conversion cuts these modes off at 255: a 16-bit radiograph would be nearly white.
    if not image.mode.startswith(("I", "F")):
        return np.asarray(image.convert("L"), np.float32) / 255.0
    pixels = np.asarray(image)
    if image.mode == "F" or pixels.min() < 0 or pixels.max() > _MOST_16_BIT:
        raise ValueError(f"the range of its values (mode {image.mode}) is not known; save it as 8-bit or 16-bit grey")
    return pixels.astype(np.float32) / np.float32(_MOST_16_BIT)


class Cache:
    """The reduced images of one table as uint8 on disk, shared by processes, so that later epochs need not decode."""

    def __init__(self, file: Path, count: int, side_px: int) -> None:
        """Open ``file``, or make it; raises OSError where the disk has no room for it."""
        self._made_of = (file, count, side_px)
        record = np.dtype([("checksum", "<u4"), ("pixels", "u1", (side_px, side_px))])
        size_bytes = count * record.itemsize
        if not file.exists() or file.stat().st_size != size_bytes:
            with file.open("wb") as made:
                # A sparse file on a full disk would kill the process as it writes to its memory.
                os.posix_fallocate(made.fileno(), 0, size_bytes)
        self._records = np.memmap(file, record, "r+", shape=(count,))

    def __reduce__(self) -> tuple[type["Cache"], tuple[Path, int, int]]:
        return Cache, self._made_of

    def get(self, row: int) -> npt.NDArray[np.uint8] | None:
        """Return the image, or None where it was not put yet, or not to its end."""
        record = self._records[row]
        pixels = np.array(record["pixels"])
        return pixels if record["checksum"] == _checksum(pixels) else None

    def put(self, row: int, pixels: npt.NDArray[np.uint8]) -> None:
        """Keep an image."""
        self._records[row] = (_checksum(pixels), pixels)


def _checksum(pixels: npt.NDArray[np.uint8]) -> int:
    return zlib.crc32(pixels.tobytes()) or 1  # 0 is what an empty record has


class _Decoded(Dataset[tuple[int, npt.NDArray[np.float32] | None]]):
    """A table's images by row; None for one that is unreadable."""

    def __init__(self, table: Table, side_px: int, cache: Cache | None) -> None:
        self._table, self._side_px, self._cache = table, side_px, cache

    def __getitem__(self, row: int) -> tuple[int, npt.NDArray[np.float32] | None]:
        cached = self._cache.get(row) if self._cache else None
        if cached is None:
            try:
                pixels = read_image(self._table.path(row), self._side_px)
            except OSError:
                return row, None
            if self._cache is None:
                return row, pixels
            self._cache.put(row, cached := np.rint(pixels * 255).astype(np.uint8))
        # The first epoch, too, sees the rounded image: a resumed run must not differ from an undisturbed one.
        return row, cached.astype(np.float32) / np.float32(255)
