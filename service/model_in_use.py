"""Which model answers: the newest choice in the database, or what the settings name where nobody has chosen.

A choice is looked at before each analysis, so that `diafan model use` needs no restart. What is being analysed ends with
the model that it began with. A model is chosen only once it was loaded. A folder that is not what was chosen is never used:
analyses wait until it is.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit.event import Agent, EventType
from integrations.errors import Unavailable
from integrations.instance import device_uid
from models.assessment import ModelIdentity
from models.library import Library, LocalModel, read_model, verify
from models.registry import ModelRefused
from service.recorder import SYSTEM, Clock, Recorder
from service.records import ModelChoice

if TYPE_CHECKING:
    from models.classifier import Classifier

SETTINGS = "settings"
"""Who has chosen, where no person has."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """The choice and its history; ``default`` is the folder that the settings name, ``load`` loads one with their engine."""

    engine: sa.Engine
    library: Library
    default: Path
    load: Callable[[Path], "Classifier"]
    record: Recorder
    clock: Clock

    def identity(self) -> ModelIdentity:
        """Return the model that answers now; raises ModelRefused where nobody has chosen and the default is no model."""
        with Session(self.engine) as db:
            newest = _newest(db)
            return _identity(newest) if newest else read_model(self.default).identity

    def choose(self, model: LocalModel, agent: Agent) -> bool:
        """Have ``model`` answer from now on; returns whether that is a change.

        Raises ModelRefused, and changes nothing, where it fails its verification or cannot be loaded here.
        """
        verify(model)
        self.loaded(model)
        with Session(self.engine) as db, db.begin():
            _wait_for_turn(db)
            newest = _newest(db)
            if newest and newest.digest == model.identity.digest and newest.chosen_by != SETTINGS:
                return False
            self._choose(db, newest, model, agent.id, agent)
            return newest is None or newest.digest != model.identity.digest

    def start(self) -> None:
        """Note what the settings name, unless a person has chosen; raises ModelRefused where the folder in use was changed or is gone."""
        with Session(self.engine) as db, db.begin():
            _wait_for_turn(db)
            newest = _newest(db)
            if newest is None or newest.chosen_by == SETTINGS:
                default = read_model(self.default)
                if newest is None or newest.digest != default.identity.digest:
                    self._choose(db, newest, default, SETTINGS)
        self.library.expect(self.identity())

    def loaded(self, model: LocalModel) -> "Classifier":
        """Return the model, ready for images; raises ModelRefused where that fails, for whatever reason, or it was changed meanwhile."""
        try:
            loaded = self.load(model.folder)
        except ModelRefused:
            raise
        except Exception as error:  # an engine has its own errors, and memory ends: nothing of that is an image's fault
            raise ModelRefused(f"{model.title} cannot be loaded here ({type(error).__name__}): {error}") from error
        if loaded.identity.digest != model.identity.digest:
            raise ModelRefused(f"the model {model.title} was changed while it was loaded")
        return loaded

    def device_uids(self) -> set[str]:
        """Return the Device UIDs of every model that was ever in use or could be: results that carry one are ours."""
        with Session(self.engine) as db:
            known = [_identity(choice) for choice in db.scalars(sa.select(ModelChoice))]
        return {device_uid(identity) for identity in (*known, *(m.identity for m in self.library.models()))}

    def _choose(
        self, db: Session, before: ModelChoice | None, model: LocalModel, chosen_by: str, agent: Agent = SYSTEM
    ) -> None:
        who = model.identity
        db.add(
            ModelChoice(
                name=who.name, version=who.version, digest=who.digest, chosen_at=self.clock(), chosen_by=chosen_by
            )
        )
        detail = told_of(who) | ({"previous_sha256": before.digest} if before else {})
        self.record(db.connection(), EventType.MODEL_CHANGED, agent, detail=detail)


@dataclass(slots=True)
class CurrentClassifier:
    """A worker's models: called before each analysis, it loads another one when another was chosen, by a person or by a rule."""

    in_use: ModelInUse
    _held: "Classifier | None" = None
    _by_rule: "dict[str, Classifier]" = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def start(self, by_rule: Collection[str] = ()) -> None:
        """Load the model in use, and those of the digests ``by_rule``; raises ModelRefused where one is not what was chosen, or cannot be loaded."""
        self.in_use.start()
        self._held = self._load(self.in_use.identity())
        for digest in by_rule:
            self._chosen_by_rule(digest)

    def __call__(self, by_rule: str = "") -> "Classifier":
        """Return the model with the digest ``by_rule``, or the one in use.

        Raises Unavailable, so that the engine tries again, while that cannot be loaded.
        """
        with self._lock:
            try:
                if by_rule:
                    return self._chosen_by_rule(by_rule)
                wanted = self.in_use.identity()
                if self._held is None or self._held.identity.digest != wanted.digest:
                    self._held = self._load(wanted)
            except ModelRefused as error:
                who_waits = "images of a rule wait" if by_rule else "no image can be analysed, all wait"
                log.error("%s: %s", who_waits, error)  # noqa: TRY400 - the message says it all
                raise Unavailable(str(error)) from error
            return self._held

    def _chosen_by_rule(self, digest: str) -> "Classifier":
        if self._held is not None and self._held.identity.digest == digest:
            return self._held
        if digest not in self._by_rule:
            model = self.in_use.library.by_digest(digest)
            if model is None:
                raise ModelRefused(
                    f"the model of a rule (SHA-256 {digest}) is not in {self.in_use.library.root}: import it again, or change the rule, and send the image again"
                )
            verify(model)
            self._by_rule[digest] = self._load(model.identity)
        return self._by_rule[digest]

    def _load(self, wanted: ModelIdentity) -> "Classifier":
        loaded = self.in_use.loaded(self.in_use.library.expect(wanted))
        with self.in_use.engine.begin() as db:
            self.in_use.record(db, EventType.MODEL_IN_USE, detail=told_of(wanted))
        log.info("model in use: %s %s", wanted.name, wanted.version, extra={"model_sha256": wanted.digest})
        return loaded


def told_of(model: ModelIdentity) -> dict[str, str | int]:
    """Return what the log says of a model."""
    return {"model_name": model.name, "model_version": model.version, "model_sha256": model.digest}


def _wait_for_turn(db: Session) -> None:
    """One choice at a time, until ``db`` ends: between a look at the newest and the next one nobody makes another."""
    db.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("diafan model choice", 0))))


def _newest(db: Session) -> ModelChoice | None:
    return db.scalar(sa.select(ModelChoice).order_by(ModelChoice.id.desc()).limit(1))


def _identity(choice: ModelChoice) -> ModelIdentity:
    return ModelIdentity(choice.name, choice.version, choice.digest)
