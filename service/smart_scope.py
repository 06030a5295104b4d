"""SMART's scopes for systems (SMART App Launch 2.x, scopes for requesting FHIR resources): what of the FHIR API a token opens."""

import re
from dataclasses import dataclass

_FORM = re.compile(r"system/(?P<type>\*|[A-Z][A-Za-z]{1,60})\.(?P<acts>c?r?u?d?s?)")
ANY = "*"


@dataclass(frozen=True, slots=True)
class SystemScope:
    """``system/<resource_type>.<acts>``; the type `ANY` stands for each. Acts of c, r, u, d, s; we know r(ead) and s(earch)."""

    resource_type: str
    acts: str

    def __str__(self) -> str:
        return f"system/{self.resource_type}.{self.acts}"

    def opens(self, resource_type: str, act: str) -> bool:
        """Tell whether it allows ``act`` ("r" or "s") on resources of the type."""
        return self.resource_type in (ANY, resource_type) and act in self.acts


def read_system_scope(word: str) -> SystemScope | None:
    """Return the scope that a token's word is, else None.

    A scope with a query (``?category=...``) opens less than its type, which we cannot hold to: it opens nothing.
    """
    form = _FORM.fullmatch(word)
    return SystemScope(form["type"], form["acts"]) if form and form["acts"] else None
