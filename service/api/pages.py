"""The few pages that the server itself shows to people who sign in: plain, without script, style or anything that a stranger wrote."""

from collections.abc import Sequence

from fastapi.responses import HTMLResponse
from jinja2 import Environment, StrictUndefined

POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGE = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
    """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
{% if goes_to %}
<meta http-equiv="refresh" content="0; url={{ goes_to }}">
{% endif %}
<title>{{ title }} · Diafan</title>
</head>
<body>
<main>
<h1>{{ title }}</h1>
{% for text in texts %}
<p>{{ text }}</p>
{% endfor %}
{% if command %}
<pre>{{ command }}</pre>
{% endif %}
{% if link %}
<p><a href="{{ link }}">{{ link_text }}</a></p>
{% endif %}
</main>
</body>
</html>
"""
)


def page(
    status: int,
    title: str,
    texts: Sequence[str] = (),
    *,
    command: str = "",
    link: str = "",
    link_text: str = "",
    goes_to: str = "",
) -> HTMLResponse:
    """Return a page; ``goes_to`` is where it goes on by itself, which unlike a redirect counts as our own page's doing."""
    html = _PAGE.render(title=title, texts=texts, command=command, link=link, link_text=link_text, goes_to=goes_to)
    return HTMLResponse(html, status, {"content-security-policy": POLICY})
