"""What Diafan is and how it fares: the model in use, health, and the keys of the embedded issuer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter
from pydantic import BaseModel, Field

from models.labels import Label
from models.library import LocalModel
from models.registry import ModelRefused, Tier
from service.api.principal import Held, ModelReader
from service.api.problems import ProblemError, not_found, responses
from service.api.schemas import SHA256, Model, example, example_of
from service.app import MEGABYTE, Diafan

router = APIRouter(tags=["system"])


class LabelStanding(BaseModel):
    """How far a model's answer on a label can be trusted, and where it calls it."""

    model_config = example(
        label="Edema", tier="assessed", not_assessed_because="", threshold=0.31, indeterminate=[0.27, 0.36]
    )

    label: Label
    tier: Tier
    not_assessed_because: str = ""
    threshold: float | None = Field(
        None, description="calibrated probability from which on the label is called present"
    )
    indeterminate: tuple[float, float] | None = Field(
        None, description="between these probabilities, both excluded, the answer is left open"
    )


class ModelInUse(Model):
    """The model that answers now, and what it can say anything about."""

    model_config = example(
        name="nih-demonstration",
        version="1.0.0",
        digest=SHA256,
        intended_use="research use, not for diagnosis",
        labels=[example_of(LabelStanding)],
    )

    intended_use: str
    labels: list[LabelStanding]


class Health(BaseModel):
    """Up, or up and able to work."""

    model_config = example(status="ready")

    status: Literal["live", "ready"]


class KeySet(BaseModel):
    """RFC 7517: the public keys of the embedded issuer."""

    model_config = example(
        keys=[{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]
    )

    keys: list[dict[str, Any]]


@router.get(
    "/model",
    summary="The model in use",
    responses=responses(401, 403, 503),
)
def show_model(caller: ModelReader, diafan: Held) -> ModelInUse:  # noqa: ARG001 - the scope is what is asked for
    """Name, version and digest, and for each label whether the model can say anything about it."""
    model = _in_use(diafan)
    return ModelInUse(
        name=model.identity.name,
        version=model.identity.version,
        digest=model.identity.digest,
        intended_use=diafan.settings.intended_use,
        labels=standings(model),
    )


def standings(model: LocalModel) -> list[LabelStanding]:
    """Return how far a model can be trusted on each of the 14 labels."""
    return [
        LabelStanding(
            label=o.label,
            tier=o.tier,
            not_assessed_because=o.not_assessed_because,
            threshold=o.operating_point.threshold if o.operating_point else None,
            indeterminate=(o.operating_point.low, o.operating_point.high) if o.operating_point else None,
        )
        for o in model.manifest.outputs
    ]


def why_not_assessed(diafan: Diafan, model_digest: str) -> Mapping[Label, str]:
    """Return the reasons that a model gives; none where its folder is no longer here."""
    model = diafan.library.by_digest(model_digest)
    return {o.label: o.not_assessed_because for o in model.manifest.outputs if not o.operating_point} if model else {}


def _in_use(diafan: Diafan) -> LocalModel:
    try:
        return diafan.library.expect(diafan.model_in_use.identity())
    except ModelRefused:
        why = "the model in use is not on this machine, or was changed: `diafan check` says more"
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "model-away", why) from None


@router.get("/health/live", summary="Is the program alive", tags=["health"])
def live() -> Health:
    """Answers as long as the program answers at all."""
    return Health(status="live")


@router.get("/health/ready", summary="Can it work", tags=["health"], responses=responses(503))
def ready(diafan: Held) -> Health:
    """503 while the database does not answer, or the disk has no room for another image."""
    with diafan.engine.connect() as db:
        db.execute(sa.text("select 1"))
    if diafan.store.free_bytes() < diafan.settings.min_free_mb * MEGABYTE:
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "no-room", "the disk has no room for another image")
    return Health(status="ready")


@router.get("/.well-known/jwks.json", summary="Public keys of the embedded issuer", responses=responses(404))
def jwks(diafan: Held) -> KeySet:
    """Only where the embedded issuer is on; an OpenID provider publishes its own."""
    if diafan.issuer is None:
        raise not_found("embedded issuer")
    return KeySet(keys=diafan.issuer.jwks()["keys"])
