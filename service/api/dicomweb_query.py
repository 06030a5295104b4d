"""What a QIDO-RS query asks for (PS3.18 8.3.4 and 10.6.1.2), from its parameters to conditions on our records.

Attributes are named by keyword or tag. What we cannot match by is not used, and the answer says so; a value that has not the form
of its attribute is refused. No value is ever repeated: they name people.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from integrations.dicomweb.datasets import keyword_of
from service.api.dicomweb_catalogue import INSTANCES
from service.api.problems import ProblemError
from service.records import StudyHeader

MOST_RESULTS = 500
_UID = re.compile(r"[0-9.]{1,64}")
_WORD = re.compile(r"[A-Za-z0-9_ ]{1,16}")
_DATE = re.compile(r"(\d{8})?(-?)(\d{8})?")
_COUNT = re.compile(r"\d{1,9}")
_CONTROLS = frozenset({"limit", "offset", "fuzzymatching", "includefield"})
_ESCAPE = "\\"

Condition = sa.ColumnElement[bool]


class Level(StrEnum):
    """What is searched for; each level knows the attributes of those above it."""

    STUDIES = "studies"
    SERIES = "series"
    INSTANCES = "instances"


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood: conditions on the study's header and on instances, and what to tell the client."""

    headers: tuple[Condition, ...]
    instances: tuple[Condition, ...]
    limit: int
    offset: int
    warnings: tuple[str, ...]


def read_query(parameters: Sequence[tuple[str, str]], level: Level) -> Query:
    """Return what the parameters ask for. Raises ProblemError (400) for a value that has not the form of its attribute."""
    headers: list[Condition] = []
    instances: list[Condition] = []
    warnings: list[str] = []
    control: dict[str, str] = {}
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        if name in _CONTROLS:
            control[name] = value
        else:
            given.setdefault(keyword_of(name), []).append(value)
    for keyword, values in given.items():
        wanted = [value for value in values if value]  # an empty one matches everything (PS3.4 C.2.2.2.3)
        if match := _OF_STUDY.get(keyword):
            headers += match(keyword, wanted)
        elif match := _OF_INSTANCE.get(keyword):
            instances += match(keyword, wanted)
        else:
            warnings.append(f"a parameter is no attribute that {level} are matched by here: it was not used")
    if control.get("fuzzymatching", "false").lower() == "true":
        warnings.append("fuzzymatching is not supported: names were matched literally")
    return Query(
        headers=tuple(headers),
        instances=tuple(instances),
        limit=min(_count(control, "limit", MOST_RESULTS), MOST_RESULTS),
        offset=_count(control, "offset", 0),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _count(control: Mapping[str, str], name: str, default: int) -> int:
    value = control.get(name)
    if value is None:
        return default
    if not _COUNT.fullmatch(value):
        raise _unfit(name)
    return int(value)


def _unfit(name: str) -> ProblemError:
    return ProblemError(
        HTTPStatus.BAD_REQUEST,
        "invalid-value",
        "a value of the query does not have the form that its attribute needs",
        members={"invalid": [{"name": f"query.{name}", "rule": "form"}]},
    )


Match = Callable[[str, Sequence[str]], Iterator[Condition]]


def _among(column: sa.ColumnElement[str], form: re.Pattern[str]) -> Match:
    """Match a list, given as values parted by commas or as the parameter again (PS3.18 8.3.4.1, PS3.4 C.2.2.2.2)."""

    def match(keyword: str, values: Sequence[str]) -> Iterator[Condition]:
        parts = [part.strip() for value in values for part in re.split(r"[,\\]", value)]
        if not all(form.fullmatch(part) for part in parts):
            raise _unfit(keyword)
        if parts:
            yield column.in_(parts)

    return match


def _like(column: Any) -> Match:
    """Match text with * and ?, whatever its case (PS3.4 C.2.2.2.4)."""

    def match(keyword: str, values: Sequence[str]) -> Iterator[Condition]:
        for value in values:
            if "\0" in value:
                raise _unfit(keyword)
            yield column.ilike(_pattern(value), escape=_ESCAPE)

    return match


def _names(keyword: str, values: Sequence[str]) -> Iterator[Condition]:
    """Match the whole of a name, or one of its component groups (PS3.5 6.2.1)."""
    for value in values:
        if "\0" in value:
            raise _unfit(keyword)
        pattern, name = _pattern(value), StudyHeader.patient_name
        forms = (pattern, f"{pattern}=%", f"%={pattern}", f"%={pattern}=%")
        yield sa.or_(*(name.ilike(form, escape=_ESCAPE) for form in forms))


def _pattern(value: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", value)
    return escaped.replace("*", "%").replace("?", "_")


def _dates(column: Any) -> Match:
    """Match one date or a range, which may be open (PS3.4 C.2.2.2.5)."""

    def match(keyword: str, values: Sequence[str]) -> Iterator[Condition]:
        for value in values:
            form = _DATE.fullmatch(value)
            if form is None or not (form[1] or form[3]) or bool(form[1] and form[3]) > bool(form[2]):
                raise _unfit(keyword)
            first, last = form[1], form[3]
            if not form[2]:
                last = first = first or last
            if first:
                yield column >= first
            if last:
                yield sa.and_(column != "", column <= last)

    return match


_OF_STUDY: Mapping[str, Match] = MappingProxyType(
    {
        "PatientID": _like(StudyHeader.patient_id),
        "PatientName": _names,
        "PatientBirthDate": _dates(StudyHeader.birth_date),
        "AccessionNumber": _like(StudyHeader.accession_number),
        "StudyDate": _dates(StudyHeader.study_date),
        "StudyDescription": _like(StudyHeader.description),
    }
)
_OF_INSTANCE: Mapping[str, Match] = MappingProxyType(
    {
        "StudyInstanceUID": _among(INSTANCES.c.study_instance_uid, _UID),
        "SeriesInstanceUID": _among(INSTANCES.c.series_instance_uid, _UID),
        "SOPInstanceUID": _among(INSTANCES.c.sop_instance_uid, _UID),
        "SOPClassUID": _among(INSTANCES.c.sop_class_uid, _UID),
        "Modality": _among(INSTANCES.c.modality, _WORD),
        "ModalitiesInStudy": _among(INSTANCES.c.modality, _WORD),
    }
)
MATCHED = (*_OF_STUDY, *_OF_INSTANCE)
"""The attributes that can be matched by."""
