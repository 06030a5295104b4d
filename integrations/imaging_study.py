"""The DICOM study as FHIR knows it: which series and instances there are, ours included."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from integrations.codes import DCM, DICOM_UID, URI
from integrations.fhir_patient import fhir_date, plain_text
from integrations.instance import Study


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


def imaging_study(study: Study, subject: dict[str, Any], instances: Iterable[ReportedInstance]) -> dict[str, Any]:
    """Return the R4 ImagingStudy of ``study`` with its series and instances in the order of their UIDs."""
    ordered = sorted(set(instances), key=attrgetter("series_instance_uid", "sop_instance_uid"))
    series = [_series(uid, list(members)) for uid, members in groupby(ordered, attrgetter("series_instance_uid"))]
    identifiers: list[dict[str, Any]] = [dicom_identifier(study.study_instance_uid)]
    if accession := plain_text(study.accession_number):
        accession_type = {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "ACSN"}
        identifiers.append({"type": {"coding": [accession_type]}, "value": accession})
    resource = {
        "resourceType": "ImagingStudy",
        "identifier": identifiers,
        "status": "available",
        "modality": [_modality(code) for code in sorted({i.modality for i in ordered})],
        "subject": subject,
        "started": fhir_date(study.study_date),
        "numberOfSeries": len(series),
        "numberOfInstances": len(ordered),
        "description": plain_text(study.study_description),
        "series": series,
    }
    return {key: value for key, value in resource.items() if value}


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
