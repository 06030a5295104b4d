"""What a QIDO-RS query asks for (PS3.18 8.3.4 and 10.6.1.2), from its parameters to conditions on our records.

Attributes are named by keyword or tag. What we cannot match by is not used, and the answer says so; where nothing else was asked
for it is refused, lest everybody's studies are shown, and so is a value that has not the form of its attribute. No value is ever
repeated: they name people.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from integrations.dicomweb.datasets import is_attribute, keyword_of
from service.api.dicomweb_catalogue import INSTANCES
from service.api.problems import ProblemError
from service.records import StudyHeader

MOST_RESULTS = 500
_UID = re.compile(r"[0-9.]{1,64}")
_WORD = re.compile(r"[A-Za-z0-9_ *?]{1,16}")
_DATE = re.compile(r"(\d{8})?(-?)(\d{8})?")
_TIME = re.compile(r"(\d{6}(?:\.\d{1,6})?|\d{4}|\d{2})?(-?)(\d{6}(?:\.\d{1,6})?|\d{4}|\d{2})?")
_DIGITS_OF_TIME = 12  # to the microsecond (PS3.5 6.2, TM)
_NUMBER = re.compile(r"[+-]?\d{1,11}")
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
    """A query as it was understood: conditions on the study's header and on instances, and what to tell the client.

    ``numbers`` are what attributes, by their tags, must be in what is told of each.
    """

    headers: tuple[Condition, ...]
    instances: tuple[Condition, ...]
    numbers: tuple[tuple[str, int], ...]
    limit: int
    offset: int
    warnings: tuple[str, ...]


def read_query(parameters: Sequence[tuple[str, str]], level: Level) -> Query:
    """Return what the parameters ask for.

    Raises ProblemError (400) for a value that has not the form of its attribute, and for studies where no attribute that has a
    value is one that they are matched by.
    """
    headers: list[Condition] = []
    instances: list[Condition] = []
    numbers: list[tuple[str, int]] = []
    is_narrowed_otherwise = False
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
        elif tag := _NUMBERS[level].get(keyword):
            numbers += [(tag, value) for value in _integers(keyword, wanted)]
        else:
            is_narrowed_otherwise |= bool(wanted) and is_attribute(keyword)
            warnings.append(f"a parameter is no attribute that {level} are matched by here: it was not used")
    if level is Level.STUDIES and is_narrowed_otherwise and not (headers or instances):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "unsupported-key",
            f"nothing that was asked for is an attribute that {level} are matched by: that is {', '.join(matched(level))}",
            members={"supported": matched(level)},
        )
    if control.get("fuzzymatching", "false").lower() == "true":
        warnings.append("fuzzymatching is not supported: names were matched literally")
    return Query(
        headers=tuple(headers),
        instances=tuple(instances),
        numbers=tuple(numbers),
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
    """Match a list, given as values parted by commas or as the parameter again (PS3.18 8.3.4.1, PS3.4 C.2.2.2.2).

    Where the form takes * and ?, they match as in text (PS3.4 C.2.2.2.4).
    """

    def match(keyword: str, values: Sequence[str]) -> Iterator[Condition]:
        parts = [part.strip() for value in values for part in re.split(r"[,\\]", value)]
        if not all(form.fullmatch(part) for part in parts):
            raise _unfit(keyword)
        if parts:
            patterns = [part for part in parts if {"*", "?"} & {*part}]
            exact = column.in_([part for part in parts if part not in patterns])
            yield sa.or_(exact, *(column.like(_pattern(part), escape=_ESCAPE) for part in patterns))

    return match


def _like(column: Any) -> Match:
    """Match text with * and ?, whatever its case (PS3.4 C.2.2.2.4)."""

    def match(keyword: str, values: Sequence[str]) -> Iterator[Condition]:
        for value in values:
            if "\0" in value:
                raise _unfit(keyword)
            yield column.ilike(_pattern(value), escape=_ESCAPE)

    return match


def _names(column: Any) -> Match:
    """Match the whole of a name, or one of its component groups (PS3.5 6.2.1)."""

    def match(keyword: str, values: Sequence[str]) -> Iterator[Condition]:
        for value in values:
            if "\0" in value:
                raise _unfit(keyword)
            pattern = _pattern(value)
            forms = (pattern, f"{pattern}=%", f"%={pattern}", f"%={pattern}=%")
            yield sa.or_(*(column.ilike(form, escape=_ESCAPE) for form in forms))

    return match


def _pattern(value: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", value)
    return escaped.replace("*", "%").replace("?", "_")


def _range(keyword: str, value: str, form: re.Pattern[str]) -> tuple[str, str]:
    """Return both ends of a range, which may be open (PS3.4 C.2.2.2.5), and are the same for one value alone."""
    found = form.fullmatch(value)
    if found is None or not (found[1] or found[3]) or bool(found[1] and found[3]) > bool(found[2]):
        raise _unfit(keyword)
    first, last = found[1] or "", found[3] or ""
    return (first, last) if found[2] else (first or last, first or last)


def _dates(column: Any) -> Match:
    """Match one date or a range."""

    def match(keyword: str, values: Sequence[str]) -> Iterator[Condition]:
        for value in values:
            first, last = _range(keyword, value, _DATE)
            if first:
                yield column >= first
            if last:
                yield sa.and_(column != "", column <= last)

    return match


def _times(column: Any) -> Match:
    """Match a time or a range. One that ends with the hour or the minute is the whole of it, as one that is held there begins it."""
    held = sa.func.rpad(sa.func.regexp_replace(column, "[:.]", "", "g"), _DIGITS_OF_TIME, "0")

    def match(keyword: str, values: Sequence[str]) -> Iterator[Condition]:
        for value in values:
            first, last = (end.replace(".", "") for end in _range(keyword, value, _TIME))
            yield column.regexp_match("^[0-9]")
            if first:
                yield held >= first.ljust(_DIGITS_OF_TIME, "0")
            if last:
                yield held <= last.ljust(_DIGITS_OF_TIME, "9")

    return match


def _integers(keyword: str, values: Sequence[str]) -> Iterator[int]:
    for value in values:
        if not _NUMBER.fullmatch(value.strip()):
            raise _unfit(keyword)
        yield int(value)


_OF_STUDY: Mapping[str, Match] = MappingProxyType(
    {
        "PatientID": _like(StudyHeader.patient_id),
        "PatientName": _names(StudyHeader.patient_name),
        "PatientBirthDate": _dates(StudyHeader.birth_date),
        "AccessionNumber": _like(StudyHeader.accession_number),
        "StudyDate": _dates(StudyHeader.study_date),
        "StudyTime": _times(StudyHeader.study_time),
        "StudyID": _like(StudyHeader.study_id),
        "ReferringPhysicianName": _names(StudyHeader.referring_physician),
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
_SERIES_NUMBER, _INSTANCE_NUMBER = ("SeriesNumber", "00200011"), ("InstanceNumber", "00200013")
_NUMBERS: Mapping[Level, Mapping[str, str]] = MappingProxyType(
    {
        Level.STUDIES: {},
        Level.SERIES: dict([_SERIES_NUMBER]),
        Level.INSTANCES: dict([_SERIES_NUMBER, _INSTANCE_NUMBER]),
    }
)
"""What is not in our records, but in the files of which a search tells: below a study all of them are read."""


def matched(level: Level) -> tuple[str, ...]:
    """Return the attributes that can be matched by."""
    return (*_OF_STUDY, *_OF_INSTANCE, *_NUMBERS[level])
