"""The DICOM study as FHIR knows it: which series and instances there are, ours included."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from integrations.codes import DCM, DICOM_UID, URI
from integrations.fhir_patient import fhir_date, plain_text
from integrations.instance import Study

_ACCESSION = {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "ACSN"}


@dataclass(frozen=True, slots=True)
class ReportedInstance:
    """One SOP instance that a report rests on or that was made for it."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    modality: str


def dicom_identifier(uid: str) -> dict[str, str]:
    """Return the FHIR Identifier of a DICOM UID (FHIR R4 ImagingStudy, notes)."""
    return {"system": DICOM_UID, "value": f"urn:oid:{uid}"}


def accession_identifier(study: Study) -> dict[str, Any] | None:
    """Return the FHIR Identifier of the study's Accession Number (0008,0050), None where it has none."""
    accession = plain_text(study.accession_number)
    return {"type": {"coding": [_ACCESSION]}, "value": accession} if accession else None


def imaging_study(
    study: Study, subject: dict[str, Any], instances: Iterable[ReportedInstance], dicomweb_url: str = ""
) -> dict[str, Any]:
    """Return the R4 ImagingStudy of ``study`` with its series and instances in the order of their UIDs.

    ``dicomweb_url`` is the base of the service that gives them (WADO-RS); "": there is none.
    """
    ordered = sorted(set(instances), key=attrgetter("series_instance_uid", "sop_instance_uid"))
    series = [_series(uid, list(members)) for uid, members in groupby(ordered, attrgetter("series_instance_uid"))]
    identifiers: list[dict[str, Any]] = [dicom_identifier(study.study_instance_uid)]
    if accession := accession_identifier(study):
        identifiers.append(accession)
    resource = {
        "resourceType": "ImagingStudy",
        "contained": [_endpoint(dicomweb_url)] if dicomweb_url else None,
        "identifier": identifiers,
        "status": "available",
        "modality": [_modality(code) for code in sorted({i.modality for i in ordered})],
        "subject": subject,
        "started": fhir_date(study.study_date),
        "endpoint": [{"reference": "#wado-rs"}] if dicomweb_url else None,
        "numberOfSeries": len(series),
        "numberOfInstances": len(ordered),
        "description": plain_text(study.study_description),
        "series": series,
    }
    return {key: value for key, value in resource.items() if value}


def _endpoint(address: str) -> dict[str, Any]:
    kind = {"system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "dicom-wado-rs"}
    return {
        "resourceType": "Endpoint",
        "id": "wado-rs",
        "status": "active",
        "connectionType": kind,
        "payloadType": [{"text": "DICOM"}],
        "address": address,
    }


def _series(uid: str, members: list[ReportedInstance]) -> dict[str, Any]:
    return {
        "uid": uid,
        "modality": _modality(members[0].modality),
        "numberOfInstances": len(members),
        "instance": [
            {"uid": i.sop_instance_uid, "sopClass": {"system": URI, "code": f"urn:oid:{i.sop_class_uid}"}}
            for i in members
        ],
    }


def _modality(code: str) -> dict[str, str]:
    return {"system": DCM, "code": code}
