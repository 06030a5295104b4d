"""A study's report for the EHR: one FHIR R4 transaction of report, findings, device, imaging study, patient.

It is preliminary until a physician has signed (`integrations.verdict`). Everything in it is derived from its arguments: the
same report gives the same bytes. What we author (report and findings) carries an identifier derived from (study, model
manifest, label) and is written by conditional update, so that a repeat changes nothing, and a late image or a signature
makes a new version. What others may own is created only where it is missing:

- Patient: conditional create, or a conditional reference where ``create_patient`` is off; then a server that does not know
  the patient must refuse the transaction (FHIR R4 http, transaction rules), and the report is parked, not lost.
- ImagingStudy: conditional create by Study Instance UID, so that a PACS's own is never overwritten. A late image is then not
  added to it; with ``owns_imaging_study`` (no one else writes them at this server) it is updated instead.
- Device: conditional create by manifest digest: one per model, and it never changes. Its card (DocumentReference) likewise, by
  the card's own digest.
- Provenance has no identifier in R4: it is put under an id that is derived like the identifiers.
"""

import json
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

from integrations import ai_transparency, codes, report_words
from integrations.codes import concept
from integrations.fhir_patient import fhir_date, patient, plain_text, search_token
from integrations.imaging_study import ReportedInstance, accession_identifier, imaging_study
from integrations.instance import Study
from integrations.report_words import SUPPORT
from integrations.uids import device_uid
from integrations.verdict import ReportStatus, Signed
from models.assessment import Call, Finding, ModelIdentity
from models.labels import LABELS, Label

__all__ = ["SUPPORT", "Report", "ReportedFinding", "ReportedInstance", "Unreportable", "build_bundle", "conclusion"]

_SOURCE_MODALITIES = ("CR", "DX")
_DECIMALS = 4


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
    ``presented_form`` the same report as documents (FHIR R4 Attachments).
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

    @property
    def models(self) -> tuple[ModelIdentity, ...]:
        """All that gave an answer, the report's own first."""
        return tuple(dict.fromkeys([self.model, *(r.model for r in self.findings if r.model)]))

    @property
    def radiographs(self) -> tuple[ReportedInstance, ...]:
        """The sources among the instances, each once."""
        return tuple(dict.fromkeys(i for i in self.instances if i.modality in _SOURCE_MODALITIES))


def build_bundle(report: Report) -> dict[str, Any]:
    """Return the R4 (4.0.1) transaction Bundle of ``report`` as JSON-ready values, validated by fhir.resources.

    Entries stand in the order Patient, cards, Devices, ImagingStudy, Observation (in LABELS order), DiagnosticReport, Provenance: a
    reference points backwards only. Without a signature no status is final.

    Raises:
        Unreportable: the study has no patient id or no radiograph, a number is not finite, a label is missing, or FHIR forbids a value.

    """
    check(report)
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": _Author(report).entries()}
    try:
        Bundle.model_validate(bundle)
    except ValidationError as error:
        # pydantic's own words repeat the values, which may be the patient's
        faults = sorted({f"{'.'.join(map(str, e['loc']))} ({e['type']})" for e in error.errors()})
        raise Unreportable(f"FHIR R4 does not allow the report: {', '.join(faults)}") from None
    return bundle


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


class _Author:
    """Writes the resources of one report, which refer to each other by derived ids."""

    def __init__(self, report: Report) -> None:
        self.report = report
        study_uid, digest = report.study.study_instance_uid, report.filed_under or report.model.digest
        self.patient_identifier: dict[str, Any] = {
            "system": report.patient_system,
            "value": report.study.patient_id.strip(),
        }
        if issuer := plain_text(report.study.issuer_of_patient_id):
            self.patient_identifier["assigner"] = {"display": issuer}
        self.patient_id = self._derived("patient", report.patient_system, self.patient_identifier["value"])
        self.models = report.models
        self.device_ids = {model: self._derived("device", model.digest) for model in self.models}
        self.card_ids = {
            model: self._derived("model-card", model.digest, report.cards[model.digest].decode(errors="replace"))
            for model in self.models
            if model.digest in report.cards
        }
        self.imaging_study_id = self._derived("imaging-study", study_uid)
        self.report_id = self._derived("report", study_uid, digest)
        self.finding_ids = {label: self._derived("finding", study_uid, digest, label) for label in LABELS}
        self.patient_search = "identifier=" + search_token(report.patient_system, self.patient_identifier["value"])
        self.subject: dict[str, Any] = {"identifier": self.patient_identifier, "type": "Patient"}
        self.subject["reference"] = (
            f"urn:uuid:{self.patient_id}" if report.create_patient else f"Patient?{self.patient_search}"
        )

    def entries(self) -> list[dict[str, Any]]:
        report, entries = self.report, []
        by_machine: list[str] = []  # what a physician says otherwise is theirs, and no work of a model
        if report.create_patient:
            person = patient(report.study, self.patient_identifier)
            entries.append(_created(self.patient_id, person, self.patient_search))
        for model, own_id in self.card_ids.items():
            card = ai_transparency.model_card(model, report.cards[model.digest], report.base_system)
            entries.append(_created(own_id, card, _by(card["identifier"][0])))
        for model in self.models:
            card_id = self.card_ids.get(model)
            device = ai_transparency.device(
                model, device_uid(model), report.base_system, f"urn:uuid:{card_id}" if card_id else None
            )
            entries.append(_created(self.device_ids[model], device, _by(device["identifier"][0])))
        study = imaging_study(report.study, self.subject, report.instances, report.dicomweb_url)
        write_study = _updated if report.owns_imaging_study else _created
        entries.append(write_study(self.imaging_study_id, study, _by(study["identifier"][0])))
        for reported in sorted(report.findings, key=lambda r: LABELS.index(r.finding.label)):
            observation = self._observation(reported)
            own_id = self.finding_ids[reported.finding.label]
            if codes.AI_ASSERTED.as_fhir() in observation["meta"]["security"]:
                by_machine.append(own_id)
            entries.append(_updated(own_id, observation, _by(observation["identifier"][0])))
        whole = self._diagnostic_report()
        entries.append(_updated(self.report_id, whole, _by(whole["identifier"][0])))
        entries.append(
            _put(self._derived("provenance", self.report_id), self._provenance([*by_machine, self.report_id]))
        )
        return entries

    def _derived(self, *parts: str) -> str:
        return str(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, self.report.base_system), json.dumps(parts)))

    def _provenance(self, made: Sequence[str]) -> dict[str, Any]:
        report = self.report
        return ai_transparency.provenance(
            [f"urn:uuid:{one}" for one in made],
            [f"urn:uuid:{self.device_ids[model]}" for model in self.models],
            recorded=report.issued.isoformat(timespec="milliseconds"),
            radiographs=[image.sop_instance_uid for image in report.radiographs],
            cards=[f"urn:uuid:{one}" for one in self.card_ids.values()],
            models=[ai_transparency.manifest_identifier(model, report.base_system) for model in self.models],
            signed=report.signed,
        )

    def _observation(self, reported: ReportedFinding) -> dict[str, Any]:
        finding, report = reported.finding, self.report
        model = reported.model or report.model
        components = []
        if finding.call is Call.NOT_ASSESSED:
            answer = {"dataAbsentReason": codes.NOT_ASSESSED}
        else:
            presence = codes.PRESENCE[finding.call]
            answer = {"valueCodeableConcept": concept(presence.display, presence) | ai_transparency.confidence(finding)}
            components = [
                _score(codes.RAW_SCORE, finding.logit),
                _score(codes.PROBABILITY, finding.probability),
                _score(codes.THRESHOLD, finding.threshold),
            ]
            if reported.image_uid:
                image = f"urn:oid:{reported.image_uid}"
                components.append({"code": codes.SOURCE_IMAGE, "valueString": image})
        use = " ".join(report_words.closing(report.intended_use, ()))
        resource: dict[str, Any] = {
            "resourceType": "Observation",
            "meta": {"security": [codes.AI_ASSERTED.as_fhir()]},
            "identifier": [self._own_identifier("finding", self.finding_ids[finding.label])],
            "status": ReportStatus.PRELIMINARY.value,
            "category": [codes.IMAGING],
            "code": codes.label_concept(finding.label),
            "subject": self.subject,
            "effectiveDateTime": fhir_date(report.study.study_date),
            "issued": report.issued.isoformat(timespec="milliseconds"),
            **answer,
            "note": [{"text": f"AI output, not reviewed by a physician. {use}"}],
            "method": concept(f"Image classification by {model.name} {model.version}", codes.AI_METHOD),
            "device": {"reference": f"urn:uuid:{self.device_ids[model]}"},
            "derivedFrom": [{"reference": f"urn:uuid:{self.imaging_study_id}"}],
            "component": components,
        }
        if report.signed:
            resource |= report.signed.observation(finding, use)
        return {key: value for key, value in resource.items() if value}

    def _diagnostic_report(self) -> dict[str, Any]:
        report = self.report
        # What a final report holds is verified: a label without a verdict stays an Observation beside it.
        results = [label for label in LABELS if report.signed is None or label in report.signed.verdict.stated]
        resource: dict[str, Any] = {
            "resourceType": "DiagnosticReport",
            "meta": {"security": [codes.AI_ASSERTED.as_fhir()]},
            "identifier": [self._own_identifier("report", self.report_id)],
            "status": ReportStatus.PRELIMINARY.value,
            "category": [codes.RADIOLOGY],
            "code": codes.procedure_concept(len(report.radiographs)),
            "subject": self.subject,
            "effectiveDateTime": fhir_date(report.study.study_date),
            "issued": report.issued.isoformat(timespec="milliseconds"),
            "result": [{"reference": f"urn:uuid:{self.finding_ids[label]}"} for label in results],
            "imagingStudy": [{"reference": f"urn:uuid:{self.imaging_study_id}"}],
            "conclusion": conclusion(report),
            "presentedForm": list(report.presented_form),
            "conclusionCode": [codes.label_concept(label) for label in results if self._is_present(label)],
        }
        if accession := accession_identifier(report.study):
            resource["basedOn"] = [{"type": "ServiceRequest", "identifier": accession}]
        if report.signed:
            resource |= report.signed.diagnostic_report()
        return {key: value for key, value in resource.items() if value}

    def _is_present(self, label: Label) -> bool:
        if self.report.signed:
            return self.report.signed.verdict.stated[label].answer is Call.PRESENT
        return any(r.finding.label is label and r.finding.call is Call.PRESENT for r in self.report.findings)

    def _own_identifier(self, kind: str, value: str) -> dict[str, str]:
        return {"system": f"{self.report.base_system}/identifier/{kind}", "value": value}


def _by(identifier: dict[str, str]) -> str:
    return "identifier=" + search_token(identifier["system"], identifier["value"])


def _created(own_id: str, resource: dict[str, Any], search: str) -> dict[str, Any]:
    """Write where nothing matches ``search``, else leave what is there (FHIR R4 http, conditional create)."""
    request = {"method": "POST", "url": resource["resourceType"], "ifNoneExist": search}
    return {"fullUrl": f"urn:uuid:{own_id}", "resource": resource, "request": request}


def _updated(own_id: str, resource: dict[str, Any], search: str) -> dict[str, Any]:
    """Write what matches ``search``, or a new one (FHIR R4 http, conditional update)."""
    request = {"method": "PUT", "url": f"{resource['resourceType']}?{search}"}
    return {"fullUrl": f"urn:uuid:{own_id}", "resource": resource, "request": request}


def _put(own_id: str, resource: dict[str, Any]) -> dict[str, Any]:
    """Write under an id of our own (FHIR R4 http, update as create)."""
    request = {"method": "PUT", "url": f"{resource['resourceType']}/{own_id}"}
    return {"fullUrl": f"urn:uuid:{own_id}", "resource": {**resource, "id": own_id}, "request": request}


def _score(code: dict[str, Any], number: float | None) -> dict[str, Any]:
    value = round(number or 0.0, _DECIMALS) + 0.0  # no negative zero
    return {"code": code, "valueQuantity": {"value": value, "unit": "1", "system": codes.UCUM, "code": "1"}}


def conclusion(report: Report) -> str:
    """Say the answers in words, and what this is for; no patient is named in it but by a physician's own hand."""
    findings = [reported.finding for reported in report.findings]
    said = (
        report_words.signed(findings, report.revision, report.signed)
        if report.signed
        else report_words.preliminary(findings, report.revision)
    )
    sentences = " ".join(filter(None, [*said, *report_words.closing(report.intended_use, report.models)]))
    own_words = report_words.own_words(report.signed) if report.signed else ""
    return f"{sentences}\n\n{own_words}" if own_words else sentences
