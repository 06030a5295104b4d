"""Nothing of a patient whose data are restricted (GDPR Art. 18) is shown: what an address names is looked at before its route is.

`StudyReader` and `Reviewer` ask here, so that a route has nothing to do for it; what names a study in another way is asked by `shown`.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

import sqlalchemy as sa
from fastapi import Request

from audit.event import Agent, EventType, Outcome
from service.api.problems import ProblemError
from service.app import Diafan
from service.gdpr.restriction_record import RESTRICTED, is_restricted
from service.records import Image, ObjectRecord, ReportRecord, Study

_UID = re.compile(r"[0-9.]{1,64}")
_TOLD = "restricted (GDPR Art. 18): the patient's data are stored and not shown, until the restriction is lifted"
_IMAGES = sa.select(Image.study_instance_uid)
_MADE = sa.select(ObjectRecord.image_id).where(ObjectRecord.sop_instance_uid == sa.bindparam("object"))
_REPORTED = sa.select(ObjectRecord.report_id).where(ObjectRecord.sop_instance_uid == sa.bindparam("object"))
_NAMED = (
    sa.select(Study.study_instance_uid, Study.patient)
    .where(is_restricted(Study.patient))
    .where(
        sa.or_(
            Study.study_instance_uid == sa.bindparam("study"),
            Study.study_instance_uid.in_(_IMAGES.where(Image.id == sa.bindparam("image", type_=sa.Uuid))),
            Study.study_instance_uid.in_(_IMAGES.where(Image.id.in_(_MADE))),
            Study.study_instance_uid.in_(
                sa.select(ReportRecord.study_instance_uid).where(ReportRecord.id.in_(_REPORTED))
            ),
        )
    )
)


def expect_unrestricted(request: Request, diafan: Diafan, agent: Agent) -> None:
    """Raise ProblemError (403) where the request's address names a study, an image or an object of such a patient."""
    named = _named_in(request.path_params)
    if not any(named.values()):
        return
    with diafan.engine.connect() as db:
        found = db.execute(_NAMED, named).first()
    if found is not None:
        route = {"route": request.scope["route"].path, "method": request.method}
        raise refusal(diafan, agent, found.study_instance_uid, found.patient, request.state.request_id, **route)


def refusal(diafan: Diafan, agent: Agent, study: str, patient: str, request_id: str, **told: str) -> ProblemError:
    """Leave the entry of a refused look, in a transaction of its own, and return the problem."""
    with diafan.engine.begin() as db:
        detail: dict[str, str | int] = {"reason": RESTRICTED, **told}
        diafan.record(
            db, EventType.ACCESS_DENIED, agent, Outcome.SERIOUS_FAILURE, study=study, patient=patient,
            request=request_id, detail=detail,
        )  # fmt: skip
    return ProblemError(HTTPStatus.FORBIDDEN, RESTRICTED, _TOLD)


def _named_in(path: Mapping[str, str]) -> dict[str, object]:
    """Return what an address names, where it has the form of it; the route itself refuses another."""
    study, made, image = (str(path.get(name, "")) for name in ("study_instance_uid", "sop_instance_uid", "image_id"))
    return {
        "study": study if _UID.fullmatch(study) else "",
        "object": made if _UID.fullmatch(made) else "",
        "image": _uuid(image),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
