"""The record of processing activities (GDPR Art. 30) as the settings have it: for people as a PDF, for machines as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from audit.event import timestamp
from integrations.document.letter import Grid, Heading, Letter, Text, render_letter
from integrations.words import Language
from models.assessment import ModelIdentity
from service import __version__
from service.gdpr.document_words import WORDS as SHARED
from service.gdpr.document_words import ground_row, recipient_row, use_of
from service.gdpr.facts import grounds, recipients
from service.gdpr.measure_words import told
from service.gdpr.measures import measures
from service.gdpr.processing_record_words import WORDS
from service.gdpr.retention_words import periods
from service.gdpr.subject_words import WORDS as SUBJECT
from service.gdpr.subject_words import articles
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Record:
    """The record of one installation; ``by_rule`` are digests of models that rules of the site choose beside the one in use."""

    settings: Settings
    model: ModelIdentity
    by_rule: Sequence[str]
    language: Language
    now: datetime

    def pdf(self) -> bytes:
        """Return the record as a PDF."""
        language, settings = self.language, self.settings
        words, shared, subject, privacy = WORDS[language], SHARED[language], SUBJECT[language], settings.privacy
        parts: list[Heading | Text | Grid] = [
            Text(shared.made.format(version=__version__, date=f"{self.now:%Y-%m-%d %H:%M}"))
        ]
        for head, text in (
            (words.activity, words.activity_text.format(use=use_of(settings, language))),
            (shared.controller, privacy.controller or shared.not_stated),
            (shared.contact, privacy.contact or shared.not_stated),
            (words.others, words.others_text),
        ):
            parts += [Heading(head), Text(text)]
        rows = [ground_row(one, language) for one in grounds(settings)]
        parts += [Heading(shared.grounds), Grid(shared.grounds_heads, (0.34, 0.32, 0.34), rows)]
        parts += [Heading(shared.persons), Text(shared.persons_text)]
        parts += [Heading(shared.data), Text(subject.which_text), Text(words.health_text), Text(shared.data_staff)]
        whom = [recipient_row(one, language) for one in recipients(settings)]
        parts += [Heading(words.recipients), Text(words.recipients_text)]
        parts += [Grid(shared.recipients_heads, (0.2, 0.19, 0.27, 0.34), whom)] if whom else [Text(subject.whom_none)]
        parts += [Heading(shared.third), Text(shared.third_text)]
        parts += [
            Heading(words.limits),
            Text(
                words.limits_text.format(
                    years=privacy.retention_years,
                    log_years=privacy.log_years,
                    periods=periods(settings.retention, language),
                )
            ),
        ]
        parts += [Heading(words.security)]
        for head, in_place in ((shared.in_place, True), (shared.not_in_place, False)):
            found = [told(one, language) for one in measures(settings) if one.in_place is in_place]
            parts += [Text(head), Grid(shared.measures_heads, (0.26, 0.74), found)]
        parts += [Heading(shared.model), *model_parts(settings, self.model, self.by_rule, language)]
        return render_letter(Letter(language, words.title, self.now, parts, subject.foot))

    def json(self) -> str:
        """Return the record as JSON: codes for machines, and words in one language beside them. What is not stated is null."""
        language, settings = self.language, self.settings
        words, shared, subject, privacy = WORDS[language], SHARED[language], SUBJECT[language], settings.privacy
        record: dict[str, Any] = {
            "document": "gdpr-article-30-record",
            "language": language,
            "made_at": timestamp(self.now),
            "diafan": __version__,
            "activity": words.activity_text.format(use=use_of(settings, language)),
            "controller": privacy.controller or None,
            "contact": privacy.contact or None,
            "purposes": [asdict(one) | {"articles": articles(one.legal_basis)} for one in grounds(settings)],
            "persons": shared.persons_text,
            "data": [subject.which_text, words.health_text, shared.data_staff],
            "recipients": [asdict(one) | {"gets_words": shared.gets[one.gets]} for one in recipients(settings)],
            "third_countries": None,
            "time_limits": {
                "medical_record_years": privacy.retention_years,
                "log_years": privacy.log_years,
                "deleted_by_a_job": settings.retention.model_dump(),
            },
            "measures": [
                {"code": one.code, "state": one.state, "in_place": one.in_place, "words": told(one, language)[1]}
                for one in measures(settings)
            ],
            "model": {
                "name": self.model.name,
                "version": self.model.version,
                "sha256": self.model.digest,
                "intended_use": settings.intended_use,
                "by_rule_sha256": list(self.by_rule),
            },
        }
        return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def model_parts(
    settings: Settings, model: ModelIdentity, by_rule: Sequence[str], language: Language
) -> list[Heading | Text | Grid]:
    """Return what is said of the model in use, and of those that rules choose."""
    shared = SHARED[language]
    in_use = shared.model_text.format(
        name=model.name, version=model.version, digest=model.digest, use=use_of(settings, language)
    )
    return [Text(in_use), *([Text(shared.model_by_rule.format(models=", ".join(by_rule)))] if by_rule else [])]
