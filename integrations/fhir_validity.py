"""Whether FHIR R4 allows a bundle: judged by fhir.resources, each distinct part of it once.

Fourteen Observations say the same of patient, category, scores and method. fhir.resources takes a part that it has judged
before as the model that it made of it, so that only what differs is judged again. Nothing is left out. From one bundle to
the next only codes are remembered: they are those of all reports, and lead to nobody.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fhir.resources.R4B.annotation import Annotation
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.meta import Meta
from fhir.resources.R4B.observation import ObservationComponent
from fhir.resources.R4B.reference import Reference
from fhir_core.fhirabstractmodel import FHIRAbstractModel
from pydantic import ValidationError

_PARTS: Mapping[str, type[FHIRAbstractModel]] = {
    "activity": CodeableConcept,
    "category": CodeableConcept,
    "code": CodeableConcept,
    "component": ObservationComponent,
    "conclusionCode": CodeableConcept,
    "dataAbsentReason": CodeableConcept,
    "derivedFrom": Reference,
    "device": Reference,
    "meta": Meta,
    "method": CodeableConcept,
    "note": Annotation,
    "performer": Reference,
    "reason": CodeableConcept,
    "subject": Reference,
    "type": CodeableConcept,
    "valueCodeableConcept": CodeableConcept,
}
"""The type of an element by its name, which is the same in all resources of ``_MADE_OF_PARTS``."""
_MADE_OF_PARTS = ("Device", "DiagnosticReport", "DocumentReference", "Observation", "Provenance")
_CODES_REMEMBERED = 1024

_Judged = dict[tuple[str, str], Any]


def faults_of(bundle: Mapping[str, Any]) -> list[str]:
    """Return what FHIR R4 does not allow of ``bundle``, as path and kind of fault, without a value; empty: all is well."""
    judged: _Judged = {}
    entries = [{**entry, "resource": _resource(entry["resource"], judged)} for entry in bundle["entry"]]
    try:
        Bundle.model_validate({**bundle, "entry": entries})
    except ValidationError as error:
        # pydantic's own words repeat the values, which may be the patient's
        return sorted({f"{'.'.join(map(str, e['loc']))} ({e['type']})" for e in error.errors()})
    return []


def _resource(resource: Mapping[str, Any], judged: _Judged) -> Mapping[str, Any]:
    return _of_parts(resource, judged) if resource["resourceType"] in _MADE_OF_PARTS else resource


def _of_parts(element: Mapping[str, Any], judged: _Judged) -> dict[str, Any]:
    return {name: _part(name, value, judged) if name in _PARTS else value for name, value in element.items()}


def _part(name: str, value: Any, judged: _Judged) -> Any:
    """Return the model of a part, or the part as it is where it is none: then the whole says what is wrong with it, and where."""
    if isinstance(value, list):
        return [_part(name, one, judged) for one in value]
    key = (name, json.dumps(value))
    if key not in judged:
        inner = _of_parts(value, judged) if name == "component" and isinstance(value, dict) else value
        kind = _PARTS[name]
        try:
            judged[key] = _codes(key[1]) if kind is CodeableConcept else kind.model_validate(inner)
        except ValidationError:
            judged[key] = value
    return judged[key]


@lru_cache(_CODES_REMEMBERED)
def _codes(concept: str) -> CodeableConcept:
    return CodeableConcept.model_validate(json.loads(concept))
