"""The notice to patients whose data come from a PACS and not from themselves (GDPR Art. 14), as the settings have it."""

from datetime import datetime

from integrations.document.letter import Grid, Heading, Letter, Text, render_letter
from integrations.words import Language
from service.gdpr.document_words import WORDS as SHARED
from service.gdpr.document_words import ground_row, use_of
from service.gdpr.facts import PERSONAL, Recipient, grounds, recipients
from service.gdpr.notice_words import WORDS
from service.gdpr.retention_words import periods
from service.gdpr.subject_words import WORDS as SUBJECT
from service.settings import Settings

_CONSENT = frozenset({"gdpr-6-1-a", "gdpr-9-2-a"})
_INTERESTS = "gdpr-6-1-f"


def notice(settings: Settings, language: Language, now: datetime) -> bytes:
    """Return the notice as a PDF."""
    words, shared, subject, privacy = WORDS[language], SHARED[language], SUBJECT[language], settings.privacy
    whom = [one for one in recipients(settings) if one.gets in PERSONAL]
    senders = ", ".join(settings.calling_ae_titles) or words.any_sender
    parts: list[Heading | Text | Grid] = [Text(words.about)]
    for head, text in (
        (shared.controller, privacy.controller or shared.not_stated),
        (shared.contact, privacy.contact or shared.not_stated),
        (subject.why, words.why_text.format(use=use_of(settings, language))),
    ):
        parts += [Heading(head), Text(text)]
    why = grounds(settings)
    bases = {article for one in why for article in one.legal_basis.split("+")}
    rows = [ground_row(one, language) for one in why]
    parts += [Grid(shared.grounds_heads, (0.34, 0.32, 0.34), rows)]
    parts += [Text(words.interests_text)] if _INTERESTS in bases else []
    parts += [Heading(subject.which), Text(subject.which_text)]
    parts += [Heading(subject.whence), Text(subject.whence_text.format(sources=senders))]
    parts += [Heading(subject.whom), Text(words.whom_text if whom else words.whom_none)]
    if whom:
        told = [_row(one, language) for one in whom]
        parts += [Grid(shared.recipients_heads, (0.18, 0.22, 0.22, 0.38), told)]
    parts += [Text(words.third_text)]
    for head, text in (
        (
            subject.how_long,
            subject.how_long_text.format(years=privacy.retention_years, periods=periods(settings.retention, language)),
        ),
        (subject.decision, f"{subject.decision_text} {words.logic_text}"),
        (
            subject.rights,
            " ".join([words.access_text, subject.rights_text, *([words.consent_text] if bases & _CONSENT else [])]),
        ),
        (words.complain, words.complain_text),
    ):
        parts += [Heading(head), Text(text)]
    return render_letter(Letter(language, words.title, now, parts, subject.foot))


def _row(recipient: Recipient, language: Language) -> tuple[str, str, str, str]:
    """Return who it is, and not by which path: how it is reached stands in the record."""
    words, shared = WORDS[language], SHARED[language]
    where = words.here if recipient.is_local else recipient.host
    return recipient.name, shared.kinds[recipient.kind], where, shared.gets[recipient.gets]
