"""What people are here for: the roles that a provider gives them, the scopes that each role opens, and the purpose it serves."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from service.access import Scope

__all__ = ["PURPOSES", "SCOPES", "PersonRole", "purpose_of", "roles_in", "scopes_of"]


class PersonRole(StrEnum):
    """The roles that Diafan knows. One person may have several."""

    PHYSICIAN = "physician"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    DATA_SCIENTIST = "data-scientist"


SCOPES: Mapping[PersonRole, frozenset[Scope]] = MappingProxyType(
    {
        PersonRole.PHYSICIAN: frozenset({Scope.STUDY_READ, Scope.STUDY_WRITE, Scope.REVIEW_WRITE}),
        PersonRole.OFFICER: frozenset({Scope.AUDIT_READ}),  # who watches the log sees no image
        PersonRole.ADMINISTRATOR: frozenset({Scope.OPS}),
        PersonRole.DATA_SCIENTIST: frozenset({Scope.MODEL_WRITE}),
    }
)

PURPOSES: Mapping[PersonRole, str] = MappingProxyType(
    {
        PersonRole.PHYSICIAN: "TREAT",
        PersonRole.OFFICER: "HCOMPL",
        PersonRole.ADMINISTRATOR: "HSYSADMIN",
        PersonRole.DATA_SCIENTIST: "HOPERAT",
    }
)
"""What a role's work is for, as HL7's PurposeOfUse has it (`service.purpose`)."""


def scopes_of(roles: Iterable[str]) -> frozenset[Scope]:
    """Return what the roles open together; a word that is no role of ours opens nothing."""
    known = frozenset(PersonRole)
    return frozenset(scope for role in roles if role in known for scope in SCOPES[PersonRole(role)])


def purpose_of(roles: Iterable[str], needed: Iterable[str] = ()) -> str:
    """Return what somebody of these roles acts for, "" without one of ours.

    Where they do what takes one of the ``needed`` scopes, it is that of the role which opens it.
    """
    theirs = [role for role in PersonRole if role in set(roles)]
    opening = [role for role in theirs if SCOPES[role].intersection(needed)]
    return next((PURPOSES[role] for role in (*opening, *theirs)), "")


def roles_in(claims: Mapping[str, Any], path: str, names: Mapping[str, str]) -> frozenset[PersonRole] | None:
    """Return our roles for the provider's words in the claim at ``path``; None where there is no such claim.

    A claim of that very name counts first (Auth0's are URLs), then dots lead inwards (Keycloak's ``realm_access.roles``).
    ``names`` maps the provider's words to ours; without an entry a word must be ours. Anything but words is nothing.
    """
    value: Any = claims.get(path)
    if value is None:
        value = claims
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        return None
    words = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    ours = {names.get(word, word) for word in words if isinstance(word, str)}
    return frozenset(role for role in PersonRole if role in ours)
