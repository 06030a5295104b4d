"""A physician's verdict on what a machine found: plain values, and what they change in FHIR R4.

What a physician agreed with stays the machine's and is `final`, with them as performer. Where they say otherwise, or cannot
tell, the answer is theirs: score, device and method of the machine go, and a note says what it had said. A label without a
verdict is nobody's but the machine's: it stays `preliminary`, and outside of the report's results.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from integrations import codes
from integrations.fhir_patient import plain_text
from integrations.report_words import said_by_machine
from integrations.words import WORDS, Language
from models.assessment import Call, Finding
from models.labels import Label


class Verdict(StrEnum):
    """What a physician thinks of the machine's answer for one label."""

    AGREE = "agree"
    DISAGREE = "disagree"
    UNSURE = "unsure"


class ReportStatus(StrEnum):
    """What one revision of a report is (FHIR R4 DiagnosticReport.status). APPENDED: what was final stays, and something is added."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    AMENDED = "amended"
    APPENDED = "appended"
    ENTERED_IN_ERROR = "entered-in-error"


_CONTRARY = {Call.PRESENT: Call.ABSENT, Call.ABSENT: Call.PRESENT, Call.NOT_ASSESSED: Call.PRESENT}


def own_answer(call: Call, verdict: Verdict, answer: Call | None = None) -> Call | None:
    """Return the physician's own answer for a label on which the machine said ``call``; None: they have not said it yet.

    To be unsure is an answer: indeterminate. Who disagrees says the contrary, or their ``answer``; an open call has no contrary.
    Who disagrees with nothing said (not assessed) has found it.
    """
    if verdict is Verdict.AGREE:
        return call
    if verdict is Verdict.UNSURE:
        return Call.INDETERMINATE
    said = answer or _CONTRARY.get(call)
    return None if said is call else said


@dataclass(frozen=True, slots=True)
class Stated:
    """What the machine said of one label, and what the physician says."""

    machine: Call
    verdict: Verdict
    answer: Call


@dataclass(frozen=True, slots=True)
class Physician:
    """Who signed: ``subject`` is unique in ``system`` (a URI); ``name`` is for people, "" where none is known."""

    system: str
    subject: str
    name: str = ""

    def as_reference(self) -> dict[str, Any]:
        """Return a logical FHIR R4 Reference: whose directory they stand in is not for us to write."""
        reference: dict[str, Any] = {
            "type": "Practitioner",
            "identifier": {"system": self.system, "value": self.subject},
        }
        if name := plain_text(self.name):
            reference["display"] = name
        return reference


@dataclass(frozen=True, slots=True)
class SignedVerdict:
    """One signature: ``stated`` holds the labels on which something was said, ``text`` the physician's own words.

    ``revision`` is the report's revision that was looked at, ``signed_at`` is aware.
    """

    physician: Physician
    signed_at: datetime
    revision: int
    stated: Mapping[Label, Stated]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What makes a report more than preliminary: the verdict that stands, and second opinions by others, oldest first.

    ``before`` are the labels on which an earlier signature had said something: FHIR lets these never be less than final again.
    """

    status: ReportStatus
    verdict: SignedVerdict
    opinions: tuple[SignedVerdict, ...] = ()
    before: frozenset[Label] = frozenset()

    def observation(self, finding: Finding, use: str, language: Language = "en") -> dict[str, Any]:
        """Return what the signature changes in the Observation of ``finding``; None takes an element away.

        ``use`` is what every note ends with, in ``language``.
        """
        physician, stated = self.verdict.physician, self.verdict.stated.get(finding.label)
        issued = {"issued": self.verdict.signed_at.isoformat(timespec="milliseconds")}
        if stated is None:
            return {**issued, "note": [{"text": f"{WORDS[language].no_verdict} {use}"}]}
        signed = {
            **issued,
            "status": "amended" if finding.label in self.before else "final",
            "performer": [physician.as_reference()],
            "note": [{"text": f"{_remark(stated, finding, language)} {use}"}],
        }
        if stated.answer is finding.call:
            both = [codes.AI_ASSERTED.as_fhir(), codes.CLINICIAN_ASSERTED.as_fhir()]
            return {**signed, "meta": {"security": both}}
        taken_away = dict.fromkeys(("dataAbsentReason", "device", "method", "component"))
        return {
            **signed,
            **taken_away,
            "meta": {"security": [codes.CLINICIAN_ASSERTED.as_fhir()]},
            "valueCodeableConcept": codes.presence_concept(stated.answer, language),
        }

    def remark(self, finding: Finding) -> str:
        """Say what the physician thinks of the machine's answer for a label on which they said something."""
        return _remark(self.verdict.stated[finding.label], finding)

    def diagnostic_report(self) -> dict[str, Any]:
        """Return what the signature changes in the DiagnosticReport, but for its results and its conclusion."""
        who = dict.fromkeys([self.verdict.physician, *(opinion.physician for opinion in self.opinions)])
        return {
            "meta": {"security": [codes.AI_ASSERTED.as_fhir(), codes.CLINICIAN_ASSERTED.as_fhir()]},
            "status": self.status.value,
            "performer": [self.verdict.physician.as_reference()],
            "resultsInterpreter": [physician.as_reference() for physician in who],
        }


def _remark(stated: Stated, finding: Finding, language: Language = "en") -> str:
    return WORDS[language].notes[stated.verdict.value].format(machine=said_by_machine(finding, language))
