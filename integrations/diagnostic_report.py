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
import uuid
from collections.abc import Sequence
from typing import Any

from integrations import ai_transparency, codes, report_words
from integrations.codes import concept
from integrations.fhir_patient import fhir_date, patient, plain_text, search_token
from integrations.fhir_validity import faults_of
from integrations.imaging_study import ReportedInstance, accession_identifier, dicom_identifier, imaging_study
from integrations.report_words import SUPPORT
from integrations.study_report import Report, ReportedFinding, Unreportable, check, conclusion
from integrations.uids import device_uid
from integrations.verdict import ReportStatus
from models.assessment import Call
from models.labels import LABELS, Label

__all__ = [
    "SUPPORT",
    "Report",
    "ReportedFinding",
    "ReportedInstance",
    "Unreportable",
    "build_bundle",
    "check",
    "conclusion",
]

_DECIMALS = 4


def build_bundle(report: Report) -> dict[str, Any]:
    """Return the R4 (4.0.1) transaction Bundle of ``report`` as JSON-ready values, validated by fhir.resources.

    Entries stand in the order Patient, cards, Devices, ImagingStudy, Observation (in LABELS order), DiagnosticReport, Provenance: a
    reference points backwards only. Without a signature no status is final.

    Raises:
        Unreportable: the study has no patient id or no radiograph, a number is not finite, a label is missing, or FHIR forbids a value.

    """
    check(report)
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": _Author(report).entries()}
    if faults := faults_of(bundle):
        raise Unreportable(f"FHIR R4 does not allow the report: {', '.join(faults)}")
    return bundle


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
        study = imaging_study(
            report.study,
            self.subject,
            report.instances,
            report.documents,
            dicomweb_url=report.dicomweb_url,
            is_kept_up=report.owns_imaging_study,
        )
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
        finding, report, language = reported.finding, self.report, self.report.language
        model = reported.model or report.model
        components = []
        if finding.call is Call.NOT_ASSESSED:
            answer = {"dataAbsentReason": codes.NOT_ASSESSED.as_fhir(language)}
        else:
            said = codes.presence_concept(finding.call, language)
            answer = {"valueCodeableConcept": said | ai_transparency.confidence(finding)}
            components = [
                _score(codes.RAW_SCORE.as_fhir(language), finding.logit),
                _score(codes.PROBABILITY.as_fhir(language), finding.probability),
                _score(codes.THRESHOLD.as_fhir(language), finding.threshold),
            ]
            if reported.image_uid:
                image = f"urn:oid:{reported.image_uid}"
                components.append({"code": codes.SOURCE_IMAGE.as_fhir(language), "valueString": image})
        use = " ".join(report_words.closing(report.intended_use, (), language))
        resource: dict[str, Any] = {
            "resourceType": "Observation",
            "meta": {"security": [codes.AI_ASSERTED.as_fhir()]},
            "language": language,
            "identifier": [self._own_identifier("finding", self.finding_ids[finding.label])],
            "status": ReportStatus.PRELIMINARY.value,
            "category": [codes.IMAGING.as_fhir(language)],
            "code": codes.label_concept(finding.label, language),
            "subject": self.subject,
            "effectiveDateTime": fhir_date(report.study.study_date),
            "issued": report.issued.isoformat(timespec="milliseconds"),
            **answer,
            "note": [{"text": f"{report_words.not_reviewed(language)} {use}"}],
            "method": concept(report_words.method(model, language), codes.AI_METHOD, language=language),
            "device": {"reference": f"urn:uuid:{self.device_ids[model]}"},
            "derivedFrom": [{"reference": f"urn:uuid:{self.imaging_study_id}"}],
            "component": components,
        }
        if report.signed:
            resource |= report.signed.observation(finding, use, language)
        return {key: value for key, value in resource.items() if value}

    def _diagnostic_report(self) -> dict[str, Any]:
        report, language = self.report, self.report.language
        # What a final report holds is verified: a label without a verdict stays an Observation beside it.
        results = [label for label in LABELS if report.signed is None or label in report.signed.verdict.stated]
        resource: dict[str, Any] = {
            "resourceType": "DiagnosticReport",
            "meta": {"security": [codes.AI_ASSERTED.as_fhir()]},
            "language": language,
            "identifier": [self._own_identifier("report", self.report_id)],
            "status": ReportStatus.PRELIMINARY.value,
            "category": [codes.RADIOLOGY.as_fhir(language)],
            "code": codes.procedure_concept(len(report.radiographs), language),
            "subject": self.subject,
            "effectiveDateTime": fhir_date(report.study.study_date),
            "issued": report.issued.isoformat(timespec="milliseconds"),
            "result": [{"reference": f"urn:uuid:{self.finding_ids[label]}"} for label in results],
            "imagingStudy": [{"reference": f"urn:uuid:{self.imaging_study_id}"}],
            "conclusion": conclusion(report, language),
            "presentedForm": list(report.presented_form),
            "conclusionCode": [codes.label_concept(label, language) for label in results if self._is_present(label)],
        }
        # Who holds a Structured Report of any revision finds the report as it stands; the last names the one of this revision.
        resource["identifier"] += [dicom_identifier(document.sop_instance_uid) for document in report.documents]
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
