"""The resources of a bundle as they are read: each valid by itself, each reference one that a reader can follow or search by."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fhir.resources.R4B import get_fhir_model_class

from integrations.diagnostic_report import build_bundle
from integrations.fhir_stored import searched_by, stored_resources
from service.api.fhir_types import TYPES
from tests.integrations.fhir_reports import CARDED, REPORT, STUDY

WHEN = datetime(2026, 1, 5, 10, 11, 12, 345678, tzinfo=UTC)


@pytest.mark.parametrize("report", [REPORT, CARDED, replace(CARDED, create_patient=False)])
def test_each_resource_is_valid_and_leads_to_the_others(report):
    stored = stored_resources(build_bundle(report))
    addresses = {f"{one.resource_type}/{one.id}" for one in stored}
    for one in stored:
        resource = one.version(3, WHEN)
        get_fhir_model_class(one.resource_type).model_validate(resource)
        assert (resource["meta"]["versionId"], resource["meta"]["lastUpdated"]) == (
            "3",
            "2026-01-05T10:11:12.345+00:00",
        )
        assert one.resource_type in TYPES, "what a bundle holds can be read"
        contained = {f"#{each['id']}" for each in resource.get("contained", [])}
        assert set(references(resource)) <= addresses | contained
        assert "urn:uuid:" not in json.dumps(resource)
    assert addresses >= {f"Patient/{one.id}" for one in stored if one.resource_type == "Patient"}


def test_a_patient_whom_no_report_creates_is_named_by_identifier_and_found_by_it():
    stored = stored_resources(build_bundle(replace(REPORT, create_patient=False)))
    assert "Patient" not in {one.resource_type for one in stored}
    [report] = [one for one in stored if one.resource_type == "DiagnosticReport"]
    assert "reference" not in report.content["subject"]
    assert report.content["subject"]["identifier"]["value"] == STUDY.patient_id
    found_by = searched_by(report)
    assert found_by.patients == ((REPORT.patient_system, STUDY.patient_id),)
    assert found_by.references == ()
    assert found_by.status == "preliminary"
    assert found_by.span == (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))


def test_a_provenance_is_found_by_what_it_is_about():
    stored = stored_resources(build_bundle(CARDED))
    [provenance] = [one for one in stored if one.resource_type == "Provenance"]
    targets = {address for name, address in searched_by(provenance).references if name == "target"}
    assert targets == {
        f"{s.resource_type}/{s.id}" for s in stored if s.resource_type in ("Observation", "DiagnosticReport")
    }
    assert searched_by(provenance).span == (WHEN.replace(microsecond=345000), WHEN.replace(microsecond=346000))


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from references(each)
    if isinstance(value, list):
        for each in value:
            yield from references(each)
