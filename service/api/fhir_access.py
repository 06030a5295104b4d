"""Who may use the FHIR API: a token with `study.read` reads all of it, a system with SMART's scopes just the types that they name."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials

from service.access import Scope
from service.api.principal import Caller, Held, bearer, identified, not_granted
from service.app import Diafan
from service.smart_scope import SystemScope


def _known(
    request: Request, diafan: Held, _token: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
) -> Caller:
    return identified(request, diafan)


AUDIT_EVENT = "AuditEvent"
FhirCaller = Annotated[Caller, Depends(_known)]


def expect_audit_access(request: Request, diafan: Diafan, caller: Caller, act: str) -> None:
    """Raise ProblemError (403) for a caller who may not ``act`` ("r" or "s") on the audit log, and leave a security alert.

    A scope for every type does not open it: who answers for the log is named for it.
    """
    principal = caller.principal
    named = [one for one in principal.system_scopes if one.resource_type == AUDIT_EVENT]
    is_open = principal.kind == "system" and any(one.opens(AUDIT_EVENT, act) for one in named)
    if not (is_open or principal.may(Scope.AUDIT_READ)):
        raise not_granted(request, diafan, caller, [str(SystemScope(AUDIT_EVENT, act)), Scope.AUDIT_READ.value])


def expect_access(request: Request, diafan: Diafan, caller: Caller, resource_type: str, act: str) -> None:
    """Raise ProblemError (403) for a caller who may not ``act`` ("r" or "s") on resources of the type, and leave a security alert."""
    principal = caller.principal
    # A scope for systems opens nothing to a person: what they may see, their roles say.
    is_open = principal.kind == "system" and any(one.opens(resource_type, act) for one in principal.system_scopes)
    if not (is_open or principal.may(Scope.STUDY_READ)):
        needed = [str(SystemScope(resource_type, act)), Scope.STUDY_READ.value]
        raise not_granted(request, diafan, caller, needed)
