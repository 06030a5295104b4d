"""The models on this machine: their standing, their cards and pictures, and which one answers."""

import json
from datetime import datetime
from http import HTTPStatus
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from models.library import EVALUATION, FAITHFULNESS, LocalModel
from models.registry import CARD, ModelRefused
from service.api.principal import Held, ModelReader, ModelWriter
from service.api.problems import ProblemError, not_found, responses
from service.api.schemas import AT, SHA256, Model, example, example_of
from service.api.system import LabelStanding, standings
from service.app import Diafan
from service.model_history import in_use_since

router = APIRouter(tags=["models"], responses=responses(401, 403, 404, 422, 503))

Digest = Annotated[
    str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 (hex) of the model's manifest", examples=[SHA256])
]
Picture = Literal["auroc", "reliability", "subgroups", "faithfulness-curves", "faithfulness-examples"]


class SplitPositives(BaseModel):
    """How many images of each split carried a label: what its numbers rest on."""

    model_config = example(train=90, valid=11, test=9)

    train: int
    valid: int
    test: int


class ModelLabel(LabelStanding):
    """How far a model's answer on a label can be trusted, where it calls it, and on how many images that rests."""

    model_config = example(**example_of(LabelStanding), positives=example_of(SplitPositives))

    positives: SplitPositives


class ModelLine(Model):
    """One model: who it is, whether it answers now, what it sees, and what it can say anything about."""

    model_config = example(
        **example_of(Model),
        in_use=True,
        since=AT,
        evaluated=True,
        explained=True,
        pictures=["faithfulness-curves"],
        weights_sha256=SHA256,
        precision="fp32",
        detail_px=128,
        map_cells=8,
        labels=[example_of(ModelLabel)],
    )

    in_use: bool
    since: datetime | None = Field(description="when it began to answer; null: it does not")
    evaluated: bool = Field(description="an evaluation and a card are here")
    explained: bool = Field(description="its maps were checked")
    pictures: list[Picture] = Field(description="those that its card has")
    weights_sha256: str
    precision: Literal["fp32", "bf16"]
    detail_px: int = Field(
        description="the side of the square that a radiograph is reduced to: nothing smaller is seen"
    )
    map_cells: int = Field(description="how many cells an evidence map has in each direction")
    labels: list[ModelLabel]


class Models(BaseModel):
    """The models on this machine."""

    model_config = example(models=[example_of(ModelLine)])

    models: list[ModelLine]


class Choice(BaseModel):
    """Which model shall answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"digest": SHA256}]})

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")


class Chosen(BaseModel):
    """Whether another model answers now."""

    model_config = example(changed=True)

    changed: bool


@router.get("/models", summary="The models on this machine")
def list_models(reader: ModelReader, diafan: Held) -> Models:  # noqa: ARG001 - the scope is what is asked for
    """Every readable model, the bundled one first."""
    in_use = diafan.model_in_use.identity().digest
    with diafan.engine.connect() as db:
        since = in_use_since(db)
    return Models(models=[_line(m, in_use, since) for m in diafan.library.models()])


def _line(model: LocalModel, digest_in_use: str, since: datetime | None) -> ModelLine:
    identity, manifest = model.identity, model.manifest
    in_use = identity.digest == digest_in_use
    preprocessing = manifest.preprocessing
    return ModelLine(
        name=identity.name,
        version=identity.version,
        digest=identity.digest,
        in_use=in_use,
        since=since if in_use else None,
        evaluated=model.is_evaluated,
        explained=(model.folder / FAITHFULNESS).exists(),
        pictures=[name for name in get_args(Picture) if (model.folder / f"{name}.png").is_file()],
        weights_sha256=manifest.weights_sha256,
        precision=manifest.precision,
        detail_px=preprocessing.detail_px or preprocessing.input_px,
        map_cells=preprocessing.input_px // manifest.output_stride,
        labels=[
            ModelLabel(
                **standing.model_dump(), positives=SplitPositives.model_validate(o.positives, from_attributes=True)
            )
            for standing, o in zip(standings(model), manifest.outputs, strict=True)
        ],
    )


@router.get(
    "/models/{digest}/card",
    summary="A model's card",
    response_class=PlainTextResponse,
    responses={200: {"description": "Markdown", "content": {"text/plain": {"example": "# nih-demonstration 1.0.0"}}}},
)
def show_card(digest: Digest, reader: ModelReader, diafan: Held) -> PlainTextResponse:  # noqa: ARG001 - as above
    """Return the card as Markdown: intended use, data, figures with intervals, limits."""
    return PlainTextResponse(_file(diafan, digest, CARD).read_text(encoding="utf-8"))


@router.get(
    "/models/{digest}/evaluation",
    summary="A model's figures",
    responses={
        200: {
            "description": "JSON",
            "content": {
                "application/json": {"example": {"name": "nih-demonstration", "version": "1.0.0", "labels": []}}
            },
        }
    },
)
def show_evaluation(digest: Digest, reader: ModelReader, diafan: Held) -> dict[str, Any]:  # noqa: ARG001 - as above
    """Return every figure of the evaluation, as `evaluation.json` holds them: each with its interval, beside shortcuts."""
    figures: dict[str, Any] = json.loads(_file(diafan, digest, EVALUATION).read_bytes())
    return figures


@router.get(
    "/models/{digest}/faithfulness",
    summary="How far a model's maps can be trusted",
    responses={
        200: {
            "description": "JSON",
            "content": {"application/json": {"example": {"name": "nih-demonstration", "version": "1.0.0"}}},
        }
    },
)
def show_faithfulness(digest: Digest, reader: ModelReader, diafan: Held) -> dict[str, Any]:  # noqa: ARG001 - as above
    """Return every figure of the check of its maps, as `faithfulness.json` holds them: each beside maps that have not seen the image."""
    figures: dict[str, Any] = json.loads(_file(diafan, digest, FAITHFULNESS).read_bytes())
    return figures


@router.get(
    "/models/{digest}/pictures/{picture}",
    summary="A picture of a model's card",
    response_class=FileResponse,
    responses={
        200: {
            "description": "PNG",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def show_picture(digest: Digest, picture: Picture, reader: ModelReader, diafan: Held) -> FileResponse:  # noqa: ARG001 - as above
    """Return one of the pictures that the evaluation and the check of the maps have drawn."""
    return FileResponse(_file(diafan, digest, f"{picture}.png"), media_type="image/png")


@router.post("/model", summary="Choose the model that answers", responses=responses(409))
def choose_model(choice: Choice, chooser: ModelWriter, diafan: Held) -> Chosen:
    """Have another model answer from the next image on. No work is lost, results name the model that made them, and the log who chose it."""
    model = _model(diafan, choice.digest)
    try:
        return Chosen(changed=diafan.model_in_use.choose(model, chooser.agent))
    except ModelRefused as error:
        raise ProblemError(HTTPStatus.CONFLICT, "model-refused", str(error)) from None


def _model(diafan: Diafan, digest: str) -> LocalModel:
    model = diafan.library.by_digest(digest)
    if model is None:
        raise not_found("model")
    return model


def _file(diafan: Diafan, digest: str, name: str) -> FilePath:
    file = _model(diafan, digest).folder / name
    if not file.is_file():
        raise not_found("part of this model's card")
    return file
