"""What a study's report is made of, whether one can be made of it, and what it concludes in words: the same for FHIR and DICOM."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integrations import codes, report_words
from integrations.imaging_study import ReportedInstance
from integrations.instance import Study
from integrations.verdict import Signed
from integrations.words import Language
from models.assessment import Call, Finding, ModelIdentity
from models.labels import LABELS

_SOURCE_MODALITIES = ("CR", "DX")


class Unreportable(ValueError):
    """No valid report can be made of this; the message says which field stands in the way and holds no patient data."""


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """One label's answer for the study, the SOP Instance UID of the image that gave it, and the model (None: the report's)."""

    finding: Finding
    image_uid: str | None
    model: ModelIdentity | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All that a study's report is made of.

    ``model`` is whose report it is: the one that assessed the newest image. Another may have given a finding before.
    ``findings`` holds each of the 14 labels once; ``instances`` the sources and our result objects; ``issued`` is aware;
    ``patient_system`` is the URI under which the study's patient ids are unique (one for each issuer of patient ids);
    ``base_system`` is the URI under which our identifiers stand. ``signed`` is what a physician says of it; None: nobody
    has signed. ``filed_under`` is the manifest digest that its identifiers are derived from where it is not the model's: what
    was signed once keeps its identifiers, whichever model is in use later. ``cards`` holds model cards (Markdown) by manifest
    digest; ``dicomweb_url`` is where sources and results can be read, "" where nowhere;
    ``presented_form`` the same report as documents (FHIR R4 Attachments). ``documents`` are its Structured Reports, oldest
    first, the last of this very revision. ``language`` is that of what people read in report and findings.
    """

    study: Study
    model: ModelIdentity
    findings: tuple[ReportedFinding, ...]
    instances: tuple[ReportedInstance, ...]
    revision: int
    issued: datetime
    intended_use: str
    patient_system: str
    base_system: str = codes.BASE
    create_patient: bool = True
    owns_imaging_study: bool = False
    signed: Signed | None = None
    filed_under: str | None = None
    cards: Mapping[str, bytes] = field(default_factory=dict)
    dicomweb_url: str = ""
    presented_form: Sequence[Mapping[str, Any]] = ()
    documents: Sequence[ReportedInstance] = ()
    language: Language = "en"

    @property
    def models(self) -> tuple[ModelIdentity, ...]:
        """All that gave an answer, the report's own first."""
        return tuple(dict.fromkeys([self.model, *(r.model for r in self.findings if r.model)]))

    @property
    def radiographs(self) -> tuple[ReportedInstance, ...]:
        """The sources among the instances, each once."""
        return tuple(dict.fromkeys(i for i in self.instances if i.modality in _SOURCE_MODALITIES))


def check(report: Report) -> None:
    """Raise Unreportable where no report can be made of this."""
    if not report.study.patient_id.strip():
        raise Unreportable("the study has no Patient ID (0010,0020): an EHR can't tell whose report this is")
    if not report.study.patient_id.isprintable():
        raise Unreportable("the Patient ID (0010,0020) holds control characters, which FHIR forbids")
    if not report.patient_system or any(c.isspace() or c == "|" for c in report.patient_system):
        raise Unreportable("the identifier system of patient ids must be a URI: check the settings")
    if not report.radiographs:
        raise Unreportable("the report rests on no radiograph")
    if report.issued.tzinfo is None:
        raise Unreportable("the time of issue has no time zone")
    if sorted(r.finding.label for r in report.findings) != sorted(LABELS):
        raise Unreportable("the report needs each of the 14 labels once")
    for reported in report.findings:
        _check_numbers(reported.finding)


def _check_numbers(finding: Finding) -> None:
    numbers = (finding.logit, finding.probability, finding.threshold)
    if finding.call is Call.NOT_ASSESSED:
        if any(number is not None for number in numbers):
            raise Unreportable(f"{finding.label} is not assessed and yet has a number")
    elif any(number is None or not math.isfinite(number) for number in numbers):
        raise Unreportable(f"{finding.label} lacks a finite score, probability or threshold")
    elif any(not 0 <= (number or 0) <= 1 for number in numbers[1:]):
        raise Unreportable(f"{finding.label} has a probability or threshold outside of [0, 1]")


def conclusion(report: Report, language: Language = "en") -> str:
    """Say the answers in words, and what this is for; no patient is named in it but by a physician's own hand."""
    findings = [reported.finding for reported in report.findings]
    said = (
        report_words.signed(findings, report.revision, report.signed, language)
        if report.signed
        else report_words.preliminary(findings, report.revision, language)
    )
    said += report_words.corrected(report.study, language)
    sentences = " ".join([*said, *report_words.closing(report.intended_use, report.models, language)])
    own_words = report_words.own_words(report.signed, language) if report.signed else ""
    return f"{sentences}\n\n{own_words}" if own_words else sentences
