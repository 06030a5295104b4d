"""The parameters of a search as a client writes them (FHIR R4 search): read, or refused by name. No value is repeated.

What a link may tell of them is decided here, too: an identifier, or what looks like none of our ids, is told as ``*``.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from integrations.capability_statement import SearchParam
from integrations.fhir_time import span_of
from service.api.fhir_query import Prefix, Search, Span
from service.api.fhir_types import TYPES
from service.api.problems import ProblemError

PAGE, PAGE_MAX = 20, 100
CURSOR = "_cursor"
NOT_SEARCHED = frozenset({"_format", "_count", "_summary"})
_ALTERNATIVES_MAX, _PARAMETERS_MAX = 50, 50
_DIGITS_MAX = 10
_NOT_TOLD = "*"
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z._:-]{0,39}")
_CODE = re.compile(r"[a-z]+(-[a-z]+)*")
_ALTERNATIVE = re.compile(r"(?:\\.|[^\\,])+")
_IDENTIFIER = re.compile(r"(?:(?P<system>(?:\\.|[^\\|])*)\|)?(?P<value>(?:\\.|[^\\|])+)")
_ESCAPED = re.compile(r"\\(.)")
_DATE = re.compile(r"(?P<prefix>eq|ge|le|gt|lt)?(?P<date>[0-9].*)", re.DOTALL)
_BY_IDENTIFIER = (":identifier", ".identifier")

Hash = Callable[[str, str, str | None], str]
"""Hashes (search parameter, value, system or None for any) as the index does."""


@dataclass(slots=True)
class _Read:
    """What was read so far."""

    ids: list[tuple[str, ...]] = field(default_factory=list)
    tokens: list[tuple[str, ...]] = field(default_factory=list)
    statuses: list[tuple[str, ...]] = field(default_factory=list)
    dates: list[tuple[Span, ...]] = field(default_factory=list)
    updated: list[tuple[Span, ...]] = field(default_factory=list)
    used: list[tuple[str, str]] = field(default_factory=list)


def read_search(
    resource_type: str, given: Sequence[tuple[str, str]], hashed: Hash, base_url: str, *, is_lenient: bool
) -> Search:
    """Return the search that the parameters ``given`` ask for; raises ProblemError (400).

    Where ``is_lenient``, what we do not know is passed over (FHIR R4 search, handling of errors); a wrong value never is.
    """
    if len(given) > _PARAMETERS_MAX:
        raise _bad("too many parameters")
    found_by = TYPES[resource_type]
    unknown = [name for name, _ in given if name not in NOT_SEARCHED and _param(name, found_by) is None]
    if unknown and not is_lenient:
        names = ", ".join(sorted({name if _NAME.fullmatch(name) else "(no name)" for name in unknown})[:10])
        raise _bad(f"not supported for {resource_type}: {names}", "not-supported")
    read = _Read()
    for name, value in given:
        param = _param(name, found_by)
        if param is not None:
            _read_one(read, name, param, alternatives(name, value), hashed, base_url)
    count, is_counted_only = _paging(given, read)
    return Search(
        resource_type=resource_type,
        ids=tuple(read.ids), tokens=tuple(read.tokens), statuses=tuple(read.statuses),
        dates=tuple(read.dates), updated=tuple(read.updated),
        count=count, is_counted_only=is_counted_only, used=tuple(read.used),
    )  # fmt: skip


def _param(name: str, found_by: Mapping[str, SearchParam]) -> SearchParam | None:
    if name in found_by:
        return found_by[name]
    base = re.split("[:.]", name)[0]
    modifier = name.removeprefix(base)
    if base in ("patient", "subject") and modifier in (*_BY_IDENTIFIER, ":Patient"):
        return found_by.get(base)
    return None


def _read_one(read: _Read, name: str, param: SearchParam, values: Sequence[str], hashed: Hash, base_url: str) -> None:
    told = ",".join(values)
    match param:
        case SearchParam(name="_id"):
            ids = tuple(_plain(name, value, _ID) for value in values)
            read.ids.append(ids)
            told = _told(ids)
        case SearchParam(name="status"):
            read.statuses.append(tuple(_plain(name, value, _CODE) for value in values))
        case SearchParam(name="_lastUpdated"):
            read.updated.append(tuple(moment(name, value) for value in values))
        case SearchParam(kind="date"):
            read.dates.append(tuple(moment(name, value) for value in values))
        case SearchParam(kind="reference") if not name.endswith(_BY_IDENTIFIER):
            addresses = [_address(name, value, base_url) for value in values]
            index_name = "patient" if param.name == "subject" else param.name
            read.tokens.append(tuple(hashed(index_name, address, None) for address in addresses))
            told = _told(addresses)
        case _:
            index_name = "identifier" if param.kind == "token" else "patient:identifier"
            read.tokens.append(tuple(_identifier(name, index_name, value, hashed) for value in values))
            told = _NOT_TOLD
    read.used.append((name, told))


def _paging(given: Iterable[tuple[str, str]], read: _Read) -> tuple[int, bool]:
    said = {name: value for name, value in given if name in NOT_SEARCHED}
    count, summary = said.get("_count", str(PAGE)), said.get("_summary", "false")
    if not (count.isascii() and count.isdecimal() and len(count) < _DIGITS_MAX):
        raise _bad("_count must be a whole number")
    if summary not in ("false", "count"):
        raise _bad("_summary can be count only", "not-supported")
    is_counted_only = summary == "count" or int(count) == 0
    size = min(int(count), PAGE_MAX)
    if "_count" in said and not is_counted_only:
        read.used.append(("_count", str(size)))
    if is_counted_only:
        read.used.append(("_summary", "count"))
    return size, is_counted_only


def alternatives(name: str, value: str) -> list[str]:
    """Return the values that a comma parts; raises ProblemError (400)."""
    parts = _ALTERNATIVE.findall(value)
    if not parts or len(parts) > _ALTERNATIVES_MAX:
        raise _bad(f"{name} needs a value, and takes {_ALTERNATIVES_MAX} alternatives at most")
    return parts


def _plain(name: str, value: str, form: re.Pattern[str]) -> str:
    if not form.fullmatch(value):
        raise _bad(f"a value of {name} does not have the form that it needs")
    return value


def moment(name: str, value: str) -> Span:
    """Return the time that a date with its prefix means; raises ProblemError (400)."""
    said = _DATE.fullmatch(value)
    if said is None:
        raise _bad(f"{name} needs a date, with a prefix of eq, ge, le, gt, lt or none")
    try:
        first, after = span_of(said["date"])
    except ValueError:
        raise _bad(f"{name} needs a date as FHIR writes it") from None
    return Span(prefix=Prefix(said["prefix"] or "eq"), first=first, after=after)


def _address(name: str, value: str, base_url: str) -> str:
    address = value.removeprefix(f"{base_url}/")
    resource_type, _, own_id = address.rpartition("/")
    if not resource_type and name.partition(":")[0] != "target":
        resource_type = "Patient"
    is_right = resource_type == "Patient" if name.partition(":")[0] != "target" else resource_type in TYPES
    if not is_right or not _ID.fullmatch(own_id):
        raise _bad(
            f"a value of {name} must be a reference to a resource here; by identifier ask with {name}:identifier"
        )
    return f"{resource_type}/{own_id}"


def _identifier(name: str, index_name: str, value: str, hashed: Hash) -> str:
    said = _IDENTIFIER.fullmatch(value)
    if said is None:
        raise _bad(f"{name} needs value or system|value")
    system = said["system"]
    return hashed(index_name, unescaped(said["value"]), None if system is None else unescaped(system))


def unescaped(text: str) -> str:
    """Return a value without its escapes."""
    return _ESCAPED.sub(r"\1", text)


def _told(addresses: Iterable[str]) -> str:
    """Say ids in a link only where they are such as we make: anything else may be a patient's number."""
    return ",".join(a if _OURS.fullmatch(a.rpartition("/")[2]) else _NOT_TOLD for a in addresses)


def _bad(detail: str, kind: str = "invalid-value") -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, kind, detail)
