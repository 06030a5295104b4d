"""What a report says in words: the machine's answers, a physician's verdict on them, and what all of it is for."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from integrations.fhir_patient import plain_text
from models.assessment import Call, Finding, ModelIdentity
from models.labels import LABELS

if TYPE_CHECKING:
    from integrations.verdict import Signed, SignedVerdict

SUPPORT = "It supports a physician and never replaces one."
OWN_WORDS = "In the words of the physician: "
"""What is written by a person's hand stands behind this, at the end of a conclusion."""


def sentence(text: str) -> str:
    """Return ``text`` with one full stop at its end."""
    text = plain_text(text)
    return text if not text or text[-1] in ".!?" else f"{text}."


def said_by_machine(finding: Finding) -> str:
    """Return the machine's answer with its number, where it has one."""
    if finding.call is Call.NOT_ASSESSED or finding.probability is None:
        return finding.call.value
    return f"{finding.call.value}, probability {finding.probability:.2f}"


def preliminary(findings: Sequence[Finding], revision: int) -> list[str]:
    """Say what was called and what was not, where no physician has signed."""

    def named(call: Call) -> str:
        found = sorted(
            (f for f in findings if f.call is call), key=lambda f: (-(f.probability or 0.0), LABELS.index(f.label))
        )
        return ", ".join(
            f.label if f.probability is None else f"{f.label} (probability {f.probability:.2f})" for f in found
        )

    return [
        f"Preliminary AI result, revision {revision}, not reviewed by a physician.",
        f"Called present: {named(Call.PRESENT) or 'nothing'}.",
        f"Indeterminate: {indeterminate}." if (indeterminate := named(Call.INDETERMINATE)) else "",
        f"Not assessed by this model: {not_assessed}." if (not_assessed := named(Call.NOT_ASSESSED)) else "",
    ]


def signed(findings: Sequence[Finding], revision: int, by: "Signed") -> list[str]:
    """Say what the physician says of each label, what stays the machine's alone, and what a second one thinks."""
    of = {f.label: f for f in findings}
    told: dict[str, list[str]] = {"agree": [], "disagree": [], "unsure": []}
    for label, stated in sorted(by.verdict.stated.items(), key=lambda item: LABELS.index(item[0])):
        machine, kind = said_by_machine(of[label]), stated.verdict.value
        own = {"agree": f"({machine})", "disagree": f"is {stated.answer.value} (AI: {machine})"}
        told[kind].append(f"{label} {own.get(kind, f'(AI: {machine})')}")
    silent = [of[label] for label in LABELS if label not in by.verdict.stated]
    said = {
        "Agreed with the AI": told["agree"],
        "Disagreed with the AI": told["disagree"],
        "Unsure": told["unsure"],
        "Without a physician's verdict": [
            f"{f.label} (AI: {f.call.value})" for f in silent if f.call is not Call.NOT_ASSESSED
        ],
        "Assessed by nobody": [f.label.value for f in silent if f.call is Call.NOT_ASSESSED],
    }
    return [
        f"{by.status.value.capitalize()} report, revision {revision}, signed by a physician.",
        *(f"{what}: {', '.join(labels)}." for what, labels in said.items() if labels),
        *map(_opinion, by.opinions),
    ]


def own_words(by: "Signed") -> str:
    """Return what the physicians wrote themselves, line by line; "" where they wrote nothing."""
    texts = [OWN_WORDS + _lines(by.verdict.text)] if by.verdict.text.strip() else []
    texts += [f"{OWN_WORDS}(second opinion) {_lines(o.text)}" for o in by.opinions if o.text.strip()]
    return "\n".join(texts)


def closing(intended_use: str, models: Iterable[ModelIdentity]) -> list[str]:
    """Say what it is for, and who spoke."""
    return [
        sentence(intended_use),
        SUPPORT,
        *(f"Model: {model.name} {model.version}, manifest SHA-256 {model.digest}." for model in models),
    ]


def _opinion(opinion: "SignedVerdict") -> str:
    said = ", ".join(
        f"{label} is {opinion.stated[label].answer.value} ({opinion.stated[label].verdict.value})"
        for label in LABELS
        if label in opinion.stated
    )
    return f"Second opinion on revision {opinion.revision}: {said or 'nothing to say of a single label'}."


def _lines(text: str) -> str:
    return "\n".join(filter(None, map(plain_text, text.splitlines())))
