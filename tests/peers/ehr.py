"""The EHR: a FHIR R4 server that validates, keeps transactions whole, fails on demand, and knows what it was asked."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from tests.peers.process import HERE, running
from tests.peers.setup import NODE


@dataclass(frozen=True, slots=True)
class FhirServer:
    """A running FHIR server. `url` is the FHIR base; /metadata is open, the rest needs a token when so started."""

    url: str
    control_url: str

    def fail_next(self, count: int, status: int | Literal["lost"] = 503, retry_after_s: int | None = None) -> None:
        """Answer the next `count` requests with `status`; "lost": carried out, but the connection breaks instead."""
        order = {"count": count, "status": status, "retry_after_s": retry_after_s}
        order = {key: value for key, value in order.items() if value is not None}
        httpx.post(f"{self.control_url}/failures", json=order, trust_env=False).raise_for_status()

    def requests(self) -> list[tuple[str, str, int]]:
        """Return (method, path, status) of each request so far; status 0 when the answer was lost."""
        received = httpx.get(f"{self.control_url}/requests", trust_env=False).raise_for_status().json()
        return [(request["method"], request["path"], request["status"]) for request in received]

    def counts(self) -> Counter[tuple[str, str]]:
        """Count the requests so far by (method, path)."""
        return Counter((method, path) for method, path, _ in self.requests())

    def search(self, resource_type: str, token: str = "", **parameters: str) -> list[dict[str, Any]]:
        """Return the resources that a search finds."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}/{resource_type}"
        bundle = httpx.get(url, params=parameters, headers=headers, trust_env=False).raise_for_status().json()
        return [entry["resource"] for entry in bundle.get("entry", [])]


@contextmanager
def fhir_server(issuer: str | None = None, audience: str | None = None) -> Iterator[FhirServer]:
    """Run an empty FHIR server; with an issuer, only its tokens for `audience` with system/*.* scopes are let in."""
    secured = [issuer, audience] if issuer and audience else []
    with running("ehr", [NODE, HERE / "ehr.mjs", *secured]) as process:
        url = process.wait_for_url(timeout_s=60)
        yield FhirServer(url=f"{url}/fhir", control_url=f"{url}/control")
