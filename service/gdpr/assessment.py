"""The sheet of a data protection impact assessment (GDPR Art. 35): what the settings say is filled in, what a person judges is left empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from integrations.document.letter import Grid, Heading, Letter, Text, render_letter
from integrations.words import Language
from models.assessment import ModelIdentity
from service import __version__
from service.gdpr.assessment_words import WORDS
from service.gdpr.document_words import WORDS as SHARED
from service.gdpr.document_words import ground_row, recipient_row, use_of
from service.gdpr.facts import grounds, recipients
from service.gdpr.measure_words import told
from service.gdpr.measures import measures
from service.gdpr.processing_record import model_parts
from service.gdpr.subject_words import WORDS as SUBJECT
from service.settings import Settings


class Risk(StrEnum):
    """What may happen to a patient by this program."""

    WRONG = "wrong-finding"
    AUTOMATION = "automation-bias"
    NAMED = "re-identification"
    LEAK = "leak"
    REWRITTEN = "rewritten-log"
    AWAY = "unavailable"


AGAINST: Mapping[Risk, tuple[str, ...]] = MappingProxyType(
    {
        Risk.WRONG: ("explained", "preliminary", "intended-use", "rules", "site-evaluation"),
        Risk.AUTOMATION: ("preliminary", "explained", "intended-use", "before-review"),
        Risk.NAMED: ("pseudonyms", "subject-keys", "names-in-log-copies", "names-in-results", "at-rest", "retention", "erasure", "roles"),
        Risk.LEAK: (
            "listener-tls", "reach", "senders", "api-tls", "provider", "purpose-required", "sessions", "database", "ways-out",
            "sealed-answers", "at-rest",
        ),
        Risk.REWRITTEN: ("signed-log", "witnesses", "repositories", "database"),
        Risk.AWAY: ("limits", "retries", "backup"),
    }
)  # fmt: skip
"""Which measures bear on which risk, whether they are in place or not."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The sheet of one installation; ``by_rule`` are digests of models that rules of the site choose beside the one in use."""

    settings: Settings
    model: ModelIdentity
    by_rule: Sequence[str]
    language: Language
    now: datetime

    def pdf(self) -> bytes:
        """Return the sheet as a PDF."""
        language, settings = self.language, self.settings
        words, shared, subject, privacy = WORDS[language], SHARED[language], SUBJECT[language], settings.privacy
        made = shared.made.format(version=__version__, date=f"{self.now:%Y-%m-%d %H:%M}")
        parts: list[Heading | Text | Grid] = [Text(f"{made} {words.about}")]
        for head, text in (
            (shared.controller, privacy.controller or shared.not_stated),
            (shared.contact, privacy.contact or shared.not_stated),
            (words.description, words.description_text.format(use=use_of(settings, language))),
        ):
            parts += [Heading(head), Text(text)]
        parts += [Text(shared.persons_text), Text(subject.which_text), Text(shared.data_staff)]
        rows = [ground_row(one, language) for one in grounds(settings)]
        parts += [Grid(shared.grounds_heads, (0.34, 0.32, 0.34), rows)]
        whom = [recipient_row(one, language) for one in recipients(settings)]
        parts += [Grid(shared.recipients_heads, (0.2, 0.19, 0.27, 0.34), whom)] if whom else [Text(subject.whom_none)]
        parts += [*model_parts(settings, self.model, self.by_rule, language), Text(words.decision_text)]
        parts += [Heading(words.necessity), Text(words.necessity_text)]
        parts += [Text(f"{question} {shared.to_fill * 2}") for question in words.necessity_questions]
        parts += [Heading(words.risks), Text(words.risks_text)]
        for risk in Risk:
            parts += self._risk(risk)
        parts += [Heading(words.end)]
        parts += [Text(f"{question} {shared.to_fill * 2}") for question in words.end_questions]
        return render_letter(Letter(language, words.title, self.now, parts, subject.foot))

    def _risk(self, risk: Risk) -> list[Heading | Text | Grid]:
        words, shared = WORDS[self.language], SHARED[self.language]
        bearing = [one for one in measures(self.settings) if one.code in AGAINST[risk]]
        rows = [
            (shared.in_place if one.in_place else words.is_off, *told(one, self.language))
            for one in sorted(bearing, key=lambda one: not one.in_place)
        ]
        return [
            Heading(words.names[risk]),
            Text(words.means[risk]),
            Grid(("", *shared.measures_heads), (0.16, 0.22, 0.62), rows),
            Text(words.judge),
            Text(words.besides),
        ]
