"""QIDO-RS (PS3.18 10.6): which studies, series and instances can be retrieved here. What is shown is in the log."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from sqlalchemy.orm import Session

from audit.event import EventType
from integrations.dicomweb.datasets import Address, JsonDataset, instance_json, series_json, study_json
from integrations.instance import Study as Header
from service.api.dicomweb_catalogue import INSTANCES, Shown, instances_of
from service.api.dicomweb_media import DicomJson, expect_json, json_example, warning
from service.api.dicomweb_query import Level, Query, matched, read_query
from service.api.dicomweb_store import BASE
from service.api.disclosure import shown
from service.api.principal import Caller, Held, StudyReader
from service.api.problems import responses
from service.api.schemas import STUDY_UID
from service.api.studies import StudyUID
from service.app import Diafan
from service.records import Study, StudyHeader

router = APIRouter(prefix=BASE, tags=["dicomweb"], responses=responses(400, 401, 403, 406, 422, 503))

SeriesUID = StudyUID
_MORE = "there are more results: ask again with a larger offset"


def _documented(level: Level) -> dict[str, Any]:
    named = (*matched(level), "limit", "offset", "includefield", "fuzzymatching")
    return {
        "response_class": DicomJson,
        "responses": {
            200: {
                "description": "a data set for each; none: an empty list",
                "content": json_example([{"0020000D": {"vr": "UI", "Value": [STUDY_UID]}}]),
            }
        },
        "openapi_extra": {
            "parameters": [{"name": name, "in": "query", "schema": {"type": "string"}} for name in named]
        },
    }


@router.get("/studies", summary="Search for studies, by QIDO-RS", **_documented(Level.STUDIES))
def search_studies(request: Request, caller: StudyReader, diafan: Held) -> DicomJson:
    """Studies of which something is held, the newest first. Attributes are named by keyword or tag; texts may hold * and ?."""
    expect_json(request)
    query = read_query(request.query_params.multi_items(), Level.STUDIES)
    among = sa.select(INSTANCES.c.study_instance_uid).where(*query.instances)
    wanted = (
        sa.select(StudyHeader)
        .join(Study, Study.study_instance_uid == StudyHeader.study_instance_uid)
        .where(StudyHeader.study_instance_uid.in_(among), *query.headers)
        .order_by(Study.first_seen_at.desc(), Study.study_instance_uid)
        .offset(query.offset)
        .limit(query.limit + 1)
    )
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        headers = db.scalars(wanted).all()
        page = headers[: query.limit]
        held: dict[str, list[Shown]] = {header.study_instance_uid: [] for header in page}
        for one in instances_of(db, list(held)):
            held[one.study_instance_uid].append(one)
        diafan.record(
            db.connection(),
            EventType.STUDIES_QUERIED,
            caller.agent,
            request=caller.request_id,
            detail={"kind": "dicomweb", "count": len(page)},
        )
    base = diafan.settings.api_url + BASE
    told = [_study(header, held[header.study_instance_uid], base) for header in page]
    return _answer(told, query, is_more=len(headers) > query.limit)


@router.get(
    "/studies/{study_instance_uid}/series",
    summary="Search for series of a study, by QIDO-RS",
    **_documented(Level.SERIES),
)
def search_series(study_instance_uid: StudyUID, request: Request, caller: StudyReader, diafan: Held) -> DicomJson:
    """List the series of what was received, and those of what was made of it."""

    def tell(diafan: Diafan, found: Iterable[Shown]) -> list[JsonDataset]:
        every = [list(series) for _, series in groupby(found, lambda one: one.series_instance_uid)]
        base = diafan.settings.api_url + BASE
        return [
            series_json(
                diafan.store.path(series[0].blob),
                Address(base, series[0].study_instance_uid, series[0].series_instance_uid),
                instances=len(series),
            )
            for series in every
        ]

    return _within(request, caller, diafan, Level.SERIES, study_instance_uid, None, tell)


@router.get(
    "/studies/{study_instance_uid}/instances",
    summary="Search for instances of a study, by QIDO-RS",
    **_documented(Level.INSTANCES),
)
def search_study_instances(
    study_instance_uid: StudyUID, request: Request, caller: StudyReader, diafan: Held
) -> DicomJson:
    """List the instances of all series of a study."""
    return _within(request, caller, diafan, Level.INSTANCES, study_instance_uid, None, _instances)


@router.get(
    "/studies/{study_instance_uid}/series/{series_instance_uid}/instances",
    summary="Search for instances of a series, by QIDO-RS",
    **_documented(Level.INSTANCES),
)
def search_series_instances(
    study_instance_uid: StudyUID, series_instance_uid: SeriesUID, request: Request, caller: StudyReader, diafan: Held
) -> DicomJson:
    """List the instances of one series."""
    return _within(request, caller, diafan, Level.INSTANCES, study_instance_uid, series_instance_uid, _instances)


def _within(
    request: Request,
    caller: Caller,
    diafan: Diafan,
    level: Level,
    study_instance_uid: str,
    series_instance_uid: str | None,
    tell: Callable[[Diafan, Iterable[Shown]], list[JsonDataset]],
) -> DicomJson:
    """Search in a study; one of which nothing is held has nothing that fits."""
    expect_json(request)
    query = read_query(request.query_params.multi_items(), level)
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        found = instances_of(db, study_instance_uid, series_instance_uid, where=query.instances)
        is_wanted = not query.headers or db.scalar(
            sa.select(sa.exists().where(StudyHeader.study_instance_uid == study_instance_uid, *query.headers))
        )
        if not found or not is_wanted:
            return _answer([], query, is_more=False)
        study = db.get_one(Study, study_instance_uid)
        shown(db, diafan, caller, study, f"dicomweb-{level}", count=len(found))
    told = [one for one in tell(diafan, found) if all(one.get(tag, {}).get("Value") == [n] for tag, n in query.numbers)]
    page = told[query.offset : query.offset + query.limit]
    return _answer(page, query, is_more=len(told) > query.offset + query.limit)


def _instances(diafan: Diafan, found: Iterable[Shown]) -> list[JsonDataset]:
    base = diafan.settings.api_url + BASE
    return [
        instance_json(
            diafan.store.path(one.blob),
            Address(base, one.study_instance_uid, one.series_instance_uid, one.sop_instance_uid),
            one.sop_class_uid,
        )
        for one in found
    ]


def _study(header: StudyHeader, held: list[Shown], base: str) -> JsonDataset:
    said = Header(
        study_instance_uid=header.study_instance_uid,
        patient_id=header.patient_id,
        patient_name=header.patient_name,
        birth_date=header.birth_date,
        sex=header.sex,
        accession_number=header.accession_number,
        study_id=header.study_id,
        study_date=header.study_date,
        study_time=header.study_time,
        study_description=header.description,
        referring_physician=header.referring_physician,
    )
    return study_json(
        said,
        Address(base, header.study_instance_uid),
        {one.modality for one in held},
        series=len({one.series_instance_uid for one in held}),
        instances=len(held),
    )


def _answer(told: list[JsonDataset], query: Query, *, is_more: bool) -> DicomJson:
    return DicomJson(told, headers=warning(*query.warnings, *([_MORE] if is_more else [])))
