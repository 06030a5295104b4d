"""What Diafan is and how it fares: the model in use, health, and the keys of the embedded issuer."""

from collections.abc import Mapping
from http import HTTPStatus

import sqlalchemy as sa
from fastapi import APIRouter

from models import registry
from models.labels import Label
from service.api.principal import Held, ReaderOrOperator
from service.api.problems import ProblemError, not_found, responses
from service.api.schemas import Health, KeySet, LabelStanding, ModelInUse
from service.app import MEGABYTE, Diafan

router = APIRouter(tags=["system"])


@router.get(
    "/model",
    summary="The model in use",
    responses=responses(401, 403, 503),
    # Either scope will do; a list in one requirement would mean both.
    openapi_extra={"security": [{"bearer": ["study.read"]}, {"bearer": ["ops"]}]},
)
def show_model(caller: ReaderOrOperator, diafan: Held) -> ModelInUse:  # noqa: ARG001 - the scope is what is asked for
    """Name, version and digest, and for each label whether the model can say anything about it."""
    manifest = _manifest(diafan)
    return ModelInUse(
        name=manifest.name,
        version=manifest.version,
        digest=registry.digest(diafan.model_folder),
        intended_use=diafan.settings.intended_use,
        labels=[
            LabelStanding(
                label=o.label,
                assessed=o.assessed is not None,
                not_assessed_because=o.not_assessed_because,
                threshold=o.assessed.threshold if o.assessed else None,
            )
            for o in manifest.outputs
        ],
    )


def why_not_assessed(diafan: Diafan, model_digest: str) -> Mapping[Label, str]:
    """Return the reasons that the model gives; none for another model than the one in use."""
    if registry.digest(diafan.model_folder) != model_digest:
        return {}
    return {o.label: o.not_assessed_because for o in _manifest(diafan).outputs if o.assessed is None}


def _manifest(diafan: Diafan) -> registry.Manifest:
    return registry.Manifest.model_validate_json((diafan.model_folder / registry.MANIFEST).read_bytes())


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
