"""Which resources the FHIR API has, and what each is found by: the one list that the search and the CapabilityStatement read."""

from collections.abc import Mapping

from integrations.capability_statement import SearchParam

_ID = SearchParam("_id", "token", "logical id")
_UPDATED = SearchParam("_lastUpdated", "date", "when this version was written; prefixes eq, ge, le, gt, lt")
_IDENTIFIER = SearchParam("identifier", "token", "`value` or `system|value`")
_STATUS = SearchParam("status", "token", "the code alone")
_PATIENT = tuple(
    SearchParam(name, "reference", "`Patient/id`; by value with the modifier `:identifier`, or chained: `.identifier`")
    for name in ("patient", "subject")
)
_TARGET = SearchParam("target", "reference", "`Type/id`")


def _date(name: str) -> SearchParam:
    return SearchParam(name, "date", "prefixes eq, ge, le, gt, lt; what names no zone is UTC")


_OF_A_PATIENT = (_ID, _UPDATED, _IDENTIFIER, *_PATIENT, _STATUS)

TYPES: Mapping[str, Mapping[str, SearchParam]] = {
    resource_type: {each.name: each for each in found_by}
    for resource_type, found_by in {
        "DiagnosticReport": (*_OF_A_PATIENT, _date("date")),
        "Observation": (*_OF_A_PATIENT, _date("date")),
        "ImagingStudy": (*_OF_A_PATIENT, _date("started")),
        "DocumentReference": (*_OF_A_PATIENT, _date("date")),
        "Device": (_ID, _UPDATED, _IDENTIFIER, _STATUS),
        "Patient": (_ID, _UPDATED, _IDENTIFIER),
        "Provenance": (_ID, _UPDATED, _TARGET, _date("recorded")),
    }.items()
}
"""By type, and by the parameter's name."""

OF_NOBODY = frozenset({"Device", "DocumentReference"})
"""Types that say nothing of a person: models, and their cards."""
