"""The web client, served beside the API: hashed files that a browser may keep for ever, and one page for every address below.

Where it is not built, a plain page says how to.
"""

import re
import secrets
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path as File
from typing import Annotated

from fastapi import APIRouter, Header, Path
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from service.api.pages import page
from service.api.problems import not_found
from service.web import DIST

router = APIRouter(include_in_schema=False)

NONCE_PLACE = "DIAFAN_CSP_NONCE"
"""What the build writes where a nonce belongs (`html.cspNonce` in vite.config.ts)."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types default"
)
# A worker has the policy of its own file: the one that decodes radiographs runs WebAssembly.
_WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'"
_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_ASSET = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}$"
_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
_KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".webp": "image/webp",
}


@router.get("/")
def begin() -> Response:
    """Whoever opens Diafan in a browser wants the client."""
    return RedirectResponse("/app/", HTTPStatus.TEMPORARY_REDIRECT)


@router.get("/app")
def begin_client() -> Response:
    """Go where the client's addresses begin, with a slash more."""
    return RedirectResponse("/app/", HTTPStatus.TEMPORARY_REDIRECT)


@router.get("/app/assets/{name}")
def show_asset(
    name: Annotated[str, Path(pattern=_ASSET)], accept_encoding: Annotated[str, Header()] = ""
) -> FileResponse:
    """Return a built file, whose name changes with its content; compressed where the browser takes that."""
    file, kind = DIST / "assets" / name, _KINDS.get(File(name).suffix)
    if kind is None or not file.is_file():
        raise not_found("file of the client")
    squeezed = file.with_name(f"{name}.gz")
    headers = {**_FOR_EVER, "vary": "accept-encoding", "content-security-policy": _WORKER_POLICY}
    if _TAKES_GZIP.search(accept_encoding) and squeezed.is_file():
        return FileResponse(squeezed, media_type=kind, headers={**headers, "content-encoding": "gzip"})
    return FileResponse(file, media_type=kind, headers=headers)


@router.get("/app/{address:path}")
def show_client(address: str) -> HTMLResponse:  # noqa: ARG001 - which page it is, the client itself finds out
    """Return the client's one page, with a fresh nonce for its styles."""
    file = DIST / "index.html"
    if not file.is_file():
        return page(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The web client is not built",
            ["Type this where Diafan's sources are, and load this page again:"],
            command="python -m service.web.build",
        )
    nonce = secrets.token_urlsafe(18)
    html = _index(file, file.stat().st_mtime_ns).replace(NONCE_PLACE, nonce)
    headers = {
        "content-security-policy": _POLICY.format(nonce=nonce),
        # The tab that signs in again is opened by the client, and tells it when that is done.
        "cross-origin-opener-policy": "same-origin-allow-popups",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    return HTMLResponse(html, headers=headers)


@lru_cache(1)
def _index(file: File, written_at_ns: int) -> str:  # noqa: ARG001 - a page that was written again is read again
    return file.read_text(encoding="utf-8")
