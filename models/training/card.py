"""The model card, written from ``evaluation.json`` so that no figure can drift from the model (Mitchell 2019)."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from pydantic import ValidationError

from models.library import EVALUATION, FAITHFULNESS
from models.registry import CARD, Tier, read_manifest
from models.training.baselines import SHOWN
from models.training.measure import Evaluation

_PICTURE = re.compile(r"\]\(([\w.-]+\.png)\)")


class NotEvaluated(Exception):
    """A model has no evaluation of its own: there is nothing that a card could say."""


def read_evaluation(folder: Path) -> Evaluation:
    """Return the evaluation of the model in ``folder``; raises NotEvaluated where there is none of this very model."""
    digest = read_manifest(folder)[1].digest
    again = "evaluate it first: diafan model evaluate"
    try:
        evaluation = Evaluation.model_validate_json((folder / EVALUATION).read_bytes())
    except FileNotFoundError as error:
        raise NotEvaluated(f"the model in {folder} was never evaluated; {again}") from error
    except ValidationError as error:
        raise NotEvaluated(f"{folder / EVALUATION} is damaged or of another version of Diafan; {again}") from error
    if evaluation.digest != digest:
        raise NotEvaluated(f"{folder / EVALUATION} is of model {evaluation.digest}, not of {digest}; {again}")
    return evaluation


def render_cards(folder: Path) -> None:
    """Write ``card.md`` and ``card.html``, one file with its pictures in it, into the model's folder. Raises NotEvaluated."""
    evaluation, (manifest, identity) = read_evaluation(folder), read_manifest(folder)
    templates = Environment(
        loader=PackageLoader("models.training"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = templates.get_template("card.md").render(
        e=evaluation,
        m=manifest,
        tiers={tier: [f for f in evaluation.labels if f.tier is tier] for tier in Tier},
        points={o.label: o.operating_point for o in manifest.outputs},
        positives={o.label: o.positives for o in manifest.outputs},
        shown=[name for name in SHOWN if name in evaluation.macro_baselines],
        faithfulness=_faithfulness(folder, identity.digest),
    )
    (folder / CARD).write_text(text, encoding="utf-8")
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(_PICTURE.sub(_embedded(folder), text))
    page = templates.get_template("card.html").render(
        title=f"Model card: {identity.name} {identity.version}",
        body=body.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>"),
    )
    (folder / CARD).with_suffix(".html").write_text(page, encoding="utf-8")


def _embedded(folder: Path) -> Callable[[re.Match[str]], str]:
    def data_uri(found: re.Match[str]) -> str:
        picture = folder / found[1]
        return f"](data:image/png;base64,{b64encode(picture.read_bytes()).decode()})" if picture.exists() else found[0]

    return data_uri


def _faithfulness(folder: Path, digest: str) -> str:
    """Return the report on this very model's explanations, one heading level lower and without its title; else ""."""
    try:
        measured = json.loads((folder / FAITHFULNESS).read_bytes())
        report = (folder / FAITHFULNESS).with_suffix(".md").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    if measured.get("digest") != digest:
        return ""
    return re.sub(r"^#", "##", re.sub(r"\A# .*\n+", "", report), flags=re.MULTILINE).strip()
