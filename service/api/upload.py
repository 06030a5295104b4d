"""Uploads: DICOM files, or PNG and JPEG wrapped into DICOM, through the same door as everything that a PACS sends."""

import shutil
from datetime import date
from errno import ENOSPC
from http import HTTPStatus
from typing import Annotated, Any, BinaryIO, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from audit.event import EventType
from integrations import upload
from integrations.dimse import NoRoom
from integrations.errors import Unreadable
from service.accept import Accepted, AlreadyHeld, Origin
from service.api.principal import Caller, Held, StudyWriter
from service.api.problems import MEANING, ProblemError, broken_rules, responses
from service.api.schemas import IMAGE_ID, example, example_of
from service.app import MEGABYTE, Diafan
from service.records import ImageState

router = APIRouter(tags=["studies"], responses=responses(401, 403, 413, 415, 422, 503, 507))

_MOST_FILES = 200
_FIELD_BYTES = 4096
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


LongString = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[^\\\x00-\x1f\x7f]*$")]


class PatientFields(BaseModel):
    """What a PNG or JPEG cannot say of its patient. A DICOM file says it itself, and these fields are then not used."""

    model_config = ConfigDict(extra="forbid")

    patient_id: LongString | None = Field(None, description="PatientID; required for PNG and JPEG")
    patient_name: LongString = Field("", description="PatientName, as `Family^Given`")
    birth_date: date | None = Field(None, description="PatientBirthDate, as `1950-01-31`")
    sex: Literal["M", "F", "O", ""] = Field("", description="PatientSex")
    accession_number: Annotated[LongString, StringConstraints(max_length=16)] = Field("", description="AccessionNumber")
    view: Literal["PA", "AP", ""] = Field("", description="ViewPosition")


class UploadedFile(BaseModel):
    """What became of one file of an upload."""

    model_config = example(
        position=0,
        outcome="accepted",
        image_id=IMAGE_ID,
        status_url=f"/images/{IMAGE_ID}",
        wrapped=False,
        code="",
        reason="",
    )

    position: int = Field(description="place of the file in the upload, from 0")
    outcome: Literal["accepted", "already held", "declined", "parked", "refused"]
    image_id: UUID | None = Field(None, description="absent where nothing was kept")
    status_url: str = Field("", description="where to look how it goes on")
    wrapped: bool = Field(default=False, description="a PNG or JPEG was wrapped into a Secondary Capture")
    code: str = Field("", description="why it was declined, parked or refused, for programs")
    reason: str = Field("", description="the same for people")


class UploadLimits(BaseModel):
    """How much may be sent in at a time; more is answered 413."""

    model_config = example(largest_bytes=100_000_000, most_files=_MOST_FILES)

    largest_bytes: int = Field(description="of one request, all its parts together")
    most_files: int


class Uploaded(BaseModel):
    """One result for each file, in the order of the upload; look at every one."""

    model_config = example(results=[example_of(UploadedFile)])

    results: list[UploadedFile]


@router.get("/upload-limits", summary="How much may be sent in at a time")
def show_limits(caller: StudyWriter, diafan: Held) -> UploadLimits:  # noqa: ARG001 - the scope is what is asked for
    """So that nobody sends for minutes what is then refused."""
    return UploadLimits(largest_bytes=diafan.settings.max_upload_mb * MEGABYTE, most_files=_MOST_FILES)


@router.post(
    "/studies",
    summary="Send images in",
    status_code=HTTPStatus.ACCEPTED,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["files"],
                        "properties": {
                            "files": {
                                "type": "array",
                                "items": {"type": "string", "format": "binary"},
                                "description": "DICOM (Part 10), PNG or JPEG",
                            },
                            **PatientFields.model_json_schema()["properties"],
                        },
                    },
                    "example": {"files": ["(binary)"], "patient_id": "DEMO-1", "sex": "F", "view": "PA"},
                }
            },
        }
    },
)
async def send_images(request: Request, caller: StudyWriter, diafan: Held) -> Uploaded:
    """Take DICOM files as they are; PNG and JPEG are wrapped into a Secondary Capture, which goes to the PACS before any result.

    202 says that at least one file was taken or held already: look at each result. Where all were refused, the
    problem (422, or 507 where there was no room) has the same `results`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-multipart", MEANING[415])
    try:
        async with request.form(
            max_files=_MOST_FILES, max_fields=len(PatientFields.model_fields), max_part_size=_FIELD_BYTES
        ) as form:
            files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
            patient = _patient(form)
            if not files:
                raise _invalid("files", "missing")
            results = [await run_in_threadpool(_take, diafan, caller, n, f.file, patient) for n, f in enumerate(files)]
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        await run_in_threadpool(_refused, diafan, caller, "no-room")
        raise ProblemError(HTTPStatus.INSUFFICIENT_STORAGE, "no-room", MEANING[507]) from None
    if all(r.outcome == "refused" for r in results):
        no_room = any(r.code == "no-room" for r in results)
        raise ProblemError(
            HTTPStatus.INSUFFICIENT_STORAGE if no_room else HTTPStatus.UNPROCESSABLE_ENTITY,
            "no-room" if no_room else "nothing-accepted",
            MEANING[507] if no_room else "none of the files could be taken: see results",
            members={"results": [r.model_dump(mode="json") for r in results]},
        )
    return Uploaded(results=results)


def _patient(form: FormData) -> PatientFields:
    given: dict[str, Any] = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    try:
        return PatientFields.model_validate(
            {name: value for name, value in given.items() if value or name == "patient_id"}
        )
    except ValidationError as error:
        broken = broken_rules(error.errors(include_input=False, include_url=False, include_context=False))
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-value", MEANING[422], members={"invalid": broken}
        ) from None


def _invalid(name: str, rule: str) -> ProblemError:
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-value",
        MEANING[422],
        members={"invalid": [{"name": name, "rule": rule}]},
    )


def _take(diafan: Diafan, caller: Caller, position: int, file: BinaryIO, patient: PatientFields) -> UploadedFile:
    """Bring one file to the door; what comes back is told, and only a failure of ours is raised."""
    aside = diafan.store.incoming / f"{uuid4()}.part"
    wrapped = False
    try:
        start = file.read(132)
        file.seek(0)
        wrapped = start[128:] != b"DICM" and start.startswith((_PNG, _JPEG))
        if wrapped:
            aside.write_bytes(_wrap(diafan, caller, file.read(), patient))
        else:
            with aside.open("wb") as copy:
                shutil.copyfileobj(file, copy, 1 << 20)
        origin = Origin(
            caller.agent,
            source=f"api:{caller.agent.client or caller.agent.id}",
            wrapped=wrapped,
            request_id=caller.request_id,
        )
        accepted = diafan.acceptor.accept(aside, origin)
    except Unreadable as error:
        return UploadedFile(position=position, outcome="refused", wrapped=wrapped, code="unreadable", reason=str(error))
    except NoRoom as error:
        return UploadedFile(position=position, outcome="refused", wrapped=wrapped, code="no-room", reason=str(error))
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        _refused(diafan, caller, "no-room")
        return UploadedFile(position=position, outcome="refused", wrapped=wrapped, code="no-room", reason=MEANING[507])
    finally:
        aside.unlink(missing_ok=True)
    return _told(position, accepted, wrapped=wrapped)


def _wrap(diafan: Diafan, caller: Caller, picture: bytes, patient: PatientFields) -> bytes:
    """Return the picture as a DICOM file; raises Unreadable, with an entry in the log, as the door itself would."""
    try:
        if not patient.patient_id:
            raise Unreadable("a PNG or JPEG does not say whose it is: give patient_id")  # noqa: TRY301 - refused like the rest
        return upload.wrap(picture, _particulars(patient))
    except Unreadable:
        _refused(diafan, caller, "unreadable")
        raise


def _particulars(patient: PatientFields) -> upload.Particulars:
    try:
        return upload.Particulars(
            patient_id=patient.patient_id or "",
            patient_name=patient.patient_name,
            birth_date=patient.birth_date.strftime("%Y%m%d") if patient.birth_date else "",
            sex=patient.sex,
            accession_number=patient.accession_number,
            view=patient.view,
        )
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _refused(diafan: Diafan, caller: Caller, reason: str) -> None:
    diafan.refuse(EventType.INSTANCE_REFUSED, caller.agent, request=caller.request_id, detail={"reason": reason})


def _told(position: int, accepted: Accepted | AlreadyHeld, *, wrapped: bool) -> UploadedFile:
    told = {
        "position": position,
        "image_id": accepted.image_id,
        "status_url": f"/images/{accepted.image_id}",
        "wrapped": wrapped,
    }
    match accepted:
        case AlreadyHeld():
            return UploadedFile(outcome="already held", **told)
        case Accepted(declined=declined) if declined is not None:
            return UploadedFile(outcome="declined", code=declined.code.value, reason=declined.reason, **told)
        case Accepted(state=ImageState.PARKED):
            return UploadedFile(outcome="parked", code=accepted.reason_code, reason=accepted.reason, **told)
        case _:
            return UploadedFile(outcome="accepted", **told)
