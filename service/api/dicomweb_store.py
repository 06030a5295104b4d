"""STOW-RS in (PS3.18 10.5): instances by HTTP, through the same door as what a PACS sends.

Each part is on disk and accepted before the next one is read, so that what was taken stays taken, however the body ends.
"""

from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from audit.event import EventType
from integrations.dicomweb import FailureReason, InstanceNames, StoreAnswer, names_in
from integrations.dicomweb.datasets import Address
from integrations.dicomweb.related import NotRelated, Part, RelatedReader, boundary_of
from integrations.dimse import NoRoom
from integrations.errors import Unreadable
from integrations.instance import read_instance
from service.accept import Accepted, Origin
from service.api.dicomweb_catalogue import counts
from service.api.dicomweb_media import DicomJson, expect_json, json_example, warning
from service.api.limits import TooLargeError
from service.api.principal import Caller, Held, StudyWriter
from service.api.problems import MEANING, ProblemError, responses
from service.api.schemas import SOP_UID, STUDY_UID
from service.api.studies import StudyUID
from service.app import Diafan
from service.records import Image, ImageState

BASE = "/dicom-web"
router = APIRouter(prefix=BASE, tags=["dicomweb"], responses=responses(400, 401, 403, 406, 413, 415, 422, 503))

_MOST_PARTS = 1000
_RETRY_AFTER_S = "30"
_EXAMPLE = {
    "00081190": {"vr": "UR", "Value": [f"https://diafan.example{BASE}/studies/{STUDY_UID}"]},
    "00081199": {
        "vr": "SQ",
        "Value": [
            {
                "00081150": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.1.1"]},
                "00081155": {"vr": "UI", "Value": [SOP_UID]},
                "00081190": {
                    "vr": "UR",
                    "Value": [f"https://diafan.example{BASE}/studies/{STUDY_UID}/series/2.25.31/instances/{SOP_UID}"],
                },
            }
        ],
    },
}
_DOCUMENTED: dict[str, Any] = {
    "response_class": DicomJson,
    "responses": {
        200: {"description": "all were taken (declined ones, too)", "content": json_example(_EXAMPLE)},
        202: {"description": "some were taken: look at each", "content": json_example(_EXAMPLE)},
        409: {
            "description": "none was taken: Failed SOP Sequence says why",
            "content": json_example(
                {
                    "00081198": {
                        "vr": "SQ",
                        "Value": [
                            {
                                "00081150": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.1.1"]},
                                "00081155": {"vr": "UI", "Value": [SOP_UID]},
                                "00081197": {"vr": "US", "Value": [FailureReason.CANNOT_UNDERSTAND]},
                            }
                        ],
                    }
                }
            ),
        },
    },
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                'multipart/related; type="application/dicom"': {
                    "schema": {"type": "string", "format": "binary", "description": "DICOM files (Part 10), one a part"}
                }
            },
        }
    },
}


@router.post("/studies", summary="Send images in, by STOW-RS", **_DOCUMENTED)
async def store_instances(request: Request, caller: StudyWriter, diafan: Held) -> Response:
    """Take DICOM files, each one durable before the next is read.

    An image that is not for Diafan is declined: it counts as stored, so that no router sends it for ever, and has no Retrieve URL.
    """
    return await _store(request, caller, diafan, None)


@router.post("/studies/{study_instance_uid}", summary="Send images of one study in, by STOW-RS", **_DOCUMENTED)
async def store_study_instances(
    study_instance_uid: StudyUID, request: Request, caller: StudyWriter, diafan: Held
) -> Response:
    """Take DICOM files of this study. One of another study fails with A901."""
    return await _store(request, caller, diafan, study_instance_uid)


async def _store(request: Request, caller: Caller, diafan: Diafan, study_instance_uid: str | None) -> Response:
    expect_json(request)
    intake = Intake(diafan, caller, study_instance_uid)
    cut = ""
    try:
        reader = RelatedReader(
            boundary_of(request.headers.get("content-type", "")),
            diafan.store.incoming,
            intake.take,
            most_parts=_MOST_PARTS,
        )
    except NotRelated as error:
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-related", str(error)) from None
    except Unreadable as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "unreadable", str(error)) from None
    try:
        async for piece in request.stream():
            await run_in_threadpool(reader.feed, piece)
        reader.finish()
    except TooLargeError as error:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too-large",
            f"the body is larger than {error.limit_bytes} bytes: {_kept(intake)}. Send fewer instances in one request",
            {"Connection": "close"},
            {"limit_bytes": error.limit_bytes},
        ) from None
    except Unreadable as error:
        cut = str(error)
        await run_in_threadpool(intake.refused, "unreadable")
    finally:
        await run_in_threadpool(reader.close)
    return _answered(intake, cut)


def _answered(intake: "Intake", cut: str) -> Response:
    answer = intake.answer
    if not answer.stored:
        if answer.is_out_of_room():
            headers = {"Retry-After": _RETRY_AFTER_S}
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "no-room", MEANING[507], headers)
        if cut:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "unreadable", f"{cut}; nothing was taken")
        return DicomJson(answer.json(), HTTPStatus.CONFLICT, warning(*intake.sentences))
    if cut:
        answer.add_failed(None, FailureReason.CANNOT_UNDERSTAND)
        intake.sentences.append(f"{cut}; {_kept(intake)}")
    status = HTTPStatus.ACCEPTED if answer.has_failures else HTTPStatus.OK
    return DicomJson(answer.json(), status, warning(*intake.sentences))


def _kept(intake: "Intake") -> str:
    n = len(intake.answer.stored)
    return f"{n} instance{'s' if n != 1 else ''} before that {'were' if n != 1 else 'was'} taken and may be sent again"


class Intake:
    """Accepts each part as it becomes whole, and keeps what is to be said of it. Runs in threads, one call at a time."""

    def __init__(self, diafan: Diafan, caller: Caller, study_instance_uid: str | None) -> None:
        self.sentences: list[str] = []
        self._diafan = diafan
        self._caller = caller
        self._study_instance_uid = study_instance_uid
        self._origin = Origin(
            caller.agent, source=f"stow:{caller.agent.client or caller.agent.id}", request_id=caller.request_id
        )
        self._base = f"{diafan.settings.api_url}{BASE}"
        self.answer = StoreAnswer(f"{self._base}/studies/{study_instance_uid}" if study_instance_uid else "")

    def take(self, part: Part) -> None:
        """Accept one part; its file is gone afterwards. What goes wrong with it alone is in the answer."""
        try:
            if part.error is not None:
                self._fail(None, FailureReason.OUT_OF_RESOURCES, f"part {part.number}: {MEANING[507]}", "no-room")
            elif not part.is_dicom:
                told = f"part {part.number} is not application/dicom"
                self._fail(None, FailureReason.CANNOT_UNDERSTAND, told, "media-type")
            elif self._is_of_another_study(part):
                told = f"part {part.number} belongs to another study than the address says"
                self._fail(names_in(part.path), FailureReason.OTHER_STUDY, told, "other-study")
            else:
                self._accept(part)
        finally:
            part.path.unlink(missing_ok=True)

    def refused(self, reason: str) -> None:
        """Write down that something was refused."""
        caller = self._caller
        self._diafan.refuse(
            EventType.INSTANCE_REFUSED, caller.agent, request=caller.request_id, detail={"reason": reason}
        )

    def _is_of_another_study(self, part: Part) -> bool:
        if self._study_instance_uid is None:
            return False
        try:
            return read_instance(part.path).study.study_instance_uid != self._study_instance_uid
        except Unreadable:
            return False  # as the door will say

    def _accept(self, part: Part) -> None:
        names = names_in(part.path)
        try:
            taken = self._diafan.acceptor.accept(part.path, self._origin)
        except Unreadable as error:
            self._fail(names, FailureReason.CANNOT_UNDERSTAND, f"part {part.number}: {error}")
            return
        except NoRoom as error:
            self._fail(names, FailureReason.OUT_OF_RESOURCES, f"part {part.number}: {error}")
            return
        if isinstance(taken, Accepted) and taken.state is ImageState.PARKED:
            self.sentences.append(f"part {part.number} is kept apart for a person: {taken.reason}")
        with Session(self._diafan.engine) as db:
            image, is_shown = db.execute(sa.select(Image, counts()).where(Image.id == taken.image_id)).one()
        address = Address(self._base, image.study_instance_uid, image.series_instance_uid, image.sop_instance_uid)
        names = InstanceNames(image.sop_class_uid, image.sop_instance_uid)
        self.answer.add_stored(names, address.url if is_shown else "")

    def _fail(self, names: InstanceNames | None, reason: FailureReason, told: str, code: str = "") -> None:
        self.answer.add_failed(names, reason)
        self.sentences.append(told)
        if code:
            self.refused(code)
