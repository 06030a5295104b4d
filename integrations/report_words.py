"""What a report says in sentences: the machine's answers, a physician's verdict on them, and what all of it is for."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from integrations.fhir_patient import fhir_date, plain_text
from integrations.words import SUPPORT, WORDS, Language
from models.assessment import Call, Finding, ModelIdentity
from models.labels import LABELS

if TYPE_CHECKING:
    from integrations.instance import Study
    from integrations.verdict import Signed, SignedVerdict

__all__ = [
    "OWN_WORDS",
    "SUPPORT",
    "closing",
    "corrected",
    "method",
    "not_reviewed",
    "own_words",
    "preliminary",
    "said_by_machine",
    "sentence",
    "signed",
    "support",
    "withdrawn",
]

OWN_WORDS = tuple(f"{words.own_words}: " for words in WORDS.values())
"""What is written by a person's hand stands behind one of these, at the end of a conclusion."""


def sentence(text: str) -> str:
    """Return ``text`` with one full stop at its end."""
    text = plain_text(text)
    return text if not text or text[-1] in ".!?" else f"{text}."


def support(language: Language = "en") -> str:
    """Say that it supports a physician and never replaces one."""
    return WORDS[language].support


def said_by_machine(finding: Finding, language: Language = "en") -> str:
    """Return the machine's answer with its number, where it has one."""
    said = WORDS[language].call[finding.call]
    return f"{said}, {number}" if (number := _number(finding, language)) else said


def preliminary(findings: Sequence[Finding], revision: int, language: Language = "en") -> list[str]:
    """Say what was called and what was not, where no physician has signed."""
    words = WORDS[language]

    def named(call: Call) -> str:
        found = sorted(
            (f for f in findings if f.call is call), key=lambda f: (-(f.probability or 0.0), LABELS.index(f.label))
        )
        numbers = [_number(f, language) for f in found]
        return ", ".join(
            f"{words.label[f.label]} ({number})" if number else words.label[f.label]
            for f, number in zip(found, numbers, strict=True)
        )

    said = [words.preliminary_result.format(revision=revision)]
    called = named(Call.PRESENT)
    said.append(words.called.format(names=called) if called else words.none_called)
    for template, call in ((words.indeterminate, Call.INDETERMINATE), (words.not_assessed, Call.NOT_ASSESSED)):
        if names := named(call):
            said.append(template.format(names=names))
    return said


def signed(findings: Sequence[Finding], revision: int, by: "Signed", language: Language = "en") -> list[str]:
    """Say what the physician says of each label, what stays the machine's alone, and what a second one thinks."""
    words, of = WORDS[language], {f.label: f for f in findings}
    told: dict[str, list[str]] = {"agree": [], "disagree": [], "unsure": []}
    for label, stated in sorted(by.verdict.stated.items(), key=lambda item: LABELS.index(item[0])):
        template = words.otherwise if stated.verdict.value == "disagree" else words.said
        told[stated.verdict.value].append(
            template.format(
                label=words.label[label],
                answer=words.call[stated.answer],
                machine=said_by_machine(of[label], language),
            )
        )
    silent = [of[label] for label in LABELS if label not in by.verdict.stated]
    alone = [f for f in silent if f.call is not Call.NOT_ASSESSED]
    said = {
        words.agreed: told["agree"],
        words.disagreed: told["disagree"],
        words.unsure: told["unsure"],
        words.without_verdict: [
            words.said.format(label=words.label[f.label], machine=words.call[f.call]) for f in alone
        ],
        words.by_nobody: [words.label[f.label] for f in silent if f.call is Call.NOT_ASSESSED],
    }
    return [
        words.signed[by.status.value].format(revision=revision),
        *(template.format(names=", ".join(labels)) for template, labels in said.items() if labels),
        *(_opinion(opinion, language) for opinion in by.opinions),
    ]


def own_words(by: "Signed", language: Language = "en") -> str:
    """Return what the physicians wrote themselves, line by line and as they wrote it; "" where they wrote nothing."""
    words = WORDS[language]
    texts = [f"{words.own_words}: {_lines(by.verdict.text)}"] if by.verdict.text.strip() else []
    second = f"{words.own_words}: {words.of_second_opinion}"
    texts += [f"{second} {_lines(o.text)}" for o in by.opinions if o.text.strip()]
    return "\n".join(texts)


def closing(intended_use: str, models: Iterable[ModelIdentity], language: Language = "en") -> list[str]:
    """Say what it is for, and who spoke. An intended use of the site's own is said as it was written."""
    words = WORDS[language]
    use = sentence(words.uses.get(plain_text(intended_use).casefold().rstrip("."), intended_use))
    said = [words.model.format(name=model.name, version=model.version, digest=model.digest) for model in models]
    return [use, words.support, *(f"{one}." for one in said)]


def corrected(study: "Study", language: Language = "en") -> list[str]:
    """Say what of patient and study was wrong before and was corrected, and no value of it."""
    if not study.corrected:
        return []
    words, day = WORDS[language], fhir_date(study.corrected_on)
    return [words.corrected.format(day=day or "?", names=", ".join(words.attribute[one] for one in study.corrected))]


def not_reviewed(language: Language = "en") -> str:
    """Say that no physician has looked at it."""
    return WORDS[language].not_reviewed


def method(model: ModelIdentity, language: Language = "en") -> str:
    """Say how an answer came about."""
    return WORDS[language].method.format(name=model.name, version=model.version)


def withdrawn(language: Language = "en") -> str:
    """Say that a result was taken back."""
    return f"{WORDS[language].withdrawn} {support(language)}"


def _number(finding: Finding, language: Language) -> str:
    if finding.call is Call.NOT_ASSESSED or finding.probability is None:
        return ""
    words = WORDS[language]
    return words.number.format(value=f"{finding.probability:.2f}".replace(".", words.decimal_point))


def _opinion(opinion: "SignedVerdict", language: Language) -> str:
    words = WORDS[language]
    said = ", ".join(
        words.opinion_said.format(
            label=words.label[label],
            answer=words.call[opinion.stated[label].answer],
            verdict=words.verdicts[opinion.stated[label].verdict.value],
        )
        for label in LABELS
        if label in opinion.stated
    )
    return words.second_opinion.format(revision=opinion.revision, said=said or words.nothing_stated)


def _lines(text: str) -> str:
    return "\n".join(filter(None, map(plain_text, text.splitlines())))
