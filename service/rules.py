"""Rules of a site: which images are analysed, and where their results go. One readable TOML file; the first rule that fits decides."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from integrations.instance import DeclineCode, Declined, Instance
from models.registry import ModelRefused

Pattern = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
RuleName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class RulesRefused(Exception):
    """The file cannot be read as rules; the message says where, and what is wrong."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Part):
    """What an image must be: every line that is written must fit, and one of its patterns (``*`` and ``?``, case does not matter)."""

    calling_ae: tuple[Pattern, ...] = Field((), description="AE title of the sender; `upload` for one by the API")
    modality: tuple[Pattern, ...] = ()
    body_part: tuple[Pattern, ...] = Field((), description="as Diafan reads it: a synonym of CHEST is CHEST")
    view: tuple[Pattern, ...] = ()
    study_description: tuple[Pattern, ...] = ()
    series_description: tuple[Pattern, ...] = ()
    age_from: float | None = Field(None, ge=0, description="years; an unknown age does not fit")
    age_below: float | None = Field(None, gt=0, description="years; an unknown age does not fit")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("it holds no line: leave it out for a rule that fits every image")
        if self.age_from is not None and self.age_below is not None and self.age_from >= self.age_below:
            raise ValueError("no age is from age_from and below age_below")
        return self

    def misfits(self, image: "Routed") -> Iterator[str]:
        """Yield the lines that do not fit, in words; none: the condition fits."""
        for name, said in image.words().items():
            patterns: tuple[str, ...] = getattr(self, name)
            if patterns and not any(fnmatchcase(said.casefold(), pattern.casefold()) for pattern in patterns):
                yield f"{name} is not {' or '.join(patterns)}"
        age = image.instance.age_years
        if self.age_from is not None and (age is None or age < self.age_from):
            yield f"age is not from {self.age_from:g}"
        if self.age_below is not None and (age is None or age >= self.age_below):
            yield f"age is not below {self.age_below:g}"


class Rule(_Part):
    """One rule: whom it fits, and what then happens. ``destinations`` None: all that there are; ``model`` "": the one in use."""

    name: RuleName
    when: Condition | None = Field(None, description="none: every image")
    unless: Condition | None = Field(None, description="an image that fits this is left to later rules")
    then: Literal["analyse", "decline"]
    destinations: tuple[str, ...] | None = Field(None, description="where the results go; none: everywhere")
    model: str = Field(
        "", max_length=200, description="which model answers, as `diafan model use` takes it; none: the one in use"
    )

    @model_validator(mode="after")
    def _is_sensible(self) -> Self:
        if self.then == "decline" and self.destinations is not None:
            raise ValueError("what is declined goes nowhere: leave destinations out")
        if self.then == "decline" and self.model:
            raise ValueError("no model looks at what is declined: leave model out")
        return self

    def misfits(self, image: "Routed") -> list[str]:
        """Return why the rule does not fit, in words; empty: it does."""
        why = list(self.when.misfits(image)) if self.when else []
        if self.unless and not list(self.unless.misfits(image)):
            why.append("it is what `unless` leaves out")
        return why


@dataclass(frozen=True, slots=True)
class Routed:
    """An image before the rules, and who sent it: an AE title, or ``upload``."""

    instance: Instance
    calling_ae: str

    def words(self) -> dict[str, str]:
        """Return what conditions look at, by their names."""
        return {
            "calling_ae": self.calling_ae,
            "modality": self.instance.modality,
            "body_part": self.instance.body_part,
            "view": self.instance.view,
            "study_description": self.instance.study.study_description,
            "series_description": self.instance.series_description,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say of an image, and ``rule``, which said it; None: none fitted, and the image is analysed."""

    rule: Rule | None

    @property
    def declined(self) -> Declined | None:
        """Return the outcome of an image that a rule declines, None of any other."""
        if self.rule is None or self.rule.then == "analyse":
            return None
        return Declined(DeclineCode.SITE_RULE, f"declined by a rule of this site: {self.rule.name}")

    @property
    def destinations(self) -> tuple[str, ...] | None:
        """Return where its results go; None: everywhere."""
        return self.rule.destinations if self.rule else None

    @property
    def model(self) -> str:
        """Return the digest of the model that is to answer; empty: the one in use."""
        return self.rule.model if self.rule else ""


class Rules(_Part):
    """The rules in their order."""

    rule: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _has_one_of_each_name(self) -> Self:
        names = [rule.name for rule in self.rule]
        if len(set(names)) != len(names):
            raise ValueError("two rules have the same name")
        return self

    @property
    def models(self) -> set[str]:
        """Return the digests of the models that rules choose."""
        return {rule.model for rule in self.rule if rule.model}

    def decide(self, image: Routed) -> Decision:
        """Return what the first rule that fits says."""
        return Decision(next((rule for rule in self.rule if not rule.misfits(image)), None))


def read_rules(path: Path | None, destinations: Sequence[str], digest_of: Callable[[str], str]) -> Rules:
    """Read the rules of a site, which may name ``destinations`` only; no file, no rules.

    ``digest_of`` tells which model a name means, or raises ModelRefused: a rule keeps to that one, whatever is imported later.

    Raises RulesRefused.
    """
    if path is None:
        return Rules()
    try:
        rules = Rules.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, p['loc'])) or 'the file'}: {p['msg']}" for p in error.errors())
        raise RulesRefused(f"{path}: {'; '.join(problems)}") from None
    except (OSError, ValueError) as error:
        raise RulesRefused(f"{path}: {error}") from None
    for rule in rules.rule:
        if unknown := set(rule.destinations or ()) - set(destinations):
            known = ", ".join(destinations) or "none"
            raise RulesRefused(
                f"{path}: rule {rule.name}: no destination {', '.join(sorted(unknown))} (there are: {known})"
            )
    try:
        kept_to = tuple(r.model_copy(update={"model": digest_of(r.model)}) if r.model else r for r in rules.rule)
    except ModelRefused as error:
        raise RulesRefused(f"{path}: {error}") from None
    return Rules(rule=kept_to)
