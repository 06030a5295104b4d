"""A report that is taken back: what an EHR was sent, under the same identifiers, as `entered-in-error`.

It is made of the bundles as they were sent, and of nothing that may have changed since. A reader that overlooks the status
finds no call in the conclusion (FHIR R4 DiagnosticReport.status, Observation.status).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from integrations.report_words import withdrawn
from integrations.verdict import ReportStatus

_ORDER = ("Observation", "DiagnosticReport", "Provenance")
"""What is ours of a study comes last, in this order: a reference points backwards only."""
_CALLS = ("conclusionCode", "presentedForm")
"""Where a report says its calls, beside its results and its conclusion."""


def withdrawn_bundle(sent: Sequence[Mapping[str, Any]], withdrawn_at: datetime) -> dict[str, Any]:
    """Return the R4 transaction Bundle that takes back what the bundles ``sent`` say; ``withdrawn_at`` is aware.

    ``sent`` holds the newest bundle under each set of identifiers, the newest of all first: who else's resources they name
    (patient, study) is then as that one has it.
    """
    entries: dict[str, dict[str, Any]] = {}
    for bundle in sent:
        for entry in bundle["entry"]:
            entries.setdefault(entry["fullUrl"], {**entry, "resource": _withdrawn(entry["resource"], withdrawn_at)})
    ordered = sorted(entries.values(), key=lambda entry: _place(entry["resource"]["resourceType"]))
    return {"resourceType": "Bundle", "type": "transaction", "entry": ordered}


def _place(resource_type: str) -> int:
    return _ORDER.index(resource_type) + 1 if resource_type in _ORDER else 0


def _withdrawn(resource: Mapping[str, Any], withdrawn_at: datetime) -> dict[str, Any]:
    taken_back = {
        "status": ReportStatus.ENTERED_IN_ERROR.value,
        "issued": withdrawn_at.isoformat(timespec="milliseconds"),
    }
    said = withdrawn("pl" if resource.get("language") == "pl" else "en")
    match resource["resourceType"]:
        case "DiagnosticReport":
            kept = {key: value for key, value in resource.items() if key not in _CALLS}
            return {**kept, **taken_back, "conclusion": said}
        case "Observation":
            return {**resource, **taken_back, "note": [{"text": said}]}
        case _:
            return dict(resource)
