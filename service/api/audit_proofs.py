"""The audit log for who takes it along or proves it elsewhere: exports, checkpoints for witnesses, and proofs (RFC 9162)."""

import base64
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel, Field

from audit import proof, trail
from audit.event import EventType
from audit.export import Signed, newest_checkpoint
from audit.keys import public_pem
from audit.search import search
from service.api.audit_log import Wanted, in_sequence, study_of
from service.api.principal import AuditReader, Caller, Held
from service.api.problems import ProblemError, responses
from service.api.schemas import SHA256, example
from service.app import Diafan
from service.audit_export import AuditExport, ExportFormat

router = APIRouter(tags=["audit"], responses=responses(401, 403, 422, 503))

Index = Annotated[int, Query(ge=0)]

A_NOTE = "diafan.example/audit/78f80c8b13e8d550\n36\nQRNi...\nsigned 2026-11-26T11:58:45.132812Z\n\n\N{EM DASH} diafan.example/audit/78f80c8b13e8d550 fTvZ...\n"
A_KEY = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA...\n-----END PUBLIC KEY-----\n"
_FILES = {
    "application/x-ndjson": {"example": '{"format":"diafan-audit-export-1",...}\n'},
    "text/csv": {"example": "index,occurred_at,type,...\n"},
}


def _text(written: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"text/plain": {"example": written}}, "description": "the text"}}


class InclusionProof(BaseModel):
    """That an entry is in the log that a checkpoint signs (RFC 9162, 2.1.3)."""

    model_config = example(index=41, leaf_hash=SHA256, path=["CA0a6G3s..."], checkpoint="diafan.example/audit/...")

    index: int
    leaf_hash: str
    path: list[str] = Field(description="base64, the lowest node first")
    checkpoint: str = Field(description="a signed note (C2SP)")


class ConsistencyProof(BaseModel):
    """That the log which a checkpoint signs begins with the one that it was (RFC 9162, 2.1.4)."""

    model_config = example(old=41, path=["CA0a6G3s..."], checkpoint="diafan.example/audit/...")

    old: int
    path: list[str] = Field(description="base64")
    checkpoint: str = Field(description="a signed note (C2SP)")


@router.get(
    "/audit/export",
    summary="Take entries of the log along",
    response_class=StreamingResponse,
    responses={200: {"content": _FILES, "description": "the file"}},
)
def export_audit(
    caller: AuditReader,
    diafan: Held,
    chosen: Wanted,
    form: Annotated[
        ExportFormat, Query(alias="format", description="for verification, or for a spreadsheet")
    ] = ExportFormat.NDJSON,
    first: Annotated[int, Query(ge=0, description="from this index on")] = 0,
    named: Annotated[bool, Query(description="say whom the pseudonyms stand for, beside what was hashed")] = False,  # noqa: FBT002
) -> StreamingResponse:
    """All entries on the tree before them, or chosen ones each with its proof; `diafan audit verify FILE` judges either, offline."""
    in_sequence(diafan)
    export = AuditExport(diafan.log_key.public_key(), diafan.subjects, chosen, first, named)
    with diafan.engine.begin() as db:
        if first > trail.size(db):
            raise ProblemError(HTTPStatus.NOT_FOUND, "no-such-entry", "the log has no entry of that index")
        diafan.record(
            db,
            EventType.AUDIT_EXPORTED,
            caller.agent,
            study=study_of(chosen),
            patient=chosen.get("patient", ""),
            request=caller.request_id,
            detail={"kind": f"{form.value}-named" if named else form.value, "after_index": first - 1},
        )

    def lines() -> Iterator[str]:
        with diafan.engine.begin() as db:
            yield from export.lines(db, form)

    kind = "text/csv; charset=utf-8" if form is ExportFormat.CSV else "application/x-ndjson"
    name = f"diafan-audit-{diafan.clock():%Y%m%dT%H%M%SZ}.{form.value}"
    return StreamingResponse(
        lines(), media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get(
    "/audit/checkpoint", summary="Read the newest checkpoint", response_class=PlainTextResponse, responses=_text(A_NOTE)
)
def read_checkpoint(caller: AuditReader, diafan: Held) -> PlainTextResponse:
    """Return a signed note (C2SP tlog-checkpoint) over every entry so far, for a witness to keep."""
    signed = _signed(diafan)
    _proved(diafan, caller, "checkpoint", signed.size)
    return PlainTextResponse(signed.note)


@router.get(
    "/audit/public-key",
    summary="Read the key that checkpoints are signed by",
    response_class=PlainTextResponse,
    responses=_text(A_KEY),
)
def read_public_key(_caller: AuditReader, diafan: Held) -> PlainTextResponse:
    """Return the Ed25519 public key (PEM), which a verification elsewhere needs."""
    return PlainTextResponse(public_pem(diafan.log_key.public_key()))


@router.get("/audit/proof", summary="Prove that an entry is in the log", responses=responses(404))
def prove_entry(caller: AuditReader, diafan: Held, index: Index) -> InclusionProof:
    """Return the audit path of an entry under the newest checkpoint."""
    signed = _signed(diafan)
    with diafan.engine.connect() as db:
        found = search(db, after_index=index - 1, before_index=index + 1)
        if not found or index >= signed.size:
            raise ProblemError(HTTPStatus.NOT_FOUND, "no-such-entry", "the log has no entry of that index")
        path = proof.inclusion(db, index, signed.size)
    _proved(diafan, caller, "inclusion", signed.size)
    return InclusionProof(index=index, leaf_hash=found[0].leaf_hash, path=_base64(path), checkpoint=signed.note)


@router.get("/audit/consistency", summary="Prove that the log begins with what it was", responses=responses(404))
def prove_consistency(
    caller: AuditReader, diafan: Held, old: Annotated[int, Query(ge=1, description="the size of an earlier checkpoint")]
) -> ConsistencyProof:
    """Return the proof between an earlier checkpoint and the newest one."""
    signed = _signed(diafan)
    if old > signed.size:
        raise ProblemError(HTTPStatus.NOT_FOUND, "no-such-checkpoint", "the log has fewer entries than that")
    with diafan.engine.connect() as db:
        path = proof.consistency(db, old, signed.size)
    _proved(diafan, caller, "consistency", signed.size)
    return ConsistencyProof(old=old, path=_base64(path), checkpoint=signed.note)


def _signed(diafan: Diafan) -> Signed:
    in_sequence(diafan)
    with diafan.engine.connect() as db:
        signed = newest_checkpoint(db, diafan.log_key.public_key())
    if signed is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "no-entries", "the log is empty")
    return signed


def _proved(diafan: Diafan, caller: Caller, kind: str, size: int) -> None:
    with diafan.engine.begin() as db:
        detail: dict[str, str | int] = {"kind": kind, "count": size}
        diafan.record(db, EventType.AUDIT_READ, caller.agent, request=caller.request_id, detail=detail)


def _base64(path: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(node).decode() for node in path]
