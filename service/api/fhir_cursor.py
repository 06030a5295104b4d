"""The way to a search's next page: the whole search and its place, sealed, so that a link shows and takes nothing but that.

Sealed is encrypted and signed (Fernet). Identifiers are in it as hashes only, as in the index.
"""

import base64
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request
from pydantic import ValidationError

from audit.subject import subject_secret
from service.api.fhir_audit_query import AuditSearch
from service.api.fhir_query import Search
from service.api.problems import ProblemError

LIFETIME_S = 24 * 3600
S = TypeVar("S", Search, AuditSearch)


@dataclass(frozen=True, slots=True)
class Cursors:
    """Seals searches with a key of their own."""

    fernet: Fernet

    @classmethod
    def of(cls, keys: Path) -> "Cursors":
        """Return those whose key is in the folder ``keys``, made at the first call; raises audit.keys.KeyRefused."""
        return cls(Fernet(base64.urlsafe_b64encode(subject_secret(keys / "fhir-cursor"))))

    def seal(self, search: Search | AuditSearch) -> str:
        """Return the cursor for a search with its place."""
        return self.fernet.encrypt(search.model_dump_json(exclude_defaults=True).encode()).decode()

    def open(self, cursor: str, resource_type: str, form: type[S]) -> S:
        """Return the search of such a form behind a cursor; raises ProblemError (400)."""
        search: S | None
        try:
            search = form.model_validate_json(self.fernet.decrypt(cursor.encode(), ttl=LIFETIME_S))
        except (InvalidToken, ValidationError):
            search = None
        if search is None or search.resource_type != resource_type:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, "invalid-value",
                "the link is none that a page of this search gave, or is older than a day: search again",
            )  # fmt: skip
        return search


def cursors_of(request: Request) -> Cursors:
    """Return what seals the searches of this API."""
    cursors: Cursors = request.app.state.cursors
    return cursors
