"""The models on this machine: the bundled one, and folders ``<name>-<version>`` below one root.

A folder appears whole or not at all. A name and version stands for one digest for ever: what changes is another version.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from models.assessment import ModelIdentity
from models.registry import CARD, WEIGHTS, Manifest, ModelRefused, bundled, read_manifest

EVALUATION, FAITHFULNESS = "evaluation.json", "faithfulness.json"
BUNDLED = "bundled"
_LEAST_PREFIX = 6  # of a digest: fewer digits could be a version


@dataclass(frozen=True, slots=True)
class LocalModel:
    """One readable model folder; its weights were not looked at yet."""

    folder: Path
    manifest: Manifest
    identity: ModelIdentity

    @property
    def title(self) -> str:
        """Return ``name:version``, as a person asks for it."""
        return f"{self.identity.name}:{self.identity.version}"

    @property
    def is_evaluated(self) -> bool:
        """Tell whether the folder holds an evaluation of this very model."""
        return _speaks_of(self.folder / EVALUATION, self.identity.digest)


def read_model(folder: Path) -> LocalModel:
    """Return the model in ``folder`` without loading it; raises ModelRefused where the manifest does not parse."""
    return LocalModel(folder, *read_manifest(folder))


def verify(model: LocalModel) -> None:
    """Recompute every digest of a folder; raises ModelRefused, which says what is not as promised.

    The weights must be those of the manifest; card, evaluation and faithfulness, where there are any, of this manifest.
    """
    folder, digest = model.folder, model.identity.digest
    try:
        with (folder / WEIGHTS).open("rb") as weights:
            found = hashlib.file_digest(weights, "sha256").hexdigest()
    except OSError as error:
        raise ModelRefused(f"{folder / WEIGHTS} cannot be read: {error.strerror}") from error
    if found != model.manifest.weights_sha256:
        raise ModelRefused(f"{folder / WEIGHTS} has SHA-256 {found}; its manifest pins {model.manifest.weights_sha256}")
    for name in (CARD, EVALUATION, FAITHFULNESS):
        if (folder / name).exists() and not _speaks_of(folder / name, digest):
            raise ModelRefused(f"{folder / name} is about another model than SHA-256 {digest}: make it again")


class Library:
    """The models that can be put into service: below ``root``, the bundled one, and ``others`` that the settings name."""

    def __init__(self, root: Path, *others: Path) -> None:
        self.root = root
        self._others = others

    def folders(self) -> list[Path]:
        """Return every folder that should hold a model, the bundled one first."""
        local = sorted(p for p in self.root.glob("*") if p.is_dir() and not p.name.startswith("."))
        return list(dict.fromkeys(p.resolve() for p in (bundled(), *self._others, *local)))

    def models(self) -> Iterator[LocalModel]:
        """Yield the models that can be read."""
        for folder in self.folders():
            try:
                yield read_model(folder)
            except ModelRefused:
                continue

    def by_digest(self, digest: str) -> LocalModel | None:
        """Return the model with this manifest, or None where it is not here."""
        return next((m for m in self.models() if m.identity.digest == digest), None)

    def card(self, digest: str) -> bytes | None:
        """Return the card (Markdown) of the model with this manifest, or None where there is none that speaks of it."""
        model = self.by_digest(digest)
        if model is None or not _speaks_of(model.folder / CARD, digest):
            return None
        return (model.folder / CARD).read_bytes()

    def find(self, text: str) -> LocalModel:
        """Return the model that a person means: ``bundled``, a name, ``name:version``, or the start of a digest.

        Raises ModelRefused where there is none, or more than one.
        """
        if text == BUNDLED:
            return read_model(bundled())
        found = {m.identity.digest: m for m in self.models() if _is_meant(m, text)}
        if len(found) == 1:
            return found.popitem()[1]
        known = ", ".join(sorted(m.title for m in (found.values() or self.models())))
        raise ModelRefused(f"{'several models are' if found else 'no model is'} called {text!r}: there are {known}")

    def expect(self, wanted: ModelIdentity) -> LocalModel:
        """Return the model with the digest of ``wanted``; raises ModelRefused, which says whether it was changed or is gone."""
        if model := self.by_digest(wanted.digest):
            return model
        name = f"{wanted.name}:{wanted.version}"
        for model in self.models():
            if model.title == name:
                raise ModelRefused(
                    f"{model.folder} was changed: its manifest has SHA-256 {model.identity.digest}, and {wanted.digest} was put into service. "
                    f"Bring the old files back, or choose what is there now: diafan model use {model.identity.digest[:12]}"
                )
        raise ModelRefused(
            f"the model in service, {name} (SHA-256 {wanted.digest}), is not in {self.root}: import it again, or choose another (diafan model list)"
        )

    def folder_of(self, name: str, version: str) -> Path:
        """Return where a model of this name and version belongs."""
        return self.root / f"{name}-{version}"

    def add(self, source: Path) -> LocalModel:
        """Copy the model folder ``source`` here, durably and whole; the same model again changes nothing.

        Where the copy here was damaged since, a good one takes its place, with what was written beside it and is of this model.

        Raises ModelRefused where it is not what its manifest says, or the name and version are another model's already.
        """
        model = read_model(source)
        verify(model)
        target = self.folder_of(model.identity.name, model.identity.version)
        if target.exists():
            held = _held(target)
            if held.identity.digest != model.identity.digest:
                raise ModelRefused(
                    f"{model.title} is another model here already (SHA-256 {held.identity.digest}): give the new one another version"
                )
            if _is_whole(held):
                return held
        aside, worn = (self.root / f".{uuid4()}.part" for _ in range(2))
        try:
            shutil.copytree(source, aside)
            for name in (CARD, EVALUATION, FAITHFULNESS):
                if not (aside / name).exists() and _speaks_of(target / name, model.identity.digest):
                    shutil.copy(target / name, aside / name)
            for path in (*aside.rglob("*"), aside):
                _flush(path)
            _put_in_place(aside, target, worn)
            _flush(self.root)
        finally:
            for folder in (aside, worn):
                shutil.rmtree(folder, ignore_errors=True)
        return read_model(target)


def _held(target: Path) -> LocalModel:
    try:
        return read_model(target)
    except ModelRefused as error:
        raise ModelRefused(
            f"{target} is in the way, and no model: move it elsewhere, and import again ({error})"
        ) from error


def _is_whole(model: LocalModel) -> bool:
    try:
        verify(model)
    except ModelRefused:
        return False
    return True


def _put_in_place(new: Path, target: Path, worn: Path) -> None:
    """Rename ``new`` to ``target``; what is there becomes ``worn`` for that, and comes back where it fails."""
    if not target.exists():
        new.rename(target)
        return
    target.rename(worn)
    try:
        new.rename(target)
    except OSError:
        worn.rename(target)
        raise


def _is_meant(model: LocalModel, text: str) -> bool:
    digest = model.identity.digest
    return text in {model.identity.name, model.title} or (len(text) >= _LEAST_PREFIX and digest.startswith(text))


def _speaks_of(file: Path, digest: str) -> bool:
    """Tell whether the file holds the model's digest; one that is JSON must be whole, too."""
    try:
        content = file.read_text(encoding="utf-8")
        if file.suffix == ".json":
            json.loads(content)
    except (OSError, ValueError):
        return False
    return digest in content


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
