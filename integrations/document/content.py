"""What stands on a report's page, as plain words in one language: the same for every format.

Nothing in it is longer than a page holds: what a sender or a physician wrote is cut, and says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from integrations.diagnostic_report import Report, ReportedFinding
from integrations.document.words import WORDS, Language, PageWords
from integrations.fhir_patient import fhir_date, human_names, plain_text
from integrations.report_words import corrected, sentence
from integrations.verdict import Physician, Signed, SignedVerdict, Verdict
from models.assessment import Call, Finding
from models.labels import LABELS

_ORDER = (Call.PRESENT, Call.INDETERMINATE, Call.ABSENT, Call.NOT_ASSESSED)
_SMALL = 0.1
_FIELD_CHARS: Final = 96
_USE_CHARS = 200
_TEXT_CHARS = 1200
_TEXT_LINES = 14
_OPINIONS = 2
_MODELS = 2
_MODEL_CHARS = 40


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on a label, as shape (``call``) and as word."""

    call: Call
    word: str


@dataclass(frozen=True, slots=True)
class Row:
    """One label of the table. ``physician`` is None where nothing was said; numbers are "" where there are none."""

    label: str
    machine: Answer
    physician: Answer | None
    probability: str
    threshold: str

    @property
    def is_strong(self) -> bool:
        """Tell whether a reader wants it first: it is called present, or was answered otherwise by a physician."""
        said = self.physician or self.machine
        return Call.PRESENT in (said.call, self.machine.call) or said.call is not self.machine.call


@dataclass(frozen=True, slots=True)
class Page:
    """All words of the page, top to bottom. ``names`` are the patient's, one for each group of the Person Name."""

    language: Language
    title: str
    status: tuple[str, ...]
    names: tuple[str, ...]
    patient: tuple[tuple[str, str], ...]
    study: tuple[tuple[str, str], ...]
    conclusion: tuple[str, ...]
    rows: tuple[Row, ...]
    is_signed: bool
    own_words: tuple[tuple[str, str], ...]
    foot: tuple[str, ...]
    issued: datetime

    @property
    def words(self) -> PageWords:
        """Return the words of its language."""
        return WORDS[self.language]


def write_page(report: Report, language: Language, not_kept_since: date | None = None) -> Page:
    """Put ``report`` into the words of ``language``; ``not_kept_since``: the day from which on there is no radiograph to show."""
    words, findings = WORDS[language], [r.finding for r in report.findings]
    study, signed = report.study, report.signed
    return Page(
        language=language,
        title=words.title,
        status=_status(words, signed),
        names=tuple(_clipped(name) for name in _names(study.patient_name)),
        patient=(
            (words.patient_id, _clipped(study.patient_id)),
            (words.birth_date, fhir_date(study.birth_date) or words.not_given),
            (words.sex, words.sexes.get(study.sex.strip().upper(), words.not_given)),
        ),
        study=(
            (words.study_date, fhir_date(study.study_date) or words.not_given),
            (words.description, _clipped(study.study_description) or words.not_given),
            (words.accession, _clipped(study.accession_number) or words.not_given),
            ("UID", _clipped(study.study_instance_uid)),
        ),
        conclusion=tuple(_judged(words, findings, signed) if signed else _unjudged(words, findings)),
        rows=tuple(_row(words, r, signed) for r in sorted(report.findings, key=_rank)),
        is_signed=signed is not None,
        own_words=tuple(_own_words(words, signed)) if signed else (),
        foot=(*([words.not_kept.format(day=not_kept_since)] if not_kept_since else ()), *_foot(words, report)),
        issued=report.issued,
    )


def _clipped(text: str, most: int = _FIELD_CHARS) -> str:
    text = plain_text(text)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _names(person_name: str) -> Iterable[str]:
    """Return each group as the web client writes it: family, prefix given middle, suffix."""
    for name in human_names(person_name):
        given = " ".join([*name.get("prefix", []), *name.get("given", [])])
        yield ", ".join(filter(None, [name.get("family", ""), given, *name.get("suffix", [])]))


def moment(when: datetime) -> str:
    """Return an aware time to the minute, with its distance from UTC."""
    zone = f"{when:%z}"
    return f"{when:%Y-%m-%d %H:%M} UTC" + ("" if zone == "+0000" else f"{zone[:3]}:{zone[3:5]}")


def _who(words: PageWords, physician: Physician) -> str:
    return _clipped(physician.name) or words.somebody


def _status(words: PageWords, signed: Signed | None) -> tuple[str, ...]:
    if signed is None:
        return (words.preliminary,)

    def told(template: str, by: SignedVerdict) -> str:
        return template.format(who=_who(words, by.physician), when=moment(by.signed_at))

    shown, hidden = signed.opinions[:_OPINIONS], len(signed.opinions[_OPINIONS:])
    return (
        told(words.status[signed.status], signed.verdict),
        *(told(words.opinion, opinion) for opinion in shown),
        *([words.more_opinions.format(count=hidden)] if hidden else []),
    )


def _number(words: PageWords, value: float | None, threshold: float | None) -> str:
    """Write ``value`` with the digits that tell it from the threshold: where both are small, one more."""
    if value is None:
        return ""
    digits = 3 if threshold is not None and max(value, threshold) < _SMALL else 2
    return f"{value:.{digits}f}".replace(".", words.decimal_point)


def _machine(words: PageWords, finding: Finding) -> str:
    said = words.call[finding.call]
    if finding.call is Call.NOT_ASSESSED or finding.probability is None:
        return said
    return f"{said}, {words.number.format(value=_number(words, finding.probability, finding.threshold))}"


def _unjudged(words: PageWords, findings: Sequence[Finding]) -> Iterable[str]:
    def named(call: Call) -> str:
        found = sorted((f for f in findings if f.call is call), key=_finding_rank)
        if call is Call.NOT_ASSESSED:
            return ", ".join(words.label[f.label] for f in found)
        numbers = [words.number.format(value=_number(words, f.probability, f.threshold)) for f in found]
        return ", ".join(f"{words.label[f.label]} ({number})" for f, number in zip(found, numbers, strict=True))

    present = named(Call.PRESENT)
    yield words.called.format(names=present) if present else words.none_called
    if names := named(Call.INDETERMINATE):
        yield words.indeterminate.format(names=names)
    if names := named(Call.NOT_ASSESSED):
        yield f"{words.not_assessed.format(names=names)} {words.not_assessed_means}"
    yield words.uncertain


def _judged(words: PageWords, findings: Sequence[Finding], signed: Signed) -> Iterable[str]:
    of = {f.label: f for f in findings}
    told: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for label in LABELS:
        if stated := signed.verdict.stated.get(label):
            values = {
                "label": words.label[label],
                "answer": words.own[stated.answer],
                "machine": _machine(words, of[label]),
            }
            template = words.otherwise if stated.verdict is Verdict.DISAGREE else words.said
            told[stated.verdict].append(template.format(**values))
    silent = [of[label] for label in LABELS if label not in signed.verdict.stated]
    open_ = [f for f in silent if f.call is not Call.NOT_ASSESSED]
    alone = [words.said.format(label=words.label[f.label], machine=words.call[f.call]) for f in open_]
    nobody = [words.label[f.label] for f in silent if f.call is Call.NOT_ASSESSED]
    for template, names in (
        (words.agreed, told[Verdict.AGREE]),
        (words.disagreed, told[Verdict.DISAGREE]),
        (words.unsure, told[Verdict.UNSURE]),
        (words.without_verdict, alone),
        (words.by_nobody, nobody),
    ):
        if names:
            yield template.format(names=", ".join(names))
    for opinion in signed.opinions[:_OPINIONS]:
        who = words.opinion.format(who=_who(words, opinion.physician), when=moment(opinion.signed_at))
        yield f"{who}: {_opinion(words, opinion)}."
    yield words.uncertain


def _opinion(words: PageWords, opinion: SignedVerdict) -> str:
    said = [
        f"{words.label[label]} ({words.own[opinion.stated[label].answer]})"
        for label in LABELS
        if label in opinion.stated
    ]
    return ", ".join(said) or words.nothing_stated


def _finding_rank(finding: Finding) -> tuple[int, float, int]:
    """Put what was found first, then what is open, and last what nobody looked for."""
    return _ORDER.index(finding.call), -(finding.probability or 0.0), LABELS.index(finding.label)


def _rank(reported: ReportedFinding) -> tuple[int, float, int]:
    return _finding_rank(reported.finding)


def _row(words: PageWords, reported: ReportedFinding, signed: Signed | None) -> Row:
    finding = reported.finding
    stated = signed.verdict.stated.get(finding.label) if signed else None
    has_number = (
        finding.call is not Call.NOT_ASSESSED
    )  # an exploratory number is shown to who asks for it, and never sent
    probability, threshold = (finding.probability, finding.threshold) if has_number else (None, None)
    return Row(
        label=words.label[finding.label],
        machine=Answer(finding.call, words.call[finding.call]),
        physician=Answer(stated.answer, words.own[stated.answer]) if stated else None,
        probability=_number(words, probability, threshold),
        threshold=_number(words, threshold, probability),
    )


def _own_words(words: PageWords, signed: Signed) -> Iterable[tuple[str, str]]:
    texts = [(words.own_words, signed.verdict.text)]
    texts += [(words.opinion_words, opinion.text) for opinion in signed.opinions[:_OPINIONS]]
    written = [(heading, list(filter(None, map(plain_text, text.splitlines())))) for heading, text in texts]
    written = [(heading, lines) for heading, lines in written if lines]
    for heading, lines in written:
        most_lines, most_chars = _TEXT_LINES // len(written), _TEXT_CHARS // len(written)
        kept = "\n".join(lines[:most_lines])
        if len(lines) > most_lines or len(kept) > most_chars:
            kept = f"{kept[:most_chars].rstrip()}{words.cut}"
        yield heading, kept


def _foot(words: PageWords, report: Report) -> Iterable[str]:
    yield from corrected(report.study, report.language)
    use = words.uses.get(plain_text(report.intended_use).casefold(), report.intended_use)
    use = _clipped(sentence(use), _USE_CHARS)
    yield " ".join(filter(None, [use[:1].upper() + use[1:], words.support, words.decision]))
    for model in report.models[:_MODELS]:
        name, version = (_clipped(text, _MODEL_CHARS) for text in (model.name, model.version))
        yield words.model.format(name=name, version=version, digest=model.digest)
    if hidden := len(report.models[_MODELS:]):
        yield words.more_models.format(count=hidden)
    yield words.issued.format(revision=report.revision, when=moment(report.issued))
