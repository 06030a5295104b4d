"""The HTTP API: studies, images, explanations, deliveries and the audit log, for systems that hold a token and people who signed in."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import BoundedSemaphore
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline
from starlette.middleware import Middleware

from integrations.oauth_client import get_json
from service import __version__
from service.api import (
    audit_log,
    audit_proofs,
    client,
    client_keys,
    deliveries,
    dicomweb_retrieve,
    dicomweb_search,
    dicomweb_store,
    earlier,
    events,
    evidence,
    fhir_metadata,
    fhir_read,
    fhir_search,
    gdpr,
    gdpr_documents,
    gdpr_rectification,
    gdpr_restriction,
    images,
    model_pages,
    operations,
    problems,
    reviews,
    sign_in,
    studies,
    system,
    upload,
    worklist,
)
from service.api.fhir_cursor import Cursors
from service.api.frame import Frame
from service.api.limits import UploadLimit
from service.api.refusal_limit import RefusalLimit
from service.app import MEGABYTE, Diafan
from service.engine import DATABASE_AWAY
from service.live import Live

log = logging.getLogger(__name__)

_DESCRIPTION = """\
Diafan classifies chest radiographs, shows why, and puts the answer into the PACS, the EHR and an audit log.
**It supports a physician and never replaces one**; every answer here is `preliminary` until a physician has signed.

* Every error is a problem (RFC 9457, `application/problem+json`).
* Every answer carries `X-Request-Id`; give your own (a UUID) and it is kept. The log and the audit log know the request by it.
* Whose credentials are refused too often is answered 429, with `Retry-After`; good credentials never are.
* Every look at a study, and every look at the audit log, is recorded.
"""
_TAGS = [
    {"name": "studies", "description": "Send images in, and see what was found. Scopes `study.write`, `study.read`."},
    {
        "name": "images",
        "description": "One image: findings, explanations, and the DICOM objects made of it. Scope `study.read`.",
    },
    {
        "name": "reviews",
        "description": "A physician's verdict: drafts, signatures, second opinions. Scope `review.write`; reading `study.read`.",
    },
    {
        "name": "dicomweb",
        "description": "STOW-RS, QIDO-RS and WADO-RS (DICOM PS3.18), for routers and viewers. Scopes `study.write`, `study.read`.",
    },
    {"name": "deliveries", "description": "Where results went, and sending them again. Scope `ops`."},
    {"name": "operations", "description": "Queues, destinations, speed, and what waits for a person. Scope `ops`."},
    {"name": "models", "description": "The models on this machine and their cards; choosing one. Scope `model.write`."},
    {"name": "audit", "description": "Who did what. Scope `audit.read`, which opens no image."},
    {
        "name": "rights",
        "description": "What a patient may ask for, and an officer's documents (GDPR). Role officer; no token.",
    },
    {"name": "session", "description": "People sign in and out. No scope: a session says itself what it opens."},
    {"name": "system", "description": "The model in use, and the keys of the embedded issuer."},
    {"name": "health", "description": "For whoever watches the program. No token."},
]


def create_api(diafan: Diafan) -> FastAPI:
    """Return the API that speaks for ``diafan``; it is served by `service.app`, and by tests."""
    live = Live(diafan.database.url)

    @asynccontextmanager
    async def listening(_api: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(live.listen()), asyncio.create_task(_index_older(diafan))]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    api: FastAPI = FastAPIOffline(
        lifespan=listening,
        docs_url="/docs",
        redoc_url=None,
        title="Diafan",
        summary="Explainable chest X-ray AI",
        description=_DESCRIPTION,
        version=__version__,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=_TAGS,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        middleware=[Middleware(Frame), Middleware(UploadLimit, limit_bytes=diafan.settings.max_upload_mb * MEGABYTE)],
    )
    api.state.diafan, api.state.live = diafan, live
    api.state.refusals = RefusalLimit(diafan.settings.refusals_max, diafan.settings.refusals_window_s)
    api.state.answers = BoundedSemaphore(gdpr.AT_ONCE)
    api.state.cursors = Cursors.of(diafan.settings.data_dir / "keys")
    oidc = diafan.settings.oidc
    api.state.discovery = fhir_metadata.Discovery(oidc.issuer, get_json) if oidc else None
    problems.install(api)
    for part in (
        sign_in,
        upload,
        worklist,
        events,
        studies,
        earlier,
        images,
        evidence,
        reviews,
        deliveries,
        dicomweb_store,
        dicomweb_search,
        dicomweb_retrieve,
        operations,
        model_pages,
        audit_log,
        audit_proofs,
        gdpr,
        gdpr_documents,
        gdpr_rectification,
        gdpr_restriction,
        system,
        client_keys,
        client,
        fhir_metadata,
        fhir_search,
        fhir_read,
    ):
        api.include_router(part.router)
    api.include_router(fhir_read.rest)
    _describe(api)
    return api


async def _index_older(diafan: Diafan) -> None:
    """Index for the FHIR API what was reported before there was an index."""
    while True:
        try:
            if not await asyncio.to_thread(diafan.fhir_index.keep_older, diafan.engine):
                return
        except DATABASE_AWAY:
            log.warning("the database does not answer: older reports wait to be indexed")
            await asyncio.sleep(5)


def _describe(api: FastAPI) -> None:
    """Make OpenAPI tell of our problems instead of FastAPI's own error shapes."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            schema = get_openapi(
                title=api.title,
                version=api.version,
                summary=api.summary,
                description=api.description,
                routes=api.routes,
                tags=api.openapi_tags,
                license_info=api.license_info,
            )
            for operation in (o for path in schema["paths"].values() for o in path.values() if "security" in o):
                # One scope is enough; several in one requirement would mean all of them.
                operation["security"] = [
                    {name: one}
                    for needed in operation["security"]
                    for name, scopes in needed.items()
                    for one in ([[s] for s in scopes] or [[]])
                ]
            schema["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema()
            api.openapi_schema = schema
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]
