"""Hands a transaction bundle to a FHIR R4 server, and brings back the proof that it holds it.

A server may limit how many entries a transaction with conditional writes may have (Medplum: 8). For those,
``entries_per_transaction`` sends the bundle as several transactions in its own order, the references to earlier entries
replaced by where the server put them. The report comes last, so that a break half-way shows nobody a report with findings
missing, and each part may be sent again.
"""

import json
from collections.abc import Mapping
from typing import Any, Protocol

import httpx

from integrations.errors import Rejected
from integrations.fhir_outcome import mapping, patient_data, words
from integrations.http_exchange import exchange, json_object

_REFUSED_TOKEN = (401, 403)


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

    def transact(self, bundle: Mapping[str, Any]) -> dict[str, Any]:
        """Send a transaction and return its receipt.

        The receipt is ``{"entries": [{"resource", "status", "location", "version"}, ...]}``, one for each entry of ``bundle``
        in its order: resource type, HTTP status ("201" made anew, "200" there already or updated), ``Type/id`` and version
        at the server ("" where the server names none). It holds no patient data.

        Raises:
            Rejected: the server refused the bundle or an entry, with its own words less the patient's data.
            Unavailable: no answer, or not now. What the server made of it is unknown; sending it again is safe.

        """
        entries = bundle["entry"]
        secrets = patient_data(bundle)
        receipts: list[dict[str, str]] = []
        places: dict[str, str] = {}
        size = self._entries_per_transaction or len(entries)
        while len(receipts) < len(entries):
            part = entries[len(receipts) : len(receipts) + size]
            done = self._transact({**bundle, "entry": [_replaced(entry, places) for entry in part]}, secrets)
            receipts += done
            if len(receipts) < len(entries) and not all(receipt["location"] for receipt in done):
                raise Rejected(f"{self._peer} does not say where it put what it was sent: send it whole transactions")
            places |= {entry["fullUrl"]: receipt["location"] for entry, receipt in zip(part, done, strict=True)}
        return {"entries": receipts}

    def capability(self) -> None:
        """Ask what the server is.

        Raises:
            Rejected: it is no FHIR R4 server, or refuses our token.
            Unavailable: no answer, or not now.

        """
        statement = json_object(self._send("GET", "/metadata", frozenset()), peer=self._peer)
        version = str(statement.get("fhirVersion", ""))
        if statement.get("resourceType") != "CapabilityStatement" or not version.startswith("4.0"):
            raise Rejected(f"{self._peer} speaks {version or 'no'} FHIR, not R4 (4.0.1): check its URL in the settings")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _transact(self, bundle: Mapping[str, Any], secrets: frozenset[str]) -> list[dict[str, str]]:
        content = json.dumps(bundle, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        answer = json_object(self._send("POST", "", secrets, content), peer=self._peer)
        entries = answer.get("entry")
        if answer.get("type") != "transaction-response" or not isinstance(entries, list):
            raise Rejected(f"{self._peer} answered a transaction with something else: check its URL in the settings")
        if len(entries) != len(bundle["entry"]):
            raise Rejected(f"{self._peer} answered {len(entries)} entries to {len(bundle['entry'])}")
        return [
            self._receipt(sent["resource"]["resourceType"], entry, secrets)
            for sent, entry in zip(bundle["entry"], entries, strict=True)
        ]

    def _receipt(self, resource_type: str, entry: Any, secrets: frozenset[str]) -> dict[str, str]:
        response = mapping(mapping(entry).get("response"))
        status = str(response.get("status", ""))[:3]
        if not (status.isdigit() and httpx.codes.is_success(int(status))):
            said = words(response.get("outcome"), secrets)
            raise Rejected(f"{self._peer} refused the {resource_type} ({status or 'no status'}): {said}")
        location, _, version = str(response.get("location", "")).removeprefix(self._base_url).partition("/_history/")
        etag = str(response.get("etag", "")).removeprefix("W/").strip('"')
        held = mapping(mapping(entry.get("resource")).get("meta")).get("versionId", "")
        return {
            "resource": resource_type,
            "status": status,
            "location": "/".join(location.strip("/").split("/")[-2:]),
            "version": version or etag or str(held),
        }

    def _send(self, method: str, path: str, secrets: frozenset[str], content: bytes | None = None) -> httpx.Response:
        response = self._once(method, path, content, renew=False)
        if response.status_code in _REFUSED_TOKEN and self._token is not None:
            response = self._once(method, path, content, renew=True)
        if not response.is_success:
            try:
                said = words(response.json(), secrets)
            except ValueError:
                said = ""
            raise Rejected(f"{self._peer} answered {response.status_code}: {said or 'without a reason'}")
        return response

    def _once(self, method: str, path: str, content: bytes | None, *, renew: bool) -> httpx.Response:
        headers = {}
        if content is not None:
            # the answer needs no resources: their place and version are proof enough
            headers = {"Content-Type": "application/fhir+json", "Prefer": "return=minimal"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.token(renew=renew)}"
        return exchange(self._http, method, self._base_url + path, peer=self._peer, headers=headers, content=content)


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
