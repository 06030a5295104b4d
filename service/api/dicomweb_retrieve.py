"""WADO-RS (PS3.18 10.4): studies, series and instances as they are held, their metadata, and their frames.

Each retrieval is an entry in the log, written before the first byte leaves.
"""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from integrations.dicomweb.datasets import metadata_json, transfer_syntax_of
from integrations.dicomweb.frames import OCTET_STREAM, PLAIN, Frames, media_type_of, read_frames
from integrations.dicomweb.related import APPLICATION_DICOM
from integrations.errors import Unreadable
from service.api.dicomweb_catalogue import Shown, instances_of
from service.api.dicomweb_media import DicomJson, accepted, expect_json, json_example, not_acceptable
from service.api.dicomweb_search import SeriesUID
from service.api.dicomweb_store import BASE
from service.api.disclosure import shown
from service.api.images import DicomResponse, ObjectUID
from service.api.no_longer_kept import gone_since
from service.api.principal import Caller, Held, StudyReader
from service.api.problems import ProblemError, not_found, responses
from service.api.schemas import SOP_UID
from service.api.studies import StudyUID
from service.api.withdrawn import expect_not_withdrawn
from service.app import Diafan
from service.records import Study

router = APIRouter(prefix=BASE, tags=["dicomweb"], responses=responses(401, 403, 404, 406, 410, 422, 503))

_RELATED = "multipart/related"
_ANY = frozenset({"*/*", "*"})
_PIECE_BYTES = 1 << 20
# A decoded radiograph takes a hundred megabytes, and a header may be large: files are read two at a time, however many ask.
_READING = BoundedSemaphore(2)

FrameList = Annotated[
    str,
    Path(
        pattern=r"^\d{1,6}(,\d{1,6}){0,99}$",
        description="frame numbers from 1, parted by commas, each once",
        examples=["1"],
    ),
]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[str, Any] = {
    "response_class": StreamingResponse,
    "responses": {
        200: {
            "description": "DICOM files (Part 10), one a part",
            "content": {f'{_RELATED}; type="{APPLICATION_DICOM}"': _BINARY},
        }
    },
}
_METADATA: dict[str, Any] = {
    "response_class": DicomJson,
    "responses": {
        200: {
            "description": "a data set for each instance, without its pixels and other values of more than 256 KB",
            "content": json_example([{"00080018": {"vr": "UI", "Value": [SOP_UID]}}]),
        }
    },
}
_STUDY = "/studies/{study_instance_uid}"
_SERIES = f"{_STUDY}/series/{{series_instance_uid}}"
_INSTANCE = f"{_SERIES}/instances/{{sop_instance_uid}}"


@router.get(_STUDY, summary="Retrieve a study, by WADO-RS", **_FILES)
def retrieve_study(study_instance_uid: StudyUID, request: Request, caller: StudyReader, diafan: Held) -> Response:
    """Every instance of the study: what was received, and what was made of it."""
    return _files(request, diafan, _found(diafan, caller, "dicomweb-study", study_instance_uid))


@router.get(_SERIES, summary="Retrieve a series, by WADO-RS", **_FILES)
def retrieve_series(
    study_instance_uid: StudyUID, series_instance_uid: SeriesUID, request: Request, caller: StudyReader, diafan: Held
) -> Response:
    """Every instance of the series."""
    return _files(request, diafan, _found(diafan, caller, "dicomweb-series", study_instance_uid, series_instance_uid))


@router.get(
    _INSTANCE,
    summary="Retrieve an instance, by WADO-RS",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "the DICOM file (Part 10), as one part, or alone where that is what is accepted",
            "content": {f'{_RELATED}; type="{APPLICATION_DICOM}"': _BINARY, APPLICATION_DICOM: _BINARY},
        }
    },
)
def retrieve_instance(
    study_instance_uid: StudyUID,
    series_instance_uid: SeriesUID,
    sop_instance_uid: ObjectUID,
    request: Request,
    caller: StudyReader,
    diafan: Held,
) -> Response:
    """One instance, in the transfer syntax in which it is held."""
    uids = (study_instance_uid, series_instance_uid, sop_instance_uid)
    return _files(request, diafan, _found(diafan, caller, "dicomweb-instance", *uids), is_one=True)


@router.get(f"{_STUDY}/metadata", summary="The attributes of a study's instances, by WADO-RS", **_METADATA)
def retrieve_study_metadata(
    study_instance_uid: StudyUID, request: Request, caller: StudyReader, diafan: Held
) -> DicomJson:
    """All attributes but the pixels, and but values of more than 256 KB: there is no bulk data by itself."""
    return _metadata(request, diafan, caller, study_instance_uid)


@router.get(f"{_SERIES}/metadata", summary="The attributes of a series' instances, by WADO-RS", **_METADATA)
def retrieve_series_metadata(
    study_instance_uid: StudyUID, series_instance_uid: SeriesUID, request: Request, caller: StudyReader, diafan: Held
) -> DicomJson:
    """All attributes but the pixels, and but values of more than 256 KB."""
    return _metadata(request, diafan, caller, study_instance_uid, series_instance_uid)


@router.get(f"{_INSTANCE}/metadata", summary="The attributes of an instance, by WADO-RS", **_METADATA)
def retrieve_instance_metadata(
    study_instance_uid: StudyUID,
    series_instance_uid: SeriesUID,
    sop_instance_uid: ObjectUID,
    request: Request,
    caller: StudyReader,
    diafan: Held,
) -> DicomJson:
    """All attributes but the pixels, and but values of more than 256 KB."""
    return _metadata(request, diafan, caller, study_instance_uid, series_instance_uid, sop_instance_uid)


@router.get(
    f"{_INSTANCE}/frames/{{frames}}",
    summary="Frames of an instance, by WADO-RS",
    response_class=StreamingResponse,
    responses={
        **responses(400),
        200: {
            "description": "a frame a part: as it is held where that syntax is accepted, else as plain values",
            "content": {f'{_RELATED}; type="{OCTET_STREAM}"': _BINARY},
        },
    },
)
def retrieve_frames(
    study_instance_uid: StudyUID,
    series_instance_uid: SeriesUID,
    sop_instance_uid: ObjectUID,
    frames: FrameList,
    request: Request,
    caller: StudyReader,
    diafan: Held,
) -> Response:
    """Pixels for a viewer. `transfer-syntax=*` in `Accept` takes them compressed as they are held."""
    numbers = [int(number) for number in frames.split(",")]
    if len(set(numbers)) < len(numbers):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "repeated-frame", "a frame is asked for more than once: name each once"
        )
    uids = (study_instance_uid, series_instance_uid, sop_instance_uid)
    [one] = _found(diafan, caller, "dicomweb-frames", *uids)
    path = diafan.store.path(one.blob)
    is_decoded = _is_decoded(request, transfer_syntax_of(path))
    try:
        with _READING:
            read = read_frames(path, numbers, decoded=is_decoded)
    except IndexError:
        raise not_found("frame") from None
    except Unreadable as error:
        raise not_acceptable(f"the transfer syntax in which the pixels are held ({error})") from None
    return _frames(read)


def _found(
    diafan: Diafan,
    caller: Caller,
    kind: str,
    study_instance_uid: str,
    series_instance_uid: str | None = None,
    sop_instance_uid: str | None = None,
) -> list[Shown]:
    """Return the instances, with the disclosure written down.

    Raises ProblemError where there is none (404), or none any more: not kept, or withdrawn (410).
    """
    with Session(diafan.engine, expire_on_commit=False) as db, db.begin():
        found = instances_of(db, study_instance_uid, series_instance_uid, sop_instance_uid)
        if not found:
            expect_not_withdrawn(db, study_instance_uid, series_instance_uid, sop_instance_uid)
            gone = gone_since(db, study_instance_uid, series_instance_uid, sop_instance_uid)
            raise gone or not_found("instance" if sop_instance_uid else "series" if series_instance_uid else "study")
        image = found[0].image_id if sop_instance_uid else None
        study = db.get_one(Study, study_instance_uid)
        shown(db, diafan, caller, study, kind, image=image or "", object_uid=sop_instance_uid or "", count=len(found))
    return found


def _metadata(request: Request, diafan: Diafan, caller: Caller, *uids: str) -> DicomJson:
    expect_json(request)
    found = _found(diafan, caller, "dicomweb-metadata", *uids)
    told = []
    for one in found:
        with _READING:
            told.append(metadata_json(diafan.store.path(one.blob)))
    return DicomJson(told)


def _files(request: Request, diafan: Diafan, found: Sequence[Shown], *, is_one: bool = False) -> Response:
    paths = [diafan.store.path(one.blob) for one in found]
    syntaxes = [transfer_syntax_of(path) for path in paths]
    for media_type, options in accepted(request):
        # As held: every syntax that is accepted must be the one that there is. None named: the one that there is, too.
        if options.get("transfer-syntax", "*") not in {"*", *(syntaxes if len(set(syntaxes)) == 1 else ())}:
            continue
        if media_type == APPLICATION_DICOM and is_one:
            return DicomResponse(paths[0], media_type=f"{APPLICATION_DICOM}; transfer-syntax={syntaxes[0]}")
        if media_type in _ANY or (media_type == _RELATED and options.get("type", "*/*") in {APPLICATION_DICOM, *_ANY}):
            break
    else:
        raise not_acceptable(f'{_RELATED}; type="{APPLICATION_DICOM}"; transfer-syntax=*')
    boundary = uuid4().hex

    def parts() -> Iterator[bytes]:
        for path, syntax in zip(paths, syntaxes, strict=True):
            yield _head(boundary, f"{APPLICATION_DICOM}; transfer-syntax={syntax}")
            with path.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    yield piece
            yield b"\r\n"
        yield _end(boundary)

    return StreamingResponse(parts(), media_type=_content_type(APPLICATION_DICOM, boundary))


def _is_decoded(request: Request, held: str) -> bool:
    """Say whether frames must be decoded for this client; raises ProblemError (406) where it takes them in no form of ours."""
    of_held = media_type_of(held)
    for media_type, options in accepted(request):
        wanted = options.get("type", "*/*") if media_type == _RELATED else media_type
        syntax = options.get("transfer-syntax", "")
        if wanted == of_held and of_held != OCTET_STREAM and syntax in {"", "*", held}:
            return False
        if wanted in {OCTET_STREAM, *_ANY} and syntax in {"", "*", held, PLAIN}:
            return syntax not in {"*", held}
    raise not_acceptable(f'{_RELATED}; type="{of_held}", or type="{OCTET_STREAM}"')


def _frames(read: Frames) -> Response:
    boundary = uuid4().hex

    def parts() -> Iterator[bytes]:
        while True:
            with _READING:  # for the reading alone: a client that is slow to take a frame keeps nobody waiting
                content = next(read.contents, None)
            if content is None:
                break
            yield _head(boundary, read.content_type)
            yield content
            yield b"\r\n"
        yield _end(boundary)

    return StreamingResponse(parts(), media_type=_content_type(read.media_type, boundary))


def _head(boundary: str, content_type: str) -> bytes:
    return f"--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode()


def _end(boundary: str) -> bytes:
    return f"--{boundary}--\r\n".encode()


def _content_type(of_parts: str, boundary: str) -> str:
    return f'{_RELATED}; type="{of_parts}"; boundary={boundary}'
