"""The DICOM study as FHIR knows it: which series and instances there are, ours included."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from integrations import codes
from integrations.codes import DICOM_UID, URI
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


def accession_identifier(study: Study) -> dict[str, Any] | None:
    """Return the FHIR Identifier of the study's Accession Number (0008,0050), None where it has none."""
    accession = plain_text(study.accession_number)
    return {"type": {"coding": [codes.ACCESSION.as_fhir()]}, "value": accession} if accession else None


def imaging_study(
    study: Study,
    subject: dict[str, Any],
    instances: Iterable[ReportedInstance],
    documents: Iterable[ReportedInstance] = (),
    *,
    dicomweb_url: str = "",
    is_kept_up: bool = False,
) -> dict[str, Any]:
    """Return the R4 ImagingStudy of ``study`` with its series and instances in the order of their UIDs.

    ``documents`` are the Structured Reports of all revisions so far. Each revision adds one to their series: they are listed
    where the resource ``is_kept_up``, while one that is written once names their series only, lest it lead to what a physician
    has changed since. ``dicomweb_url`` is the base of the service that gives all of them (WADO-RS); "": there is none.
    """
    revised = set(documents)
    ordered = sorted({*instances, *revised}, key=attrgetter("series_instance_uid", "sop_instance_uid"))
    series = [
        _series(uid, list(members), without=frozenset() if is_kept_up else revised)
        for uid, members in groupby(ordered, attrgetter("series_instance_uid"))
    ]
    identifiers: list[dict[str, Any]] = [dicom_identifier(study.study_instance_uid)]
    if accession := accession_identifier(study):
        identifiers.append(accession)
    resource = {
        "resourceType": "ImagingStudy",
        "contained": [_endpoint(dicomweb_url)] if dicomweb_url else None,
        "identifier": identifiers,
        "status": "available",
        "modality": [codes.modality(code) for code in sorted({i.modality for i in ordered})],
        "subject": subject,
        "started": fhir_date(study.study_date),
        "endpoint": [{"reference": "#wado-rs"}] if dicomweb_url else None,
        "numberOfSeries": len(series),
        "numberOfInstances": len(ordered) if is_kept_up else len(set(ordered) - revised),
        "description": plain_text(study.study_description),
        "series": series,
    }
    return {key: value for key, value in resource.items() if value}


def _endpoint(address: str) -> dict[str, Any]:
    return {
        "resourceType": "Endpoint",
        "id": "wado-rs",
        "status": "active",
        "connectionType": codes.WADO_RS.as_fhir(),
        "payloadType": [{"text": "DICOM"}],
        "address": address,
    }


def _series(uid: str, members: list[ReportedInstance], without: AbstractSet[ReportedInstance]) -> dict[str, Any]:
    listed = [
        {"uid": i.sop_instance_uid, "sopClass": {"system": URI, "code": f"urn:oid:{i.sop_class_uid}"}}
        for i in members
        if i not in without
    ]
    series: dict[str, Any] = {"uid": uid, "modality": codes.modality(members[0].modality)}
    return {**series, "numberOfInstances": len(members), "instance": listed} if listed else series
