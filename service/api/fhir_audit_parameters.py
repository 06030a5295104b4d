"""The parameters of a search among the AuditEvents, read or refused by name. No value is repeated."""

import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from integrations.audit_codes import AGENTS, PSEUDONYMS
from integrations.capability_statement import SearchParam
from service.api.fhir_access import AUDIT_EVENT
from service.api.fhir_audit_query import AuditSearch, Token
from service.api.fhir_parameters import PAGE, PAGE_MAX, alternatives, moment, unescaped
from service.api.problems import ProblemError

_NOT_TOLD = "*"
_ID = re.compile(r"[0-9]{1,15}-[0-9a-f]{32}")
_PSEUDONYM = re.compile(r"[ps]-[0-9a-f]{32}")
_CODE = re.compile(r"[A-Za-z0-9-]{1,64}")
_TOKEN = re.compile(r"(?:(?P<system>(?:\\.|[^\\|])*)\|)?(?P<code>(?:\\.|[^\\|])+)")
_COUNT = re.compile(r"[0-9]{1,9}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z._:-]{0,39}")
_PARAMETERS_MAX = 50
_PASSED_OVER = frozenset({"_format"})
_MOMENT = "when it was done; prefixes eq, ge, le, gt, lt; what names no zone is UTC"

FOUND_BY: Mapping[str, SearchParam] = {
    each.name: each
    for each in (
        SearchParam("_id", "token", "logical id: the index in the log, and half of its hash"),
        SearchParam("_lastUpdated", "date", _MOMENT),
        SearchParam("date", "date", _MOMENT),
        SearchParam("action", "token", "C, R, U, D or E"),
        SearchParam("outcome", "token", "0, 4 or 8"),
        SearchParam("type", "token", "`code` or `system|code`: DICOM's event, or `rest` for an IHE BALP pattern"),
        SearchParam("subtype", "token", "`code` or `system|code`: the log's own word, such as `study-shown`, too"),
        SearchParam("patient", "reference", "by pseudonym: `patient:identifier`, or chained: `patient.identifier`"),
        SearchParam("entity", "reference", "a patient or a study by pseudonym: `entity:identifier`"),
        SearchParam("agent", "reference", "the id of who acted: `agent:identifier`, or chained: `agent.identifier`"),
    )
}
"""By the parameter's name."""

_SPELT = {
    f"{base}{by}": base
    for base in ("patient", "entity", "agent")
    for by in (":identifier", ".identifier")
    if (base, by) != ("entity", ".identifier")
} | {name: name for name, param in FOUND_BY.items() if param.kind != "reference"}


def read_audit_search(given: Sequence[tuple[str, str]], *, is_lenient: bool) -> AuditSearch:
    """Return the search that the parameters ``given`` ask for; raises ProblemError (400).

    Where ``is_lenient``, what we do not know is passed over (FHIR R4 search, handling of errors); a wrong value never is.
    """
    if len(given) > _PARAMETERS_MAX:
        raise _bad("too many parameters")
    search = AuditSearch(count=PAGE)
    unknown = []
    for name, value in given:
        if name == "_count":
            search = _counted(search, value)
        elif name in _SPELT:
            search = _READERS[_SPELT[name]](search, name, value)
        elif name not in _PASSED_OVER:
            unknown.append(name if _NAME.fullmatch(name) else "(no name)")
    if unknown and not is_lenient:
        names = ", ".join(sorted(set(unknown))[:10])
        raise _bad(f"not supported for {AUDIT_EVENT}: {names}", "not-supported")
    return search


def _counted(search: AuditSearch, value: str) -> AuditSearch:
    if not _COUNT.fullmatch(value):
        raise _bad("_count must be a whole number")
    if int(value) == 0:
        raise _bad("the log is not counted by a search: ask for one entry or more", "not-supported")
    count = min(int(value), PAGE_MAX)
    return search.model_copy(update={"count": count, "used": (*search.used, ("_count", str(count)))})


def _plainly(field: str, form: re.Pattern[str]) -> Callable[[AuditSearch, str, str], AuditSearch]:
    def read(search: AuditSearch, name: str, value: str) -> AuditSearch:
        values = tuple(unescaped(one).rpartition("|")[2] for one in alternatives(name, value))
        if not all(map(form.fullmatch, values)):
            raise _bad(f"a value of {name} does not have the form that it needs")
        return _added(search, name, ",".join(values), field, values)

    return read


def _tokens(field: str) -> Callable[[AuditSearch, str, str], AuditSearch]:
    def read(search: AuditSearch, name: str, value: str) -> AuditSearch:
        tokens = tuple(_token(name, one) for one in alternatives(name, value))
        told = ",".join(code if _CODE.fullmatch(code) else _NOT_TOLD for _, code in tokens)
        return _added(search, name, told, field, tokens)

    return read


def _moment(search: AuditSearch, name: str, value: str) -> AuditSearch:
    span = moment(name, value)
    return search.model_copy(update={"moments": (*search.moments, span), "used": (*search.used, (name, value))})


def _pseudonym(search: AuditSearch, name: str, value: str) -> AuditSearch:
    system, code = _token(name, value)
    is_right = _PSEUDONYM.fullmatch(code) and (name.startswith("entity") or code.startswith("p-"))
    if not is_right or system not in (None, PSEUDONYMS):
        raise _bad(f"{name} takes a pseudonym of the log: POST /audit/pseudonym finds a patient's")
    field = "patient" if code.startswith("p-") else "study"
    return _once(search, name, field, code)


def _agent(search: AuditSearch, name: str, value: str) -> AuditSearch:
    system, code = _token(name, value)
    if system not in (None, AGENTS):
        raise _bad(f"{name} takes the id alone: who issued it is not searched by", "not-supported")
    return _once(search, name, "agent", code)


_READERS: Mapping[str, Callable[[AuditSearch, str, str], AuditSearch]] = {
    "_id": _plainly("ids", _ID),
    "_lastUpdated": _moment,
    "date": _moment,
    "action": _plainly("actions", re.compile("[CRUDE]")),
    "outcome": _plainly("outcomes", re.compile("0|4|8|12")),
    "type": _tokens("types"),
    "subtype": _tokens("subtypes"),
    "patient": _pseudonym,
    "entity": _pseudonym,
    "agent": _agent,
}


def _token(name: str, value: str) -> Token:
    said = _TOKEN.fullmatch(value)
    if said is None:
        raise _bad(f"{name} needs a value, or system|value")
    system = said["system"]
    return None if system is None else unescaped(system), unescaped(said["code"])


def _once(search: AuditSearch, name: str, field: str, value: str) -> AuditSearch:
    if getattr(search, field) not in (None, value):
        raise _bad(f"{name} can be given once", "not-supported")
    return search.model_copy(update={field: value, "used": (*search.used, (name, _NOT_TOLD))})


def _added(search: AuditSearch, name: str, told: str, field: str, values: tuple[object, ...]) -> AuditSearch:
    return search.model_copy(update={field: (*getattr(search, field), values), "used": (*search.used, (name, told))})


def _bad(detail: str, kind: str = "invalid-value") -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, kind, detail)
