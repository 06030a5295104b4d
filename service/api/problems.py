"""Problems: every refusal of the API in one shape (RFC 9457, application/problem+json).

A problem says what is wrong, and what to do. It never repeats what the client sent: names travel in file names, form
fields and addresses too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """RFC 9457. ``type`` is what a program should look at; a member may be added for some types."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:diafan:problem:insufficient-scope",
                    "title": "Forbidden",
                    "status": 403,
                    "detail": "this needs a token with the scope study.read",
                    "instance": "urn:uuid:5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11",
                }
            ]
        },
    )

    type: str = Field(description="`about:blank` where the status says it all, else `urn:diafan:problem:...`")
    title: str = Field(description="the status in words")
    status: int
    detail: str = Field(description="what was wrong and what to do; holds no patient data")
    instance: str = Field(description="the request: the same as in the header X-Request-Id and in the audit log")


@dataclass
class ProblemError(Exception):
    """Raised anywhere under the API, and answered as a problem."""

    status: HTTPStatus
    kind: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)


def not_found(what: str) -> ProblemError:
    """Return the problem of an address that leads nowhere; ``what`` is a word of ours."""
    return ProblemError(HTTPStatus.NOT_FOUND, "not-found", f"there is no such {what} here")


def body(
    status: int, detail: str, request_id: str, *, kind: str = "", members: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the problem as JSON."""
    return {
        "type": f"urn:diafan:problem:{kind}" if kind else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": UUID(request_id).urn,
        **(members or {}),
    }


def responses(*statuses: HTTPStatus | int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of the problems that a route may answer with."""
    return {
        int(status): {
            "description": MEANING[status],
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": body(status, MEANING[status], "5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11"),
                }
            },
        }
        for status in statuses
    }


MEANING: Mapping[int, str] = {
    400: "the request cannot be read: send it as the documentation says",
    401: "a valid bearer token is needed",
    403: "the token lacks the scope that this needs",
    404: "there is no such thing here",
    405: "this address does not know that method: see the header Allow",
    406: "this is answered in another media type than the request accepts",
    409: "this cannot be done in the state that it is in",
    410: "it was here, and is not given out any more: it is no longer kept, or was withdrawn",
    413: "the upload is larger than the limit: send fewer files at a time",
    415: "send the files as multipart/form-data",
    422: "a value does not have the form that it needs",
    429: "too many requests of yours were refused: try again after as many seconds as Retry-After says",
    500: "something went wrong here: the log knows it by the number of this request",
    503: "not now: try again in a moment",
    507: "there is no room for another image now: try again later",
}


def install(api: FastAPI) -> None:
    """Answer every error of ``api`` as a problem; what is left (500) is answered by the frame."""

    def problem(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ProblemError)
        return answer(request, error.status, error.detail, error.kind, error.headers, error.members)

    def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        meaning = MEANING.get(error.status_code, "the request was refused")
        return answer(request, error.status_code, meaning, headers=error.headers)

    def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return answer(request, 422, MEANING[422], "invalid-value", members={"invalid": broken_rules(error.errors())})

    def no_database(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - its text names hosts and roles
        return answer(request, 503, MEANING[503], "database-unavailable", {"Retry-After": "5"})

    def unfit(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - its text repeats the value
        return answer(request, 422, MEANING[422], "invalid-value")

    api.add_exception_handler(sa.exc.DataError, unfit)
    api.add_exception_handler(ProblemError, problem)
    api.add_exception_handler(HTTPException, http)
    api.add_exception_handler(RequestValidationError, invalid)
    api.add_exception_handler(sa.exc.OperationalError, no_database)
    api.add_exception_handler(sa.exc.TimeoutError, no_database)


def broken_rules(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return which values of ours broke which rule; neither the value nor a name that the client made up is repeated."""
    return [
        {
            "name": "(unknown)" if e["type"] == "extra_forbidden" else ".".join(map(str, e["loc"])),
            "rule": e["type"],
        }
        for e in errors
    ]


def answer(
    request: Request,
    status: int,
    detail: str,
    kind: str = "",
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """Return the response for a problem."""
    content = body(status, detail, request.state.request_id, kind=kind, members=members)
    return JSONResponse(content, status, dict(headers or {}), MEDIA_TYPE)
