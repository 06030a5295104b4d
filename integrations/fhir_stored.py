"""The resources of a report as they are read: what its transaction Bundle holds, each under its logical id.

A bundle names its resources by ``urn:uuid:`` and may name a patient by a search (FHIR R4 http, conditional reference). Who reads
one resource is given relative references, and the identifier alone where nobody here knows the patient's logical id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.fhir_time import span_of

_URN = "urn:uuid:"
_DATES = ("effectiveDateTime", "started", "date", "recorded")
_PERIODS = ("effectivePeriod", "occurredPeriod")


@dataclass(frozen=True, slots=True)
class StoredResource:
    """One resource of a bundle, without the version that it has here."""

    resource_type: str
    id: str
    content: Mapping[str, Any]

    def version(self, number: int, last_updated: datetime) -> dict[str, Any]:
        """Return it as version ``number`` of its logical id; ``last_updated`` is aware."""
        updated = last_updated.isoformat(timespec="milliseconds")
        meta = {**self.content.get("meta", {}), "versionId": str(number), "lastUpdated": updated}
        rest = {key: value for key, value in self.content.items() if key not in ("resourceType", "meta")}
        return {"resourceType": self.resource_type, "id": self.id, "meta": meta, **rest}


@dataclass(frozen=True, slots=True)
class SearchedBy:
    """What a resource is found by. Identifiers are (system, value); ``references`` are (search parameter, ``Type/id``).

    ``span`` is the time that it is about: its first moment, and the first after it.
    """

    identifiers: tuple[tuple[str, str], ...]
    patients: tuple[tuple[str, str], ...]
    references: tuple[tuple[str, str], ...]
    status: str
    span: tuple[datetime, datetime] | None


def stored_resources(bundle: Mapping[str, Any]) -> list[StoredResource]:
    """Return the resources of a bundle of ours in its order."""
    entries = [(entry["fullUrl"], entry["resource"]) for entry in bundle["entry"]]
    addresses = {url: f"{resource['resourceType']}/{url.removeprefix(_URN)}" for url, resource in entries}
    return [
        StoredResource(resource["resourceType"], url.removeprefix(_URN), _readable(resource, addresses))
        for url, resource in entries
    ]


def searched_by(stored: StoredResource) -> SearchedBy:
    """Return what a resource is found by."""
    content = stored.content
    subject = content.get("subject") or {}
    references = [("patient", subject.get("reference", ""))]
    references += [("target", one.get("reference", "")) for one in content.get("target", [])]
    identifiers = content.get("identifier", [])
    return SearchedBy(
        identifiers=_tokens(identifiers if isinstance(identifiers, list) else [identifiers]),
        patients=_tokens([subject["identifier"]] if "identifier" in subject else []),
        references=tuple((name, address) for name, address in references if address),
        status=content.get("status", ""),
        span=_span(content),
    )


def _tokens(identifiers: list[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((one.get("system", ""), one["value"]) for one in identifiers if one.get("value"))


def _span(content: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    if written := next((content[name] for name in _DATES if name in content), None):
        return span_of(written)
    period = next((content[name] for name in _PERIODS if name in content), None)
    if period and "start" in period and "end" in period:
        return span_of(period["start"])[0], span_of(period["end"])[1]
    return None


def _readable(value: Any, addresses: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_readable(each, addresses) for each in value]
    if not isinstance(value, Mapping):
        return value
    made = {key: _readable(each, addresses) for key, each in value.items()}
    reference = made.get("reference")
    if isinstance(reference, str):
        made["reference"] = addresses.get(reference, reference)
        if "?" in reference:
            del made["reference"]
    return made
