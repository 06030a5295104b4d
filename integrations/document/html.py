"""A report's page as HTML: one file, well-formed as XML too, with its picture in it, no script, and nothing from elsewhere."""

from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from integrations.document.content import Page

if TYPE_CHECKING:
    from integrations.document.picture import Jpeg


@cache
def _template() -> Template:
    # Escaped whatever the file is called: what stands in it was written by senders.
    templates = Environment(
        loader=PackageLoader("integrations.document", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return templates.get_template("report.html")


def render_html(page: Page, picture: "Jpeg | None") -> bytes:
    """Return ``page`` as HTML5 in UTF-8."""
    image = f"data:image/jpeg;base64,{b64encode(picture.data).decode()}" if picture else ""
    return _template().render(page=page, words=page.words, picture=picture, image=image).encode()
