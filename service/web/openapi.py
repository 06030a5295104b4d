"""The API's OpenAPI document, which the client's types are made of: ``python -m service.web.openapi FILE``.

Words for readers are left out: a better description is no other API. A database is not needed.
"""

import hashlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from service.api import create_api
from service.settings import Settings

if TYPE_CHECKING:
    from service.app import Diafan

_FOR_READERS = {"description": str, "summary": str, "example": object, "examples": list}


def document() -> str:
    """Return the document as JSON, the same for the same API."""
    # An API is described by its routes and its settings; nothing of these is asked for anything.
    nowhere = SimpleNamespace(settings=Settings(), database=SimpleNamespace(url=""))
    schema = create_api(cast("Diafan", nowhere)).openapi()
    return json.dumps(_without_words(schema), indent=1, sort_keys=True) + "\n"


def digest() -> str:
    """Return the document's SHA-256 (hex), which the generated types name."""
    return hashlib.sha256(document().encode()).hexdigest()


def _without_words(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: _without_words(value)
            for key, value in part.items()
            # A property may be called `description`, too: its value is a schema, and stays.
            if not (key in _FOR_READERS and isinstance(value, _FOR_READERS[key]) and not _is_schema(value))
        }
    return [_without_words(item) for item in part] if isinstance(part, list) else part


def _is_schema(value: Any) -> bool:
    return isinstance(value, dict) and bool({"type", "$ref", "anyOf"} & value.keys())


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
