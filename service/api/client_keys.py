"""The public keys by which Diafan names itself to token endpoints, where an EHR or its identity provider fetches them."""

from http import HTTPStatus

from fastapi import APIRouter

from audit.keys import KeyRefused
from service.api.principal import Held
from service.api.problems import ProblemError, responses
from service.api.system import KeySet
from service.destinations import client_keys_of

router = APIRouter(tags=["system"])


@router.get(
    "/.well-known/client-jwks.json", summary="Public keys of Diafan as an OAuth client", responses=responses(503)
)
def client_jwks(diafan: Held) -> KeySet:
    """For SMART Backend Services: register this URL. A new key stands here before it signs. None where no destination uses one."""
    try:
        return KeySet(keys=client_keys_of(diafan.settings).jwks()["keys"])
    except KeyRefused:
        why = "a client key cannot be used: `diafan client-key show` says which, and why"
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "client-keys-away", why) from None
