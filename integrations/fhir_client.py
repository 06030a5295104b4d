"""Hands a transaction bundle to a FHIR R4 server, and brings back the proof that it holds it.

A server may limit how many entries a transaction with conditional writes may have (Medplum: 8). For those,
``entries_per_transaction`` sends the bundle as several transactions in its own order, the references to earlier entries
replaced by where the server put them. The report comes after its findings, so that a break half-way shows nobody a report with
findings missing, and each part may be sent again.

A server that takes no transaction of this size (413) is sent it without attachments: the findings are worth more than their pages.
"""

import json
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import httpx

from integrations.errors import Rejected
from integrations.fhir_outcome import mapping, patient_data, plain, words
from integrations.http_exchange import exchange, json_object

_REFUSED_TOKEN = (401, 403)
_GUARDED = frozenset({"Observation", "DiagnosticReport"})
_CHANGED_MEANWHILE = frozenset({409, 412})
_PLACE = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([\w.~-]{1,128})(?:/_history/([\w.~-]{1,128}))?/?$", re.ASCII)
_VERSION = re.compile(r"[\w.~-]{1,128}", re.ASCII)
_NOTHING_HELD: Mapping[str, str] = MappingProxyType({})
_WITHHELD = "withheld: the server takes no transaction of this size"


class TokenSource(Protocol):
    """Where bearer tokens come from; ``renew`` asks for another one than the last."""

    def token(self, *, renew: bool = False) -> str:
        """Return an access token."""
        ...


class FhirClient:
    """A FHIR R4 server at ``base_url``; connections are kept, and threads may share it."""

    def __init__(
        self,
        base_url: str,
        token: TokenSource | None = None,
        timeout_s: float = 30.0,
        *,
        entries_per_transaction: int | None = None,
    ) -> None:
        url = httpx.URL(base_url)
        if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query:
            raise ValueError("a FHIR base URL is http(s)://host/path, without user, password or query")
        self._base_url = str(url).rstrip("/")
        self._peer = f"the FHIR server {url.host}"
        self._token = token
        self._entries_per_transaction = entries_per_transaction
        self._http = httpx.Client(timeout=timeout_s, headers={"Accept": "application/fhir+json"})

    def transact(self, bundle: Mapping[str, Any], held: Mapping[str, str] = _NOTHING_HELD) -> dict[str, Any]:
        """Send a transaction and return its receipt.

        ``held`` has the versions that the server told last, by fullUrl: an Observation or DiagnosticReport that has another one by
        now was changed by somebody else, and is not written over (``ifMatch``).

        The receipt is ``{"entries": [{"resource", "status", "location", "version"}, ...]}``, one for each entry of ``bundle``
        in its order: resource type, HTTP status ("201" made anew, "200" there already or updated), ``Type/id`` and version
        at the server ("" where the server names none). Beside them stands ``attachments``, where these were left out. It holds
        no patient data.

        Raises:
            Rejected: the server refused the bundle or an entry, with its own words less the patient's data, or somebody else
                changed there what is ``held``.
            Unavailable: no answer, or not now. What the server made of it is unknown; sending it again is safe.

        """
        entries = [_guarded(entry, held.get(entry["fullUrl"], "")) for entry in bundle["entry"]]
        secrets = patient_data(bundle)
        receipts: list[dict[str, str]] = []
        places: dict[str, str] = {}
        withheld: dict[str, str] = {}
        size = self._entries_per_transaction or len(entries)
        while len(receipts) < len(entries):
            part = entries[len(receipts) : len(receipts) + size]
            response, is_lighter = self._post(
                {**bundle, "entry": [_replaced(entry, places) for entry in part]}, secrets
            )
            done = self._receipts(part, response, secrets)
            receipts += done
            if is_lighter:
                withheld = {"attachments": _WITHHELD}
            if len(receipts) < len(entries) and not all(receipt["location"] for receipt in done):
                raise Rejected(f"{self._peer} does not say where it put what it was sent: send it whole transactions")
            places |= {entry["fullUrl"]: receipt["location"] for entry, receipt in zip(part, done, strict=True)}
        return {"entries": receipts, **withheld}

    def find(self, search: str) -> dict[str, str] | None:
        """Return ``{"location", "version"}`` of what ``search`` finds (``Type?identifier=...``), None where it finds nothing.

        Raises:
            Rejected: the server does not let us search, or finds several.
            Unavailable: no answer, or not now.

        """
        answer = json_object(self._asked("GET", f"/{search}"), peer=self._peer)
        if answer.get("type") != "searchset":
            raise Rejected(f"{self._peer} answered a search with something else: check its URL in the settings")
        wanted, _, _ = search.partition("?")
        entries = answer.get("entry")
        listed = [mapping(mapping(e).get("resource")) for e in entries] if isinstance(entries, list) else []
        found = [resource for resource in listed if resource.get("resourceType") == wanted]
        if len(found) > 1:
            raise Rejected(f"{self._peer} has {len(found)} of what must be one {wanted}")
        if not found:
            return None
        _, location, _ = _place(f"{wanted}/{found[0].get('id', '')}")
        return {"location": location, "version": _version(mapping(found[0].get("meta")).get("versionId"))}

    def capability(self) -> None:
        """Ask what the server is.

        Raises:
            Rejected: it is no FHIR R4 server, or refuses our token.
            Unavailable: no answer, or not now.

        """
        statement = json_object(self._asked("GET", "/metadata"), peer=self._peer)
        version = str(statement.get("fhirVersion", ""))
        if statement.get("resourceType") != "CapabilityStatement" or not version.startswith("4.0"):
            raise Rejected(f"{self._peer} speaks {version or 'no'} FHIR, not R4 (4.0.1): check its URL in the settings")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, bundle: Mapping[str, Any], secrets: frozenset[str]) -> tuple[httpx.Response, bool]:
        """Return the answer to a transaction, and whether it is one without its attachments."""
        is_guarded = any("ifMatch" in entry["request"] for entry in bundle["entry"])
        answers = _CHANGED_MEANWHILE if is_guarded else frozenset()
        response = self._with_token("POST", "", _encoded(bundle), answers)
        lighter = _without_attachments(bundle) if response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE else None
        if lighter is not None:
            response = self._with_token("POST", "", _encoded(lighter), answers)
        if is_guarded and response.status_code in _CHANGED_MEANWHILE:
            raise Rejected(
                f"{self._peer} answered {response.status_code}: somebody changed the report, or a finding, there since our last"
                f" revision. Look at it there; to send again writes over it. {_said(response, secrets)}".rstrip()
            )
        return self._granted(response, secrets), lighter is not None

    def _receipts(
        self, sent: Sequence[Mapping[str, Any]], response: httpx.Response, secrets: frozenset[str]
    ) -> list[dict[str, str]]:
        answer = json_object(response, peer=self._peer)
        entries = answer.get("entry")
        if answer.get("type") != "transaction-response" or not isinstance(entries, list):
            said = words(answer, secrets) or "something else"
            raise Rejected(f"{self._peer} answered a transaction with {said}: check its URL in the settings")
        if len(entries) != len(sent):
            raise Rejected(f"{self._peer} answered {len(entries)} entries to {len(sent)}")
        return [
            self._receipt(one["resource"]["resourceType"], entry, secrets)
            for one, entry in zip(sent, entries, strict=True)
        ]

    def _receipt(self, resource_type: str, entry: Any, secrets: frozenset[str]) -> dict[str, str]:
        response = mapping(mapping(entry).get("response"))
        status = plain(str(response.get("status", "")))[:3]
        if not (status.isascii() and status.isdigit() and httpx.codes.is_success(int(status))):
            said = words(response.get("outcome"), secrets)
            raise Rejected(f"{self._peer} refused the {resource_type} ({status or 'no status'}): {said}")
        kind, location, version = _place(str(response.get("location", "")))
        if kind not in ("", resource_type):
            raise Rejected(f"{self._peer} answered for a {kind}, where a {resource_type} was sent")
        etag = str(response.get("etag", "")).removeprefix("W/").strip('"')
        held = mapping(mapping(entry.get("resource")).get("meta")).get("versionId")
        return {
            "resource": resource_type,
            "status": status,
            "location": location,
            "version": version or _version(etag) or _version(held),
        }

    def _asked(self, method: str, path: str) -> httpx.Response:
        return self._granted(self._with_token(method, path), frozenset())

    def _granted(self, response: httpx.Response, secrets: frozenset[str]) -> httpx.Response:
        if response.is_success:
            return response
        said = _said(response, secrets)
        raise Rejected(f"{self._peer} answered {response.status_code}: {said or 'without a reason'}")

    def _with_token(
        self, method: str, path: str, content: bytes | None = None, answers: frozenset[int] = frozenset()
    ) -> httpx.Response:
        response = self._once(method, path, content, answers, renew=False)
        if response.status_code in _REFUSED_TOKEN and self._token is not None:
            response = self._once(method, path, content, answers, renew=True)
        return response

    def _once(
        self, method: str, path: str, content: bytes | None, answers: frozenset[int], *, renew: bool
    ) -> httpx.Response:
        headers = {}
        if content is not None:
            # the answer needs no resources: their place and version are proof enough
            headers = {"Content-Type": "application/fhir+json", "Prefer": "return=minimal"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.token(renew=renew)}"
        url = self._base_url + path
        return exchange(self._http, method, url, peer=self._peer, answers=answers, headers=headers, content=content)


def _guarded(entry: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """Return ``entry`` as one that is for this version only, where it is one that others might change."""
    if not version or entry["resource"]["resourceType"] not in _GUARDED or entry["request"]["method"] != "PUT":
        return entry
    return {**entry, "request": {**entry["request"], "ifMatch": f'W/"{version}"'}}


def _said(response: httpx.Response, secrets: frozenset[str]) -> str:
    try:
        return words(response.json(), secrets)
    except (ValueError, RecursionError):
        return ""


def _replaced(value: Any, places: Mapping[str, str]) -> Any:
    """Return ``value`` with every reference to an entry of ``places`` pointing there."""
    if isinstance(value, Mapping):
        return {
            key: places.get(inner, inner) if key == "reference" else _replaced(inner, places)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_replaced(inner, places) for inner in value]
    return value


def _encoded(bundle: Mapping[str, Any]) -> bytes:
    return json.dumps(bundle, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _without_attachments(bundle: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return ``bundle`` without what its reports carry along as pages; None where they carry nothing."""
    lighter, is_lighter = [], False
    for entry in bundle["entry"]:
        resource = dict(entry["resource"])
        attached = resource.pop("presentedForm", [])
        elsewhere = [one for one in attached if "data" not in one]
        is_lighter |= len(elsewhere) < len(attached)
        lighter.append({**entry, "resource": {**resource, "presentedForm": elsewhere} if elsewhere else resource})
    return {**bundle, "entry": lighter} if is_lighter else None


def _place(location: str) -> tuple[str, str, str]:
    """Return type, ``Type/id`` and version of a location (relative, or a whole URL); three times "" for anything else."""
    found = _PLACE.search(location)
    if found is None:
        return "", "", ""
    kind, own_id, version = found.groups()
    return kind, f"{kind}/{own_id}", version or ""


def _version(said: Any) -> str:
    return str(said) if _VERSION.fullmatch(str(said or "")) else ""
